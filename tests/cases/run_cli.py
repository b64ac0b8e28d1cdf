#!/usr/bin/env python3
"""Runs the conformance corpus (README.md beside this file) through the `returns` command: run_cli.py COMMAND ROOT [WORD].

Prints TAP, one line a case, and the same last line as the other runners. Python's standard library only.
"""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

OUTPUT = re.compile(rb'\{"engine":"[0-9.]+","request_digest":"[0-9a-f]{64}","answer":(\{.*\})\}\n', re.S)
DIGEST = re.compile(rb'"digest":"[0-9a-f]{64}"')


class Failed(Exception):
    pass


def lines_text(lines):
    return "".join(line + "\n" for line in lines)


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Runner:
    def __init__(self, command, root, folder):
        self.command, self.root, self.folder = command, root, folder

    def returns(self, *arguments):
        return subprocess.run([self.command, *map(str, arguments)], capture_output=True, check=False)

    def write(self, name, data):
        path = self.folder / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    def policy(self, case):
        for name, lines in case.get("sources", {}).items():
            self.write(name, lines_text(lines))
        if "policy" in case:
            return self.root / case["policy"]
        return self.write("policy.yaml", lines_text(case["policy_text"]))

    def check_diagnostics(self, case, policy):
        result = self.returns("check", "--format", "json", policy)
        findings = json.loads(result.stdout)["files"][0]["findings"]
        found = [{"code": f["code"], "file": Path(f["file"]).name, "line": f["line"], "column": f["column"]} for f in findings]
        if found != case["diagnostics"]:
            raise Failed(f"expected {case['diagnostics']}\n   found {found}")
        if (result.returncode == 1) != any(f["severity"] == "error" for f in findings):
            raise Failed(f"exit status {result.returncode}")

    def check_error(self, expected, result):
        if result.returncode != 1:
            raise Failed(f"expected exit status 1, found {result.returncode}\n{(result.stdout + result.stderr).decode(errors='replace')}")
        error = json.loads(result.stdout)["error"]
        found = {key: error.get(key) for key in expected}
        if found != expected or not error["message"]:
            raise Failed(f"expected {expected}\n   found {error}")

    def check_answer(self, expected, result):
        match = OUTPUT.fullmatch(result.stdout)
        if result.returncode != 0 or not match:
            raise Failed(f"exit status {result.returncode}: {(result.stdout + result.stderr).decode(errors='replace')}")
        found = match.group(1)
        if expected["policy"]["digest"] == "*":
            found = DIGEST.sub(b'"digest":"*"', found, count=1)
        if found != canonical(expected):
            raise Failed(f"expected {canonical(expected).decode()}\n   found {found.decode(errors='replace')}")

    def check_steps(self, expected, result):
        if result.returncode != 0:
            raise Failed(f"exit status {result.returncode}: {(result.stdout + result.stderr).decode(errors='replace')}")
        found = [{**{key: step[key] for key in ("step", "by", "state", "no_later_than")},
                  "reasons": step["waits_for_steps"] + step["waits_for_facts"] + step["unmet"], "supplies": step["supplies"]}
                 for step in json.loads(result.stdout)["workflow"]["steps"]]
        if found != expected:
            raise Failed(f"expected {expected}\n   found {found}")

    def run(self, path):
        case = json.loads(path.read_text(encoding="utf-8"))
        policy = self.policy(case)
        if "diagnostics" in case:
            self.check_diagnostics(case, policy)
            return case["case"]
        text = case["request_text"] if "request_text" in case else canonical(case["request"])
        request = self.write("request.json", text)
        if "steps" in case:
            self.check_steps(case["steps"], self.returns("steps", "--format", "json", policy, request))
            return case["case"]
        result = self.returns("eval", "--trace", case.get("trace", "none"), policy, request)
        if "error" in case:
            self.check_error(case["error"], result)
        else:
            self.check_answer(case["answer"], result)
        return case["case"]


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    command, root = sys.argv[1], Path(sys.argv[2])
    word = sys.argv[3] if len(sys.argv) > 3 else ""
    cases = root / "tests" / "cases"
    paths = sorted((path for path in cases.rglob("*.json") if word in str(path.relative_to(cases))), key=str)
    failed = 0
    for number, path in enumerate(paths, 1):
        name = path.relative_to(cases).with_suffix("")
        with tempfile.TemporaryDirectory() as folder:
            try:
                print(f"ok {number} - {name}: {Runner(command, root, Path(folder)).run(path)}")
            except Exception as why:  # whatever goes wrong in one case, the others are run
                failed += 1
                print(f"not ok {number} - {name}")
                for line in f"{type(why).__name__}: {why}".splitlines():
                    print(f"#   {line}")
    print(f"1..{len(paths)}\n# conformance: {len(paths) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not paths else 0)


main()
