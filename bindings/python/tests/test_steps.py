"""What is to be done next."""

import unittest
from datetime import date
from decimal import Decimal

from libreturns import Policy, RequestError, ReturnsError, Step, StepState
from support import EYEWEAR, FRAMES, KINDS, line, request, text_of

DATED = KINDS.replace("rules:\n", "workflow:\n  - {step: ship, by: customer, within: 10 days of asked}\nrules:\n", 1)
DATED = DATED.replace("facts:\n", "facts:\n  - {fact: asked, type: date, of: request}\n", 1)


def states(steps):
    return [f"{step.name} {step.state}" for step in steps]


class Steps(unittest.TestCase):
    def test_a_workflow(self):
        policy = Policy.compile(EYEWEAR)
        first = policy.steps(FRAMES)
        self.assertEqual(
            ["approve skipped", "ship due", "inspect waiting", "recondition waiting", "settle waiting"], states(first)
        )
        self.assertEqual(("area_manager", ("request_value > 1000.00",)), (first[0].by, first[0].reasons))
        self.assertEqual(("ship",), first[2].reasons)
        self.assertEqual(("condition", "findings"), first[2].facts)
        shipped = policy.steps({**FRAMES, "done": ["ship"]})
        self.assertEqual("inspect due", states(shipped)[2])
        large = {**FRAMES, "lines": [{**FRAMES["lines"][0], "unit_price": Decimal(500)}]}
        self.assertEqual(["approve due", "ship waiting"], states(policy.steps(large))[:2])

    def test_dates(self):
        policy = Policy.compile(DATED)
        values = request(line(), asked=date(2026, 4, 1))
        ship = policy.steps(values)[0]
        self.assertEqual(Step("ship", "customer", StepState.DUE, date(2026, 4, 11), (), ()), ship)
        self.assertEqual("ship by customer until 2026-04-11 is due", str(ship))
        self.assertEqual("due", policy.steps({**values, "as_of": date(2026, 4, 11)})[0].state)
        self.assertEqual("overdue", policy.steps({**values, "as_of": date(2026, 4, 12)})[0].state)

    def test_the_forms_of_a_request(self):
        policy = Policy.compile(EYEWEAR)
        kept = policy.request()
        kept.set({name: value for name, value in FRAMES.items() if name != "lines"})
        kept.add_line(FRAMES["lines"][0])
        self.assertEqual(policy.steps(FRAMES), policy.steps(policy.encode(FRAMES)))
        self.assertEqual(policy.steps(FRAMES), policy.steps(kept))
        self.assertEqual((), Policy.compile(KINDS).steps(text_of({"lines": []})))

    def test_misuse(self):
        policy = Policy.compile(KINDS)
        with self.assertRaisesRegex(RequestError, "R0902"):
            policy.steps(request(line(colour=1)))
        with self.assertRaises(TypeError):
            policy.steps(None)
        with self.assertRaisesRegex(ReturnsError, "another policy"):
            policy.steps(Policy.compile(KINDS).request())
        policy.close()
        with self.assertRaisesRegex(ReturnsError, "closed"):
            policy.steps(request(line()))


if __name__ == "__main__":
    unittest.main()
