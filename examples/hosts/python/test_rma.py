"""The module's own tests, against the policy that it ships with."""

import sqlite3
import unittest
from datetime import date
from decimal import Decimal

from libreturns import Policy, Verdict
from rma import EYEWEAR, Returns, Wish, open_shop

OCTOBER = date(2026, 10, 1)


class Rma(unittest.TestCase):
    def setUp(self) -> None:
        self.database = open_shop()
        self.addCleanup(self.database.close)
        self.returns = Returns(self.database, Policy.compile(EYEWEAR))

    def tearDown(self) -> None:
        for (rma,) in self.database.execute("SELECT id FROM rma").fetchall():
            self.assertTrue(self.returns.replay(rma), rma)

    def test_a_small_return_goes_through(self) -> None:
        rma = self.returns.open("S-2", [Wish("S-2/2", 2, "wrong_size")], OCTOBER)
        self.assertEqual("goods expected", self.returns.state(rma))
        self.assertTrue(self.returns.decision(rma).lines[0].provisional)
        self.assertEqual(Decimal(0), self.returns.credited(rma))
        self.returns.inspect(rma, {"S-2/2": "as_new"})
        self.assertEqual("settled", self.returns.state(rma))
        self.assertEqual(Decimal("191.00"), self.returns.credited(rma))

    def test_what_the_inspection_finds_counts(self) -> None:
        rma = self.returns.open("S-2", [Wish("S-2/2", 1, "wrong_size")], OCTOBER)
        self.returns.inspect(rma, {"S-2/2": "worn"})
        self.assertEqual(Decimal("57.30"), self.returns.credited(rma))

    def test_a_large_return_waits_for_its_approval(self) -> None:
        rma = self.returns.open("S-2", [Wish("S-2/1", 5, "dissatisfied")], OCTOBER)
        self.assertEqual("waiting for approval: area_manager", self.returns.state(rma))
        self.returns.answer_approval(rma, "area_manager", agreed=True)
        self.assertEqual("goods expected", self.returns.state(rma))
        self.returns.inspect(rma, {"S-2/1": "as_new"})
        self.assertEqual(Decimal("1200.00"), self.returns.credited(rma))

    def test_a_refused_approval_refuses_the_return(self) -> None:
        rma = self.returns.open("S-2", [Wish("S-2/1", 5, "dissatisfied")], OCTOBER)
        self.returns.answer_approval(rma, "area_manager", agreed=False)
        self.assertEqual("refused", self.returns.state(rma))
        self.assertEqual(("approval_refused",), self.returns.decision(rma).lines[0].portions[0].reasons)
        with self.assertRaisesRegex(ValueError, "is refused"):
            self.returns.inspect(rma, {"S-2/1": "as_new"})

    def test_a_rotation_draws_on_the_new_order(self) -> None:
        rma = self.returns.open("S-1", [Wish("S-1/1", 5, "slow_moving")], OCTOBER, {"Ray-Ban": 12})
        exchanged, denied = self.returns.decision(rma).lines[0].portions
        self.assertEqual((Verdict.EXCHANGE_ONLY, 4), (exchanged.verdict, exchanged.units))
        self.assertEqual((Verdict.DENY, 1, "ratio_exceeded"), (denied.verdict, denied.units, denied.because))

    def test_a_late_return_is_refused_at_once(self) -> None:
        rma = self.returns.open("S-1", [Wish("S-1/1", 1, "wrong_size")], OCTOBER)
        self.assertEqual("refused", self.returns.state(rma))

    def test_more_than_was_sold(self) -> None:
        with self.assertRaises(ValueError):
            self.returns.open("S-1", [Wish("S-1/1", 7, "wrong_size")], OCTOBER)
        self.assertEqual(0, self.database.execute("SELECT count(*) FROM rma").fetchone()[0])

    def test_an_answer_is_replayed_under_the_policy_that_gave_it(self) -> None:
        rma = self.returns.open("S-2", [Wish("S-2/2", 2, "wrong_size")], OCTOBER)
        text = EYEWEAR.read_text(encoding="utf-8").replace("otherwise: 30 days", "otherwise: 10 days")
        self.assertNotEqual(text, EYEWEAR.read_text(encoding="utf-8"))
        stricter = Returns(self.database, Policy.compile(text, name=EYEWEAR.name))
        self.assertEqual("refused", stricter.state(stricter.open("S-2", [Wish("S-2/2", 2, "wrong_size")], OCTOBER)))
        self.assertEqual("goods expected", stricter.state(rma))
        self.assertTrue(stricter.replay(rma))

    def test_a_changed_record_does_not_replay(self) -> None:
        rma = self.returns.open("S-2", [Wish("S-2/2", 2, "wrong_size")], OCTOBER)
        good = self.database.execute("SELECT request, record FROM rma").fetchone()
        for column, old, new in (("record", '"191.00"', '"291.00"'), ("request", '"95.5"', '"95.6"')):
            with self.database:
                self.database.execute(f"UPDATE rma SET {column} = replace({column}, ?, ?)", (old, new))
            self.assertFalse(self.returns.replay(rma))
            with self.database:
                self.database.execute("UPDATE rma SET request = ?, record = ?", good)

    def test_nothing_is_kept_of_what_cannot_be_stored(self) -> None:
        self.database.execute("DROP TABLE credit_note")
        rma = self.returns.open("S-2", [Wish("S-2/2", 2, "wrong_size")], OCTOBER)
        with self.assertRaises(sqlite3.OperationalError):
            self.returns.inspect(rma, {"S-2/2": "as_new"})
        self.assertEqual("goods expected", self.returns.state(rma))


if __name__ == "__main__":
    unittest.main()
