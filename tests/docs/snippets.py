#!/usr/bin/env python3
"""Runs the examples of docs/language.md through the command: every snippet must be accepted as the page shows it.

```yaml        top-level keys of a policy; what the snippet leaves out is taken from the prelude below; must compile
```conditions  one condition a line; each becomes a rule of one policy, which must compile
```tests       a test file for a policy of examples/policies; must pass
Prints one TAP line per snippet.
"""
import re
import subprocess
import sys
import tempfile
from pathlib import Path

command, root = sys.argv[1], Path(sys.argv[2])

PRELUDE = {
    "returns": "returns: 1\n",
    "policy": "policy: snippet\n",
    "currency": "currency: AUD\n",
    "conventions": "conventions: {month_end: clamp, rounding: half_up, fee_above_credit: zero, fill: request_order}\n",
    "facts": """facts:
  - {fact: requested_on, type: date, of: request}
  - {fact: channel, type: choice, of: request, values: [portal, rep, phone]}
  - {fact: brand, type: text}
  - {fact: reason, type: choice, values: [defective, wrong_size, dissatisfied, slow_moving]}
  - {fact: previous_reason, type: choice, values: [defective, wrong_size, dissatisfied, slow_moving]}
  - {fact: country, type: choice, of: request, values: [AT, AU, BE, DE, ES, FR, IT]}
  - {fact: gift, type: flag, absent: no}
  - {fact: tags, type: set, values: [prescription, final_sale, discontinued]}
  - {fact: condition, type: choice, values: [as_new, marked, worn, damaged]}
  - {fact: quantity, type: count, range: 1 .. 500}
  - {fact: unit_price, type: money, range: 0.00 .. 5000.00}
  - {fact: value_lost, type: percent, range: 0% .. 100%}
  - {fact: invoiced_on, type: date}
  - {fact: delivered_on, type: date}
  - {fact: purchased_at, type: instant}
  - {fact: cancelled_at, type: instant}
""",
    "units": "units: quantity\n",
    "unit_value": "unit_value: unit_price\n",
    "sets": "sets:\n  - {set: eu, values: [AT, BE, DE, ES, FR, IT]}\n",
    "rules": """rules:
  - rule: defective
    when:
      - reason is defective
    then: authorize
    because: warranty
""",
    "otherwise": "otherwise: {then: deny, because: outside_policy}\n",
}
WINDOW = "terms:\n  - {term: window, is: 30 days}\n"


def complete(snippet):
    keys = set(re.findall(r"^([a-z_]+):", snippet, flags=re.M))
    skip = set()
    if "facts" in keys:  # the snippet's own facts: what the prelude says of other facts does not fit
        skip = {"sets", "units", "unit_value", "rules"}
    parts = [text for key, text in PRELUDE.items() if key not in keys and key not in skip]
    return "".join(parts) + snippet


def run(arguments):
    result = subprocess.run([command, *arguments], capture_output=True, text=True)
    return result.returncode, result.stdout + result.stderr


text = (root / "docs/language.md").read_text()
snippets = re.findall(r"^```(yaml|conditions|tests)\n(.*?)^```", text, flags=re.M | re.S)
failed = 0
with tempfile.TemporaryDirectory() as folder:
    for number, (kind, snippet) in enumerate(snippets, 1):
        path = Path(folder) / f"snippet-{number}.yaml"
        if kind == "tests":
            for policy in (root / "examples/policies").glob("*.yaml"):
                (Path(folder) / policy.name).write_text(policy.read_text())
            path = Path(folder) / f"snippet-{number}.test.yaml"
            path.write_text(snippet)
            code, output = run(["test", str(path)])
        else:
            if kind == "conditions":
                rules = "".join(
                    f"  - rule: r{index}\n    when:\n      - {line}\n    then: deny\n    because: r{index}\n"
                    for index, line in enumerate(snippet.splitlines()) if line.strip())
                snippet = WINDOW + "rules:\n" + rules
            path.write_text(complete(snippet))
            code, output = run(["check", str(path)])
        title = f"snippet {number} ({kind}): {snippet.strip().splitlines()[0][:60]}"
        print(f"{'ok' if code == 0 else 'not ok'} {number} - {title.replace('#', '')}")
        if code:
            failed += 1
            for line in output.splitlines():
                print("# " + line)
print(f"1..{len(snippets)}")
sys.exit(0)
