#!/usr/bin/env python3
"""The `returns` command, run as people run it: exit status, standard output, standard error.

run.py COMMAND ROOT [--update]   Runs in tests/cli/files; what a run prints is pinned in tests/cli/expected/NAME (status, out, err). --update writes it
anew: read the difference before it is committed. What must hold of every run is checked besides. Prints one TAP line per test.
"""
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.dom.minidom
from pathlib import Path

command, root = os.path.abspath(sys.argv[1]), Path(sys.argv[2])
update = "--update" in sys.argv
FILES, EXPECTED = root / "tests/cli/files", root / "tests/cli/expected"
ENVIRONMENT = {key: value for key, value in os.environ.items() if key not in {"NO_COLOR", "TERM"}}
COMMANDS = ["check", "eval", "steps", "test", "tree", "compile"]

# name -> arguments, or (arguments, standard input)
RUNS = {
    # the command itself
    "help": ["--help"],
    "nothing": [],
    "version": ["--version"],
    "unknown-command": ["chekc"],
    **{f"{name}-help": [name, "--help"] for name in COMMANDS},
    **{f"{name}-nothing": [name] for name in COMMANDS},
    **{f"{name}-unknown-option": [name, "--colour", "x", "y"] for name in COMMANDS},
    "short-unknown-option": ["check", "-z", "shop.yaml"],
    "option-without-value": ["check", "shop.yaml", "--format"],
    "option-of-another": ["check", "--trace", "full", "shop.yaml"],
    # check
    "check-good": ["check", "shop.yaml"],
    "check-broken": ["check", "broken.yaml"],
    "check-broken-json": ["check", "--format", "json", "shop.yaml", "broken.yaml"],
    "check-several": ["check", "shop.yaml", "broken.yaml", "shop.test.yaml", "broken.test.yaml"],
    "check-missing-file": ["check", "shop.yaml", "no-such.yaml"],
    "check-directory": ["check", "nested"],
    "check-stdin": (["check", "-"], "returns: 1\npolicy: [x]\n"),
    "check-use": ["check", "uses/policy.yaml"],
    "check-use-lacking": ["check", "uses/lacking.yaml"],
    "check-revisions": ["check", "revisions/shop-a.yaml", "revisions/shop-c.yaml", "revisions/shop-b.yaml"],
    "check-revisions-json": ["check", "--format", "json", "revisions/shop-a.yaml", "revisions/shop-b.yaml"],
    "check-one-revision": ["check", "revisions/shop-a.yaml", "shop.yaml"],
    "check-bad-format": ["check", "--format", "junit", "shop.yaml"],
    # eval
    "eval": ["eval", "shop.yaml", "good.json"],
    "eval-path": ["eval", "shop.yaml", "good.json", "--trace", "path"],
    "eval-full": ["eval", "shop.yaml", "good.json", "--trace", "full"],
    "eval-text": ["eval", "shop.yaml", "good.json", "--format", "text"],
    "eval-text-path": ["eval", "-f", "text", "-t", "path", "shop.yaml", "good.json"],
    "eval-text-full": ["eval", "-f", "text", "-t", "full", "shop.yaml", "good.json"],
    "eval-open": ["eval", "shop.yaml", "open.json"],
    "eval-open-text": ["eval", "shop.yaml", "open.json", "--format", "text", "--trace", "full"],
    "eval-messages": (["eval", "revisions/shop-a.yaml", "-", "--messages", "fr-CA"], '{"requested_on":"2024-03-20","lines":[{}]}'),
    "eval-messages-text": (["eval", "revisions/shop-a.yaml", "-", "-m", "fr-CA", "-f", "text"], '{"requested_on":"2024-03-20","lines":[{}]}'),
    "eval-bad": ["eval", "shop.yaml", "bad.json"],
    "eval-bad-text": ["eval", "shop.yaml", "bad.json", "--format", "text"],
    "eval-stdin": (["eval", "shop.yaml", "-"], '{"requested_on":"2026-03-20","lines":[]}'),
    "eval-empty-stdin": (["eval", "shop.yaml", "-"], ""),
    "eval-both-stdin": ["eval", "-", "-"],
    "eval-lines": ["eval", "shop.yaml", "requests.jsonl", "--lines"],
    "eval-lines-stdin": (["eval", "shop.yaml", "-", "-l"], '{"requested_on":"2026-03-20","lines":[]}\n{"requested_on":"2026-03-21","lines":[]}'),
    "eval-lines-text": ["eval", "shop.yaml", "requests.jsonl", "--lines", "--format", "text"],
    "eval-broken-policy": ["eval", "broken.yaml", "good.json"],
    "eval-missing-policy": ["eval", "no-such.yaml", "good.json"],
    "eval-missing-request": ["eval", "shop.yaml", "no-such.json"],
    "eval-bad-trace": ["eval", "shop.yaml", "good.json", "--trace", "all"],
    "eval-one-too-many": ["eval", "shop.yaml", "good.json", "bad.json"],
    "eval-no-block": (["eval", "-", "good.json"], "RETURNS\x01 but no block"),
    # steps
    "steps": ["steps", "workflow.yaml", "steps.json"],
    "steps-json": ["steps", "workflow.yaml", "steps.json", "--format", "json"],
    "steps-begin": (["steps", "workflow.yaml", "-"], '{"requested_on":"2026-01-31","lines":[{"price":"100.01"}]}'),
    "steps-skipped": (["steps", "workflow.yaml", "-"], '{"requested_on":"2026-01-31","urgent":true,"lines":[{"price":"100.00"}]}'),
    "steps-needs": (["steps", "workflow.yaml", "-"], '{"done":["approve","ship","inspect"],"lines":[{"price":"1.00"}]}'),
    "steps-error": (["steps", "workflow.yaml", "-"], '{"benches":0,"parts":1,"lines":[{"condition":"marked","price":"1.00"}]}'),
    "steps-error-json": (["steps", "-f", "json", "workflow.yaml", "-"], '{"requested_on":"9999-12-31","lines":[]}'),
    "steps-none": ["steps", "shop.yaml", "good.json"],
    "steps-none-json": ["steps", "shop.yaml", "good.json", "--format", "json"],
    "steps-bad": ["steps", "shop.yaml", "bad.json"],
    "steps-bad-as-of": (["steps", "-f", "json", "workflow.yaml", "-"], '{"as_of":"2026-02-30","lines":[]}'),
    "steps-bad-as-of-kind": (["steps", "-f", "json", "workflow.yaml", "-"], '{"as_of":20260230,"lines":[]}'),
    "steps-unknown-done": (["steps", "workflow.yaml", "-"], '{"done":["inspct"],"lines":[]}'),
    "steps-both-stdin": ["steps", "-", "-"],
    "steps-missing-request": ["steps", "workflow.yaml", "no-such.json"],
    # test
    "test-good": ["test", "shop.test.yaml"],
    "test-failing": ["test", "nested/failing.yaml"],
    "test-directory": ["test", "."],
    "test-json": ["test", "--format", "json", "."],
    "test-junit": ["test", "--format", "junit", "."],
    "test-broken": ["test", "broken.test.yaml"],
    "test-no-policy": ["test", ".odd/no-policy.test.yaml"],
    "test-broken-policy": ["test", ".odd/broken-policy.test.yaml"],
    "test-broken-policy-junit": ["test", "-f", "junit", ".odd/broken-policy.test.yaml"],
    "test-unknown": ["test", ".odd/unknown.test.yaml"],
    "test-unknown-json": ["test", "--format", "json", ".odd/unknown.test.yaml"],
    "test-empty-directory": ["test", "uses"],
    "test-policy": ["test", "shop.yaml"],
    "test-missing": ["test", "no-such"],
    "test-two": ["test", "shop.test.yaml", "nested"],
    # tree
    "tree": ["tree", "shop.yaml"],
    "tree-dot": ["tree", "shop.yaml", "--format", "dot"],
    "tree-mermaid": ["tree", "shop.yaml", "--format", "mermaid"],
    "tree-json": ["tree", "shop.yaml", "--format", "json"],
    "tree-kinds": ["tree", "kinds.yaml"],
    "tree-broken": ["tree", "broken.yaml"],
    "tree-junit": ["tree", "shop.yaml", "--format", "junit"],
    "tree-workflow": ["tree", "workflow.yaml", "--workflow"],
    "tree-workflow-dot": ["tree", "workflow.yaml", "-w", "--format", "dot"],
    "tree-workflow-mermaid": ["tree", "workflow.yaml", "-w", "--format", "mermaid"],
    "tree-workflow-json": ["tree", "workflow.yaml", "-w", "--format", "json"],
    "tree-workflow-none": ["tree", "shop.yaml", "--workflow"],
    # compile
    "compile-without-output": ["compile", "shop.yaml"],
    "compile-broken": ["compile", "broken.yaml", "-o", "never-written"],
    "compile-no-directory": ["compile", "shop.yaml", "-o", "no-such/block"],
}

