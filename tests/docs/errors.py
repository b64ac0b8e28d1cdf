#!/usr/bin/env python3
"""docs/errors.md has one row for each code that the sources use, and no other; each code of a policy file has a pinned case."""
import re
import sys
from pathlib import Path

root = Path(sys.argv[1])
used = {}
for path in sorted([*root.glob("lib/*/*.[ch]"), *root.glob("cli/*.[ch]")]):
    for code in re.findall(r'"(R\d{4})"', path.read_text()):
        used.setdefault(code, path.relative_to(root))
rows = re.findall(r"^\|\s*`?(R\d{4})`?\s*\|", (root / "docs/errors.md").read_text(), flags=re.M)
pinned = set()
for path in [*(root / "tests/errors").rglob("*.expected"), *(root / "tests/cli/expected").iterdir()]:
    pinned |= set(re.findall(r"\bR\d{4}\b", path.read_text()))

problems = [f"{code} ({used[code]}) has no row in docs/errors.md" for code in sorted(set(used) - set(rows))]
problems += [f"docs/errors.md has a row for {code}, which nothing uses" for code in sorted(set(rows) - set(used))]
problems += [f"docs/errors.md has several rows for {code}" for code in sorted({c for c in rows if rows.count(c) > 1})]
problems += [f"{code} has no case in tests/errors or tests/cli" for code in sorted(set(used) - pinned) if code < "R0800"]
print(*problems, sep="\n")
print(f"{len(used)} codes, {len(problems)} problems")
sys.exit(1 if problems or len(used) < 30 else 0)
