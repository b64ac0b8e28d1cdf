#!/usr/bin/env python3
"""Holds the includes of lib/ and cli/ to the one way that data flows. Fails on an arrow that is not listed, or a cycle."""
import re
import sys
from pathlib import Path

ROOT = Path(sys.argv[1])

# folder -> the folders it may include (besides itself). "returns" is the public headers.
ALLOWED = {
    "base": set(),
    "load": {"base"},
    "language": {"base", "load"},
    "program": {"base"},
    "compile": {"base", "language", "program"},
    "evaluate": {"base", "program", "returns"},
    "exchange": {"base", "program", "evaluate", "returns"},
    "report": {"base", "program", "evaluate", "exchange", "returns"},
    "suite": {"base", "load", "program", "evaluate", "exchange", "report", "returns"},
    "api": {"base", "load", "language", "compile", "program", "evaluate", "exchange", "report", "suite", "returns"},
}
# Single files of base that the evaluator half must not see: they need more than libc, or belong to the compiler.
EVALUATOR_HALF = {"program", "evaluate"}
NOT_FOR_EVALUATOR = {"base/digest.h", "base/diagnostics.h"}
SYSTEM_FOR_EVALUATOR = {
    "assert.h", "inttypes.h", "limits.h", "stdarg.h", "stdatomic.h", "stdbool.h", "stddef.h", "stdint.h", "stdlib.h", "string.h",
}

failures = []


def includes(path):
    for number, text in enumerate(path.read_text().splitlines(), 1):
        match = re.match(r'\s*#\s*include\s*(["<])([^">]+)[">]', text)
        if match:
            yield number, match[1] == '"', match[2]


files = sorted([*ROOT.glob("lib/*/*.[ch]"), *ROOT.glob("cli/*.[ch]")])
seen = 0
for path in files:
    folder = path.parent.name
    here = path.relative_to(ROOT)
    for number, quoted, target in includes(path):
        seen += 1
        if not quoted:
            if folder in EVALUATOR_HALF and target not in SYSTEM_FOR_EVALUATOR:
                failures.append(f"{here}:{number}: <{target}>: the evaluator half needs libc's plain headers alone")
            continue
        other = target.split("/")[0]
        if folder == "cli":
            if "/" in target and other not in {"returns", "cli"}:
                failures.append(f"{here}:{number}: the command stands on the public headers only, not on {target}")
            continue
        if "/" not in target:
            failures.append(f"{here}:{number}: write \"{folder}/{target}\": includes name their folder")
            continue
        if other == "load" and folder == "language" or other == folder:
            pass
        elif other not in ALLOWED[folder]:
            failures.append(f"{here}:{number}: {folder} must not include {target}")
        if folder in EVALUATOR_HALF and target in NOT_FOR_EVALUATOR:
            failures.append(f"{here}:{number}: the evaluator half must not include {target}")
        if not (ROOT / "lib" / target).exists() and not (ROOT / "include" / target).exists():
            failures.append(f"{here}:{number}: {target} does not exist")

for folder in sorted({path.parent.name for path in files} - {"cli"}):
    if folder not in ALLOWED:
        failures.append(f"lib/{folder}: not in the list of folders")

print(*failures, sep="\n")
print(f"{seen} includes read, {len(failures)} wrong")
sys.exit(1 if failures or seen < 50 else 0)