number = failed = 0


def report(name, problems):
    global number, failed
    number += 1
    print(f"{'not ok' if problems else 'ok'} {number} - {name}")
    failed += bool(problems)
    for problem in problems:
        print("\n".join("# " + line for line in problem.splitlines()))


def run(arguments, stdin="", environment=ENVIRONMENT):
    return subprocess.run([command, *arguments], cwd=FILES, input=stdin.encode(), env=environment, capture_output=True, timeout=60)


def show(result):
    out, err = result.stdout.decode(), result.stderr.decode()
    return f"status {result.returncode}\n--- out\n{out}--- err\n{err}"


def compare(name, text):
    path = EXPECTED / name
    if update:
        path.write_text(text)
    if not path.exists():
        return [f"{path} is missing; run with --update"]
    expected = path.read_text()
    lines = difflib.unified_diff(expected.splitlines(), text.splitlines(), "expected", "found", lineterm="", n=0)
    return [] if text == expected else ["\n".join(line[:400] for line in lines)]


def well_formed(arguments, result):
    """What a program reads must be sound, whatever it says."""
    problems = []
    out = result.stdout.decode()
    joined = " ".join(arguments)
    if result.returncode not in (0, 1, 2, 3):
        problems.append(f"exit status {result.returncode}")
    if "\x1b" in out + result.stderr.decode():
        problems.append("colour, though it is no terminal")
    if result.returncode < 2 and "--help" not in arguments:
        try:
            if "json" in joined.replace(".json", "") and "--format text" not in joined:
                json.loads(out)
            elif arguments[0] == "eval" and "text" not in joined and out:
                for line in out.splitlines():
                    problems += against(SCHEMA, json.loads(line))
            elif "junit" in joined:
                xml.dom.minidom.parseString(out)
        except Exception as error:  # noqa: BLE001: any of them is a failure of the test
            problems.append(f"not well-formed: {error}")
    return problems


