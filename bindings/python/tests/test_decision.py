"""Answers as objects: typed, frozen, printable, and good for keeping."""

import copy
import dataclasses
import json
import pickle
import unittest
from datetime import date
from decimal import Decimal

from libreturns import Adjustment, Allowance, Approval, Decision, FrozenMap, Policy, Rule, Status, Verdict
from support import EYEWEAR, FRAME, FRAMES, KINDS, line, request


def eyewear(**facts):
    return {**FRAMES, "lines": [{**FRAME, **facts}]}


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.policy = Policy.compile(EYEWEAR)


class Answers(Case):
    def test_a_decision(self):
        decision = self.policy.evaluate(FRAMES)
        self.assertIs(Status.DECIDED, decision.status)
        self.assertTrue(decision.decided)
        self.assertEqual(("eyewear-rotation", "2026-07", self.policy.digest), dataclasses.astuple(decision.policy))
        self.assertEqual("AUD", decision.currency)
        self.assertEqual(Decimal("320.00"), decision.totals.net)
        self.assertEqual((Allowance("rotation", "Ray-Ban", 4, 4, 0),), decision.allowances)
        self.assertEqual((), decision.needs)
        self.assertEqual(list(decision.lines), list(decision))
        self.assertEqual(1, len(decision))

    def test_a_line_and_its_portions(self):
        answer = self.policy.evaluate(FRAMES).lines[0]
        self.assertEqual(("A-1", Decimal("320.00"), ("condition", "findings")), (answer.id, answer.net, answer.assumed))
        self.assertTrue(answer.decided and answer.provisional)
        granted, denied = answer
        self.assertIs(Verdict.EXCHANGE_ONLY, granted.verdict)
        self.assertEqual(4, granted.units)
        self.assertEqual(("rotation", "eyewear-rotation.yaml"), (granted.rule.name, granted.rule.file))
        self.assertIn("rule: rotation", EYEWEAR.read_text(encoding="utf-8").splitlines()[granted.rule.line - 1])
        self.assertEqual(("ratio_exceeded", "outside_policy"), denied.reasons)
        self.assertEqual("restock", granted.outputs["disposition"])
        self.assertEqual({"disposition": "return_to_customer", "return_number": "not_needed"}, dict(denied.outputs))
        self.assertIsInstance(granted.rule, Rule)

    def test_fees_and_approvals(self):
        answer = self.policy.evaluate(
            {**eyewear(condition="marked", quantity=1, unit_price=Decimal("1200.00")), "done": ["inspect"]}
        ).lines[0]
        portion = answer.portions[0]
        self.assertEqual((Adjustment("service_charge", Decimal("10.00"), Decimal("10.00")),), portion.fees)
        self.assertEqual((Approval("area_manager", "awaited"),), portion.approvals)
        self.assertEqual(("area_manager",), portion.awaits)
        self.assertEqual(Decimal("1190.00"), answer.net)

    def test_an_undecided_line(self):
        values = eyewear(reason="wrong_size")
        del values["lines"][0]["delivered_on"]
        decision = self.policy.evaluate(values)
        answer = decision.lines[0]
        self.assertEqual(Status.UNDECIDED, decision.status)
        self.assertFalse(answer.decided)
        self.assertEqual((("delivered_on",), ("authorize", "deny")), (answer.needs, answer.possible))
        self.assertEqual((None, ()), (answer.net, answer.portions))
        self.assertEqual(("delivered_on",), decision.needs)
        self.assertIn("needs delivered_on", str(decision))
        self.assertIn("needs delivered_on", decision._repr_html_())

    def test_no_valid_policy(self):
        until = "valid: {by: asked_on, from: 2026-01-01}\nfacts:\n  - {fact: asked_on, type: date, of: request}\n"
        policy = Policy.compile(KINDS.replace("facts:\n", until, 1))
        decision = policy.evaluate(request(line(), asked_on=date(2025, 12, 31)))
        self.assertEqual((Status.NO_VALID_POLICY, ()), (decision.status, decision.lines))

    def test_the_json_is_what_the_library_wrote(self):
        decision = self.policy.evaluate(FRAMES, trace="full")
        record = json.loads(decision.record)
        self.assertEqual(["engine", "request_digest", "answer"], list(record))
        self.assertEqual((record["engine"], record["request_digest"]), (decision.engine, decision.request_digest))
        self.assertEqual(record["answer"], json.loads(decision.json))
        self.assertIn(decision.json, decision.record)

    def test_a_trace(self):
        self.assertIsNone(self.policy.evaluate(FRAMES).trace)
        trace = self.policy.evaluate(FRAMES, trace="full").trace
        rotation = next(rule for rule in trace.lines[0].rules if rule.rule == "rotation")
        self.assertEqual(("4", "4", "0"), (rotation.draw.before, rotation.draw.taken, rotation.draw.after))
        self.assertEqual(("reason is slow_moving", "true"), (rotation.tests[0].source, rotation.tests[0].truth))
        self.assertEqual(
            ("reason", "slow_moving", "given"),
            (rotation.tests[0].values[0].name, rotation.tests[0].values[0].value, rotation.tests[0].values[0].origin),
        )
        text = str(trace)
        for part in (
            "rotation (eyewear-rotation.yaml:",
            "draws 4 on rotation of Ray-Ban: 4 -> 0",
            "with reason = slow_moving",
            "-> 320.00",
        ):
            self.assertIn(part, text)


