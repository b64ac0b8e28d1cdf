"""Returns in a shop's own system: the shop stores, libreturns decides.

What an ERP module does: it takes a customer's wish to send goods back (an RMA), gathers the facts from its own tables, asks the policy, and keeps
request, answer and trace with the RMA. Each later event (an approval, an inspection) adds a fact and asks again. Any answer can be
replayed years later: the policy is kept as its compiled block, under its digest.

    python3 examples/hosts/python/rma.py        tells the story of one return
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Optional

from libreturns import Decision, Policy, Verdict

SCHEMA = """
CREATE TABLE sale (id TEXT PRIMARY KEY, customer TEXT NOT NULL, invoiced_on TEXT NOT NULL, delivered_on TEXT NOT NULL);
CREATE TABLE sale_line (id TEXT PRIMARY KEY, sale TEXT NOT NULL REFERENCES sale, brand TEXT NOT NULL, unit_price TEXT NOT NULL, quantity INTEGER NOT NULL);
CREATE TABLE policy (digest TEXT PRIMARY KEY, block BLOB NOT NULL);
CREATE TABLE rma (id INTEGER PRIMARY KEY, sale TEXT NOT NULL REFERENCES sale, policy TEXT NOT NULL REFERENCES policy,
                  state TEXT NOT NULL, request TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE credit_note (rma INTEGER NOT NULL REFERENCES rma, sale_line TEXT NOT NULL REFERENCES sale_line, amount TEXT NOT NULL);
"""


@dataclass(frozen=True)
class Wish:
    """What the customer wants to send back."""

    sale_line: str
    quantity: int
    reason: str


def state_of(decision: Decision, request: dict[str, Any]) -> str:
    """What the clerk sees in the list of RMAs."""
    portions = [portion for line in decision for portion in line]
    if not decision.decided:
        return f"waiting for facts: {', '.join(decision.needs)}"
    if all(portion.verdict is Verdict.DENY for portion in portions):
        return "refused"
    awaited = sorted({role for portion in portions for role in portion.awaits})
    if awaited:
        return f"waiting for approval: {', '.join(awaited)}"
    return "settled" if "inspect" in request.get("done", []) else "goods expected"


class Returns:
    """The module: RMAs of one shop under one policy."""

    def __init__(self, database: sqlite3.Connection, policy: Policy) -> None:
        self.database = database
        self.policy = policy
        with database:
            database.execute("INSERT OR IGNORE INTO policy VALUES (?, ?)", (policy.digest, policy.block))

    def open(self, sale: str, wishes: Iterable[Wish], requested_on: date, new_order: Optional[dict[str, int]] = None) -> int:
        """Opens an RMA for goods of one sale; new_order: units per brand of the order that comes with it. Answers its number."""
        invoiced_on, delivered_on = self.database.execute(
            "SELECT invoiced_on, delivered_on FROM sale WHERE id = ?", (sale,)
        ).fetchone()
        lines = []
        for wish in wishes:
            brand, price, sold = self.database.execute(
                "SELECT brand, unit_price, quantity FROM sale_line WHERE id = ? AND sale = ?", (wish.sale_line, sale)
            ).fetchone()
            if wish.quantity > sold:
                raise ValueError(f"only {sold} of {wish.sale_line} were sold")
            lines.append(
                {
                    "id": wish.sale_line,
                    "brand": brand,
                    "reason": wish.reason,
                    "quantity": wish.quantity,
                    "unit_price": Decimal(price),
                    "invoiced_on": date.fromisoformat(invoiced_on),
                    "delivered_on": date.fromisoformat(delivered_on),
                }
            )
        request = {"requested_on": requested_on, "channel": "portal", "new_order_units": new_order or {}, "lines": lines}
        return self._decide(None, sale, json.loads(self.policy.encode(request)))

    def answer_approval(self, rma: int, role: str, agreed: bool) -> None:
        """A role has agreed to the RMA, or refused."""
        sale, request = self._read(rma)
        request.setdefault("agreed" if agreed else "refused", []).append(role)
        self._decide(rma, sale, request)

    def inspect(self, rma: int, conditions: dict[str, str]) -> None:
        """The goods have come, and the warehouse says in what condition each line is."""
        sale, request = self._read(rma)
        for line in request["lines"]:
            line.update(condition=conditions[line["id"]], findings=[])
        request["done"] = ["inspect"]
        self._decide(rma, sale, request)

    def decision(self, rma: int) -> Decision:
        (record,) = self.database.execute("SELECT record FROM rma WHERE id = ?", (rma,)).fetchone()
        return Decision.parse(record)

    def state(self, rma: int) -> str:
        (state,) = self.database.execute("SELECT state FROM rma WHERE id = ?", (rma,)).fetchone()
        return str(state)

    def credited(self, rma: int) -> Decimal:
        return sum(
            (Decimal(row[0]) for row in self.database.execute("SELECT amount FROM credit_note WHERE rma = ?", (rma,))), Decimal(0)
        )

    def replay(self, rma: int) -> bool:
        """Whether the policy that decided then decides the same now, to the byte, from the request that is kept."""
        request, record, block = self.database.execute(
            "SELECT request, record, block FROM rma JOIN policy ON policy.digest = rma.policy WHERE rma.id = ?", (rma,)
        ).fetchone()
        kept = Decision.parse(record)
        with Policy.load(block) as policy:
            again = policy.evaluate(request, trace="full")
        return again.json == kept.json and again.request_digest == kept.request_digest

    def _read(self, rma: int) -> tuple[str, dict[str, Any]]:
        sale, state, request = self.database.execute("SELECT sale, state, request FROM rma WHERE id = ?", (rma,)).fetchone()
        if state in ("settled", "refused"):
            raise ValueError(f"RMA {rma} is {state}")
        return sale, json.loads(request)

    def _decide(self, rma: Optional[int], sale: str, request: dict[str, Any]) -> int:
        """Asks the policy and keeps request and answer; what is settled becomes a credit note, in the same transaction."""
        decision = self.policy.evaluate(request, trace="full")
        state = state_of(decision, request)
        row = (sale, self.policy.digest, state, self.policy.encode(request), decision.record)
        with self.database:
            if rma is None:
                rma = self.database.execute(
                    "INSERT INTO rma (sale, policy, state, request, record) VALUES (?, ?, ?, ?, ?)", row
                ).lastrowid
            else:
                self.database.execute(
                    "UPDATE rma SET sale = ?, policy = ?, state = ?, request = ?, record = ? WHERE id = ?", (*row, rma)
                )
            if state == "settled":
                notes = [(rma, line.id, str(line.net)) for line in decision if line.net]
                self.database.executemany("INSERT INTO credit_note VALUES (?, ?, ?)", notes)
        assert rma is not None
        return rma


def open_shop(path: str = ":memory:") -> sqlite3.Connection:
    """The shop's tables, with two sales in them."""
    database = sqlite3.connect(path)
    database.executescript(SCHEMA)
    with database:
        database.execute("INSERT INTO sale VALUES ('S-1', 'Optik Weber', '2026-01-15', '2026-01-20')")
        database.execute("INSERT INTO sale VALUES ('S-2', 'Vision West', '2026-09-10', '2026-09-14')")
        database.execute("INSERT INTO sale_line VALUES ('S-1/1', 'S-1', 'Ray-Ban', '80.00', 6)")
        database.execute("INSERT INTO sale_line VALUES ('S-2/1', 'S-2', 'Persol', '240.00', 5)")
        database.execute("INSERT INTO sale_line VALUES ('S-2/2', 'S-2', 'Ray-Ban', '95.50', 2)")
    return database


EYEWEAR = Path(__file__).resolve().parents[2] / "policies" / "eyewear-rotation.yaml"


def main() -> None:
    returns = Returns(open_shop(), Policy.compile(EYEWEAR))
    print("Five Persols, sent back because nobody wants them; 1,200.00 in all:")
    rma = returns.open("S-2", [Wish("S-2/1", 5, "dissatisfied")], date(2026, 10, 1))
    print(f"  {returns.state(rma)}")
    returns.answer_approval(rma, "area_manager", agreed=True)
    print(f"The area manager agrees:\n  {returns.state(rma)}")
    returns.inspect(rma, {"S-2/1": "worn"})
    print(f"The warehouse finds them worn:\n  {returns.state(rma)}, {returns.credited(rma)} credited\n")
    print(returns.decision(rma), returns.decision(rma).trace, sep="\n\n")
    print(f"\nReplayed from what is kept: {'the same' if returns.replay(rma) else 'DIFFERENT'}")


if __name__ == "__main__":
    main()
