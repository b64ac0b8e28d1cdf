#!/usr/bin/env python3
"""A program prints what is pinned: pinned.py EXPECTED PROGRAM [ARGUMENT...]. Exit status 0 and every byte; else the difference is shown."""
import difflib
import subprocess
import sys
from pathlib import Path

expected = Path(sys.argv[1]).read_text()
result = subprocess.run(sys.argv[2:], capture_output=True, text=True, timeout=60)
lines = difflib.unified_diff(expected.splitlines(), result.stdout.splitlines(), "expected", "found", lineterm="")
print("\n".join(lines) + result.stderr)
sys.exit(0 if result.returncode == 0 and result.stdout == expected else 1)
