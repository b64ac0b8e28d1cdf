#!/usr/bin/env python3
"""Runs the conformance corpus (tests/cases/README.md) through the Python package: run_cases.py ROOT [WORD].

Each request goes in as text and, where it is sound, as a dict, as a kept request and among many, to the policy as compiled and as loaded from its
block. Prints TAP, one line a case, and the same last line as the other runners.
"""

import json
import sys
from pathlib import Path

from libreturns import Policy, PolicyError, RequestError


class Failed(Exception):
    pass


def expect(expected, found, what):
    if expected != found:
        raise Failed(f"{what}\nexpected {expected}\n   found {found}")


def lines_text(lines):
    return "".join(line + "\n" for line in lines)


def compile_policy(case, root):
    sources = {name: lines_text(lines) for name, lines in case.get("sources", {}).items()}
    if "policy" in case:
        return Policy.compile(root / case["policy"], sources)
    return Policy.compile(lines_text(case["policy_text"]), sources)


def check_diagnostics(case, root):
    try:
        findings = compile_policy(case, root).warnings
    except PolicyError as error:
        findings = error.diagnostics
    found = [{"code": f.code, "file": Path(f.file or "").name, "line": f.line, "column": f.column} for f in findings]
    expect(case["diagnostics"], found, "diagnostics")


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def shown(decision, expected):
    text = decision.json
    if expected["policy"]["digest"] == "*":
        text = text.replace(f'"digest":"{decision.policy.digest}"', '"digest":"*"', 1)
    return text


def check_error(expected, evaluate, what):
    try:
        decision = evaluate()
    except RequestError as error:
        found = {key: getattr(error, key) for key in expected}
        expect(expected, found, what)
        if not error.message:
            raise Failed(f"{what}: the error has no text")
    else:
        raise Failed(f"{what}: expected {expected}\n   found {decision.json}")


def kept(policy, values):
    request = policy.request()
    request.set({name: value for name, value in values.items() if name != "lines"})
    for line in values["lines"]:
        request.add_line(line)
    return request


def raised(outcome):
    if isinstance(outcome, RequestError):
        raise outcome
    return outcome


def check_request(policy, case, what):
    values, trace = case.get("request"), case.get("trace")
    text = case["request_text"] if values is None else canonical(values)
    ways = {"text": lambda: policy.evaluate(text, trace=trace)}
    ways["many"] = lambda: raised(list(policy.evaluate_many([text, "", text], trace=trace))[2])
    if values is not None and "answer" in case:
        ways["dict"] = lambda: policy.evaluate(values, trace=trace)
        ways["kept"] = lambda: policy.evaluate(kept(policy, values), trace=trace)
    digests = set()
    for way, evaluate in ways.items():
        if "error" in case:
            check_error(case["error"], evaluate, f"{what}, {way}")
        else:
            decision = evaluate()
            digests.add(decision.request_digest)
            expect(canonical(case["answer"]), shown(decision, case["answer"]), f"{what}, {way}")
            str(decision), repr(decision), decision._repr_html_(), str(decision.trace)
    if len(digests) > 1:
        raise Failed(f"{what}: the request's digest depends on how it came in")


def check_steps(policy, case, what):
    for request in (case["request"], canonical(case["request"]), kept(policy, case["request"])):
        found = [
            {
                "step": step.name,
                "by": step.by,
                "state": str(step.state),
                "no_later_than": step.date and step.date.isoformat(),
                "reasons": list(step.reasons),
                "supplies": list(step.facts),
            }
            for step in policy.steps(request)
        ]
        expect(case["steps"], found, what)


def run(case, root):
    if "diagnostics" in case:
        return check_diagnostics(case, root)
    with compile_policy(case, root) as policy:
        if "steps" in case:
            check_steps(policy, case, "compiled")
            return check_steps(Policy.load(policy.block), case, "loaded")
        check_request(policy, case, "compiled")
        check_request(Policy.load(policy.block), case, "loaded")


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    root, word = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
    cases = root / "tests" / "cases"
    paths = sorted((path for path in cases.rglob("*.json") if word in str(path.relative_to(cases))), key=str)
    failed = 0
    for number, path in enumerate(paths, 1):
        name, sentence = path.relative_to(cases).with_suffix(""), ""
        try:
            case = json.loads(path.read_text(encoding="utf-8"))
            sentence = case["case"]
            run(case, root)
        except Exception as why:  # whatever goes wrong in one case, the others are run
            failed += 1
            print(f"not ok {number} - {name}: {sentence}")
            for line in f"{type(why).__name__}: {why}".splitlines():
                print(f"#   {line}")
        else:
            print(f"ok {number} - {name}: {sentence}")
    print(f"1..{len(paths)}\n# conformance: {len(paths) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not paths else 0)


main()