class Manners(Case):
    def test_verdicts_are_texts(self):
        verdict = self.policy.evaluate(FRAMES).lines[0].portions[1].verdict
        self.assertIs(Verdict.DENY, verdict)
        self.assertEqual("deny", verdict)
        self.assertEqual("deny deny", f"{verdict} {verdict!s}")
        self.assertEqual({"deny": 1}[verdict], 1)
        self.assertEqual('"deny"', json.dumps(verdict))
        self.assertEqual(["authorize", "partial_credit", "exchange_only", "deny"], [str(v) for v in Verdict])

    def test_nothing_changes(self):
        decision = self.policy.evaluate(FRAMES, trace="path")
        portion = decision.lines[0].portions[0]
        for thing, name in (
            (decision, "record"),
            (decision, "x"),
            (decision.lines[0], "net"),
            (portion, "verdict"),
            (portion.rule, "line"),
            (portion.outputs, "x"),
        ):
            with self.assertRaises(AttributeError):
                setattr(thing, name, None)
        with self.assertRaises(TypeError):
            portion.outputs["disposition"] = "scrap"

    def test_equality_and_hashes(self):
        one, same, other = self.policy.evaluate(FRAMES), self.policy.evaluate(FRAMES), self.policy.evaluate(eyewear(quantity=2))
        self.assertEqual(one, same)
        self.assertNotEqual(one, other)
        self.assertNotEqual(one, one.json)
        self.assertEqual(2, len({one, same, other}))
        self.assertEqual(2, len({one.lines, same.lines, other.lines}))

    def test_copies_and_pickles(self):
        decision = self.policy.evaluate(FRAMES, trace="full")
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            for thing in (decision, decision.lines, decision.lines[0].portions[0], decision.trace):
                self.assertEqual(thing, pickle.loads(pickle.dumps(thing, protocol)))
        self.assertEqual(decision, copy.deepcopy(decision))
        self.assertEqual(decision, Decision.parse(decision.record))

    def test_records_that_are_none(self):
        for wrong in (
            "",
            "{}",
            '{"engine":"1","error":{}}',
            ',"answer":',
            ',"answer":x}',
            '{"engine":"1","request_digest":"","answer":[]}',
        ):
            with self.assertRaises(ValueError):
                Decision.parse(wrong)

    def test_text(self):
        decision = self.policy.evaluate(FRAMES)
        self.assertEqual("<Decision decided by eyewear-rotation: 1 line, net 320.00>", repr(decision))
        first, second, third, fourth = str(decision).splitlines()
        self.assertEqual("eyewear-rotation 2026-07: decided, net 320.00 AUD", first)
        self.assertEqual("line A-1: net 320.00 (assuming condition, findings)", second)
        self.assertRegex(third, r"^  4 x exchange_only: rotated, by rotation \(eyewear-rotation.yaml:\d+\), credit 320.00$")
        self.assertIn("1 x deny: ratio_exceeded", fourth)

    def test_html_is_escaped(self):
        html = self.policy.evaluate(eyewear(id="<script>&\"'"))._repr_html_()
        self.assertNotIn("<script>", html)
        self.assertIn("&lt;script&gt;&amp;&quot;&#x27;", html)
        self.assertTrue(html.startswith("<table><caption>eyewear-rotation 2026-07: decided, net 320.00 AUD</caption>"))
        self.assertEqual(3, html.count("<tr>"))

    def test_frozen_maps(self):
        items = FrozenMap({"a": 1, "b": 2})
        self.assertEqual({"a": 1, "b": 2}, items)
        self.assertEqual("{'a': 1, 'b': 2}", repr(items))
        self.assertEqual(hash(items), hash(FrozenMap({"a": 1, "b": 2})))


if __name__ == "__main__":
    unittest.main()