SCHEMA = json.loads((root / "docs/answer.schema.json").read_text())
KINDS = {"object": dict, "array": list, "string": str, "boolean": bool, "null": type(None)}


def has_type(value, kind):
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, KINDS[kind])


def against(schema, value, place="$"):
    """What of a value is not as a JSON Schema says, for the keywords that ours uses."""
    if "$ref" in schema:
        return against(SCHEMA["$defs"][schema["$ref"].rsplit("/", 1)[1]], value, place)
    if "oneOf" in schema:
        tries = [against(one, value, place) for one in schema["oneOf"]]
        return [] if sum(not problems for problems in tries) == 1 else [f"{place}: not one of the forms: {min(tries, key=len)}"]
    kinds = schema.get("type", [])
    if kinds and not any(has_type(value, kind) for kind in ([kinds] if isinstance(kinds, str) else kinds)):
        return [f"{place}: {value!r} is no {kinds}"]
    problems = []
    if "enum" in schema and value not in schema["enum"] or "const" in schema and value != schema["const"]:
        problems.append(f"{place}: {value!r} is not allowed")
    if isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value) or len(value) < schema.get("minLength", 0):
            problems.append(f"{place}: {value!r} does not match")
    if isinstance(value, int) and value < schema.get("minimum", value):
        problems.append(f"{place}: {value} is too small")
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0) or schema.get("uniqueItems") and len({json.dumps(item) for item in value}) != len(value):
            problems.append(f"{place}: too few, or one twice")
        for index, item in enumerate(value):
            problems += against(schema.get("items", {}), item, f"{place}[{index}]")
    if isinstance(value, dict):
        properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
        problems += [f"{place}: {key} is missing" for key in schema.get("required", []) if key not in value]
        for key, item in value.items():
            if key not in properties and others is False:
                problems.append(f"{place}: {key} is not in the schema")
            else:
                problems += against(properties.get(key, others if isinstance(others, dict) else {}), item, f"{place}.{key}")
        if list(value) != [key for key in properties if key in value] and properties:
            problems.append(f"{place}: another order of keys")
    return problems


