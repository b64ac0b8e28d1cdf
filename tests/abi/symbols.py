#!/usr/bin/env python3
"""The shared library exports what the public headers declare: no more, no less."""
import re
import subprocess
import sys
from pathlib import Path

library, root = sys.argv[1], Path(sys.argv[2])
declared = set()
for header in sorted((root / "include/returns").glob("*.h")):
    text = re.sub(r"/\*.*?\*/", "", header.read_text(), flags=re.S)
    declared |= set(re.findall(r"RETURNS_API[^;{]*?\b(returns_\w+)\s*\(", text))
output = subprocess.run(["nm", "-D", "--defined-only", library], check=True, capture_output=True, text=True).stdout
exported = {line.split()[2].split("@")[0] for line in output.splitlines() if len(line.split()) == 3 and line.split()[1] == "T"}
for name in sorted(declared - exported):
    print(f"declared, but not exported: {name}")
for name in sorted(exported - declared):
    print(f"exported, but not declared: {name}")
print(f"{len(exported)} symbols")
sys.exit(0 if declared == exported and len(declared) > 50 else 1)
