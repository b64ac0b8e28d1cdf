#!/usr/bin/env python3
"""Runs the snippets of docs/python.md, one after the other, in the root of the sources: run_docs.py ROOT.

`expression  # => value` must come to what it says, `print(...)  # prints: text` must print it. Prints TAP, one line a snippet.
"""

import ast
import contextlib
import io
import os
import re
import sys
from pathlib import Path


def run(snippet, names):
    lines, checked = snippet.splitlines(), 0
    for statement in ast.parse(snippet).body:
        said = re.search(r"# (=>|prints:) ?(.*)$", lines[statement.end_lineno - 1])
        source = ast.get_source_segment(snippet, statement)
        if not said:
            exec(compile(source, "<snippet>", "exec"), names)
            continue
        checked += 1
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            value = eval(compile(source, "<snippet>", "eval"), names)
        found = repr(value) if said[1] == "=>" else output.getvalue().rstrip("\n")
        if found != said[2]:
            raise AssertionError(f"{source}\nexpected {said[2]}\n   found {found}")
    return checked


def main():
    os.chdir(sys.argv[1])
    text = Path("docs/python.md").read_text(encoding="utf-8")
    snippets, names, failed, checked = re.findall(r"^```python\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL), {}, 0, 0
    for number, snippet in enumerate(snippets, 1):
        try:
            checked += run(snippet, names)
            print(f"ok {number} - {snippet.splitlines()[0]}")
        except Exception as why:  # the others are run all the same
            failed += 1
            print(f"not ok {number} - {snippet.splitlines()[0]}")
            print("".join(f"#   {line}\n" for line in f"{type(why).__name__}: {why}".splitlines()), end="")
    print(f"1..{len(snippets)}\n# {len(snippets) - failed} passed, {failed} failed, {checked} values compared")
    sys.exit(1 if failed or not checked else 0)


main()