for name, what in RUNS.items():
    arguments, stdin = what if isinstance(what, tuple) else (what, "")
    result = run(arguments, stdin)
    report(name, well_formed(arguments, result) + compare(name, show(result)))

with tempfile.TemporaryDirectory() as folder:
    block = os.path.join(folder, "shop.block")
    problems = []
    result = run(["compile", "shop.yaml", "-o", block])
    if result.returncode or result.stdout or result.stderr:
        problems.append(show(result))
    for arguments in (["--trace", "full"], ["--format", "text"], []):
        text, compiled = run(["eval", "shop.yaml", "good.json", *arguments]), run(["eval", block, "good.json", *arguments])
        if show(text) != show(compiled) or text.returncode:
            problems.append(f"{arguments}: {show(text)}\n{show(compiled)}")
    if run(["tree", block]).stdout != run(["tree", "shop.yaml"]).stdout:
        problems.append("another tree")
    report("a block answers as its policy does", problems)

    problems = []
    if run(["compile", "shop.yaml", "-o", "-"]).stdout != Path(block).read_bytes():
        problems.append("-o - writes another block")
    report("a block on standard output", problems)

    data = bytearray(Path(block).read_bytes())
    data[len(data) // 2] ^= 1
    Path(block).write_bytes(data)
    result = run(["eval", block, "good.json"])
    report("an altered block is refused", [] if result.returncode == 3 and not result.stdout and result.stderr else [show(result)])

    bad = os.path.join(folder, "bad.json")
    Path(bad).write_bytes(b'{"lines": [{"price": "\xff\xfe"}]}')
    result = run(["eval", "shop.yaml", bad])
    problems = []
    if result.returncode != 1 or json.loads(result.stdout)["error"]["pointer"] != "/lines/0/price":
        problems.append(show(result))
    report("bytes that are no UTF-8", problems)

    Path(bad).write_bytes(b'{"lines": [' + b'{"id":"' + b"x" * (17 << 20) + b'"}]}')
    result = run(["eval", "shop.yaml", "--lines", bad])
    problems = [] if result.returncode == 1 and json.loads(result.stdout)["error"]["code"] == "R0923" else [show(result)[:500]]
    report("a line beyond the limit", problems)

result = subprocess.run([command, "--help"], stdout=open("/dev/full", "wb"), stderr=subprocess.PIPE, env=ENVIRONMENT)
report("a full disk", [] if result.returncode == 3 and result.stderr else [f"status {result.returncode}"])

# Help: every command has an example, and every option of an example exists.
problems = []
for name in COMMANDS:
    text = run([name, "--help"]).stdout.decode()
    example = text.split("Example:\n")
    if len(example) != 2 or "returns " + name not in example[1]:
        problems.append(f"{name}: no example")
        continue
    for option in re.findall(r"--[a-z]+", example[1]):
        if option not in example[0]:
            problems.append(f"{name}: {option} is not explained")
report("help", problems)


def in_terminal(environment):
    """What `check` writes to a terminal."""
    master, slave = os.openpty()
    process = subprocess.Popen([command, "check", "broken.yaml"], cwd=FILES, stdout=slave, stderr=slave, env=environment)
    os.close(slave)
    text = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        text += piece
    process.wait()
    os.close(master)
    return text.decode()


problems = []
for extra, coloured in (({"TERM": "xterm"}, True), ({"TERM": "xterm", "NO_COLOR": "1"}, False), ({"TERM": "xterm", "NO_COLOR": ""}, True), ({"TERM": "dumb"}, False), ({}, False)):
    if ("\x1b[" in in_terminal({**ENVIRONMENT, **extra})) != coloured:
        problems.append(f"{extra}: colour is {'missing' if coloured else 'there'}")
report("colour on a terminal", problems)

if not update:
    stale = sorted({path.name for path in EXPECTED.iterdir()} - set(RUNS))
    report("expectations without a run", [" ".join(stale)] if stale else [])

print(f"1..{number}")
sys.exit(0)
