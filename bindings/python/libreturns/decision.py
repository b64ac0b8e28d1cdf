"""Answers: what a policy says about a request, as typed and frozen objects.

In: one line as the library writes it (docs/answers.md). Out: a Decision, which keeps that line and looks into it when it is asked. It knows no
handle of C: a decision outlives its policy, crosses threads and processes, and is pickled as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from html import escape
from typing import Any, Generic, NoReturn, Optional, TypeVar, Union

from .errors import RequestError

V = TypeVar("V")


class _Text(str, Enum):
    """Names that equal their text: Verdict.DENY == "deny"."""

    def __str__(self) -> str:
        return str(self.value)

    def __format__(self, spec: str) -> str:
        return format(str(self.value), spec)


class Verdict(_Text):
    """From the most to the least favourable."""

    AUTHORIZE = "authorize"
    PARTIAL_CREDIT = "partial_credit"
    EXCHANGE_ONLY = "exchange_only"
    DENY = "deny"


class Status(_Text):
    """Of an answer, and of each of its lines (there: the first two)."""

    DECIDED = "decided"
    UNDECIDED = "undecided"
    NO_VALID_POLICY = "no_valid_policy"


class FrozenMap(Mapping[str, V], Generic[V]):
    """A small mapping that does not change, in the order of the policy."""

    __slots__ = ("_items",)
    _items: dict[str, V]

    def __init__(self, items: Mapping[str, V]) -> None:
        object.__setattr__(self, "_items", dict(items))

    def __getitem__(self, key: str) -> V:
        return self._items[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(tuple(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError("a FrozenMap does not change")

    def __reduce__(self) -> tuple[Any, ...]:
        return (FrozenMap, (self._items,))


@dataclass(frozen=True)
class Rule:
    """The rule that decided, and where it stands in the policy."""

    name: str
    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.name} ({self.file}:{self.line})"


@dataclass(frozen=True)
class Adjustment:
    """A fee or bonus: `amount` is charged, `collected` is what the credit could bear (of a bonus: all)."""

    name: str
    amount: Decimal
    collected: Decimal


@dataclass(frozen=True)
class Approval:
    """A role that must agree. answer: "awaited", "agreed" or "refused"."""

    role: str
    answer: str


@dataclass(frozen=True)
class Portion:
    """Units of a line that got one answer."""

    verdict: Verdict
    units: int
    rule: Rule
    because: str
    reasons: tuple[str, ...]
    reasons_open: bool
    credit: Decimal
    bonuses: tuple[Adjustment, ...]
    fees: tuple[Adjustment, ...]
    net: Decimal
    approvals: tuple[Approval, ...]
    outputs: FrozenMap[Optional[str]]
    open_outputs: FrozenMap[tuple[str, ...]]

    @property
    def awaits(self) -> tuple[str, ...]:
        """Roles that have not answered yet."""
        return tuple(approval.role for approval in self.approvals if approval.answer == "awaited")

    def __str__(self) -> str:
        fees = "".join(f", {fee.name} -{fee.collected}" for fee in self.fees)
        bonuses = "".join(f", {bonus.name} +{bonus.amount}" for bonus in self.bonuses)
        awaits = f", awaits {', '.join(self.awaits)}" if self.awaits else ""
        return f"{self.units} x {self.verdict}: {self.because}, by {self.rule}, credit {self.credit}{bonuses}{fees}{awaits}"


@dataclass(frozen=True)
class Line:
    """A line of the request. Of a decided one `portions` and amounts; of an undecided one `needs` and `possible`, and no amounts."""

    id: Optional[str]
    status: Status
    credit: Optional[Decimal] = None
    bonuses: Optional[Decimal] = None
    fees: Optional[Decimal] = None
    uncovered: Optional[Decimal] = None
    net: Optional[Decimal] = None
    assumed: tuple[str, ...] = ()
    portions: tuple[Portion, ...] = ()
    needs: tuple[str, ...] = ()
    possible: tuple[Verdict, ...] = ()

    @property
    def decided(self) -> bool:
        return self.status is Status.DECIDED

    @property
    def provisional(self) -> bool:
        """Decided only as long as what was assumed holds."""
        return bool(self.assumed)

    def __iter__(self) -> Iterator[Portion]:
        return iter(self.portions)

    def __str__(self) -> str:
        name = f"line {self.id}" if self.id is not None else "line"
        if not self.decided:
            return f"{name}: undecided, needs {', '.join(self.needs) or 'an answer to what is open'}; possible: {', '.join(self.possible)}"
        assumed = f" (assuming {', '.join(self.assumed)})" if self.assumed else ""
        return "\n".join([f"{name}: net {self.net}{assumed}", *(f"  {portion}" for portion in self.portions)])


@dataclass(frozen=True)
class Allowance:
    """A balance after the request. Units are int, money is Decimal; limit and left are None while they are not known."""

    allowance: str
    of: Optional[str]
    limit: Union[int, Decimal, None]
    drawn: Union[int, Decimal]
    left: Union[int, Decimal, None]


@dataclass(frozen=True)
class Totals:
    """Sums over the decided lines."""

    credit: Decimal
    bonuses: Decimal
    fees: Decimal
    uncovered: Decimal
    net: Decimal


@dataclass(frozen=True)
class PolicyIdentity:
    """Which policy answered; digest is the SHA-256 of its sources."""

    name: str
    revision: str
    digest: str


# ---- traces ----


@dataclass(frozen=True)
class TraceValue:
    """A fact or term as a test saw it: value None is private; origin says how a fact came by it."""

    name: str
    kind: str
    value: Optional[str]
    origin: str


@dataclass(frozen=True)
class TraceTest:
    """A line of `when` or (negated) `unless`, and what it came to."""

    source: str
    negated: bool
    truth: str
    file: str
    line: int
    values: tuple[TraceValue, ...]


@dataclass(frozen=True)
class TraceDraw:
    """What a rule took from an allowance."""

    allowance: str
    of: Optional[str]
    before: str
    taken: str
    after: str


@dataclass(frozen=True)
class TraceRule:
    """A rule as a line met it; took and remaining count units."""

    rule: str
    file: str
    line: int
    truth: str
    verdict: Verdict
    took: int
    remaining: int
    draw: Optional[TraceDraw]
    tests: tuple[TraceTest, ...]


@dataclass(frozen=True)
class TraceAmount:
    """How an amount came about; amounts are texts here, as exact fractions need not be decimals."""

    name: str
    portion: int
    source: Optional[str]
    file: Optional[str]
    line: int
    base: Optional[str]
    percent: Optional[str]
    exact: Optional[str]
    at_least: Optional[str]
    at_most: Optional[str]
    rounded: Optional[str]
    collected: Optional[str]


@dataclass(frozen=True)
class TraceLine:
    """The rules that a line (index in the request) met, and its amounts."""

    line: int
    rules: tuple[TraceRule, ...]
    amounts: tuple[TraceAmount, ...]


@dataclass(frozen=True)
class Trace:
    """Why: each rule that counted, its tests with their values, and each amount, with places in the policy's files."""

    level: str
    lines: tuple[TraceLine, ...]

    def __str__(self) -> str:
        return "\n".join(text for line in self.lines for text in _trace_line(line))


def _trace_line(line: TraceLine) -> Iterator[str]:
    yield f"line {line.line}"
    for rule in line.rules:
        took = f", took {rule.took} and left {rule.remaining}" if rule.took else ""
        yield f"  {rule.rule} ({rule.file}:{rule.line}): {rule.truth}, {rule.verdict}{took}"
        if rule.draw:
            of = f" of {rule.draw.of}" if rule.draw.of is not None else ""
            yield f"    draws {rule.draw.taken} on {rule.draw.allowance}{of}: {rule.draw.before} -> {rule.draw.after}"
        for test in rule.tests:
            values = ", ".join(f"{value.name} = {'(private)' if value.value is None else value.value}" for value in test.values)
            yield f"    {test.truth}: {'unless ' if test.negated else ''}{test.source} ({test.file}:{test.line}){f' with {values}' if values else ''}"
    for amount in line.amounts:
        source = f" = {amount.source}" if amount.source else ""
        collected = f", collected {amount.collected}" if amount.collected is not None else ""
        yield f"  {amount.name} of portion {amount.portion}{source}: {amount.exact} -> {amount.rounded}{collected}"


# ---- from JSON ----


def _adjustments(items: list[dict[str, str]]) -> tuple[Adjustment, ...]:
    return tuple(
        Adjustment(item["name"], Decimal(item["amount"]), Decimal(item.get("collected", item["amount"]))) for item in items
    )


def _portion(item: dict[str, Any]) -> Portion:
    rule = item["rule"]
    return Portion(
        Verdict(item["verdict"]),
        item["units"],
        Rule(rule["name"], rule["file"], rule["line"]),
        item["because"],
        tuple(item["reasons"]),
        item["reasons_open"],
        Decimal(item["credit"]),
        _adjustments(item["bonuses"]),
        _adjustments(item["fees"]),
        Decimal(item["net"]),
        tuple(Approval(approval["role"], approval["answer"]) for approval in item["approvals"]),
        FrozenMap(item["outputs"]),
        FrozenMap({output["output"]: tuple(output["needs"]) for output in item["open_outputs"]}),
    )


def _line(item: dict[str, Any]) -> Line:
    if item["status"] != "decided":
        return Line(
            item["id"], Status(item["status"]), needs=tuple(item["needs"]), possible=tuple(Verdict(v) for v in item["possible"])
        )
    return Line(
        item["id"],
        Status.DECIDED,
        Decimal(item["credit"]),
        Decimal(item["bonuses"]),
        Decimal(item["fees"]),
        Decimal(item["uncovered"]),
        Decimal(item["net"]),
        tuple(item["assumed"]),
        tuple(_portion(portion) for portion in item["portions"]),
    )


def _quantity(value: Union[int, str, None]) -> Union[int, Decimal, None]:
    return Decimal(value) if isinstance(value, str) else value


def _drawn(value: Union[int, str]) -> Union[int, Decimal]:
    return Decimal(value) if isinstance(value, str) else value


def _allowance(item: dict[str, Any]) -> Allowance:
    return Allowance(item["allowance"], item["of"], _quantity(item["limit"]), _drawn(item["drawn"]), _quantity(item["left"]))


def _trace_rule(item: dict[str, Any]) -> TraceRule:
    tests = tuple(
        TraceTest(**{**test, "values": tuple(TraceValue(**value) for value in test["values"])}) for test in item["tests"]
    )
    draw = TraceDraw(**item["draw"]) if item["draw"] else None
    return TraceRule(**{**item, "verdict": Verdict(item["verdict"]), "draw": draw, "tests": tests})


def _trace(item: dict[str, Any]) -> Trace:
    return Trace(
        item["level"],
        tuple(
            TraceLine(
                line["line"],
                tuple(_trace_rule(rule) for rule in line["rules"]),
                tuple(TraceAmount(**amount) for amount in line["amounts"]),
            )
            for line in item["lines"]
        ),
    )


def request_error(line: bytes) -> RequestError:
    error = json.loads(line)["error"]
    return RequestError(error["message"], error["code"], error["pointer"], error["line"], error["fact"], error["rule"])


_ANSWER = b',"answer":'


class Decision:
    """The answer to one request. Equal answers to equal requests are equal, byte by byte (`json`)."""

    __slots__ = ("_text", "_start", "_read")
    _text: bytes
    _start: int
    _read: dict[str, Any]

    def __init__(self, text: bytes) -> None:
        """text: a line as the library wrote it; who kept one as `record` reads it again with Decision.parse."""
        object.__setattr__(self, "_text", text.rstrip(b"\n"))
        object.__setattr__(self, "_start", text.find(_ANSWER) + len(_ANSWER))
        object.__setattr__(self, "_read", {})

    @classmethod
    def parse(cls, record: str) -> Decision:
        """The decision of a `record`. Raises ValueError for a text that is none."""
        decision = cls(record.encode("utf-8", "surrogatepass"))
        tree = json.loads(record)
        if not isinstance(tree, dict) or not isinstance(tree.get("answer"), dict) or decision._answer() != tree["answer"]:
            raise ValueError("this is no record of a decision")
        return decision

    def _answer(self) -> dict[str, Any]:
        """The answer's tree, read when it is first asked for."""
        tree = self._read.get("answer")
        if tree is None:
            tree = self._read["answer"] = json.loads(self.json)
        return tree  # type: ignore[no-any-return]

    @property
    def record(self) -> str:
        """Answer, engine and the request's digest in one line of JSON: what to keep. Decision.parse reads it again."""
        return self._text.decode("utf-8")

    @property
    def json(self) -> str:
        """The answer as canonical JSON: the same text from C, the command, Python and Ruby."""
        return self._text[self._start : -1].decode("utf-8")

    @property
    def request_digest(self) -> str:
        """SHA-256 of the request in canonical form."""
        return self._text[self._start - len(_ANSWER) - 65 : self._start - len(_ANSWER) - 1].decode("ascii")

    @property
    def engine(self) -> str:
        """The version of the library that answered."""
        return self._text.split(b'"', 4)[3].decode("ascii")

    @property
    def status(self) -> Status:
        return Status(self._answer()["status"])

    @property
    def decided(self) -> bool:
        return self.status is Status.DECIDED

    @property
    def policy(self) -> PolicyIdentity:
        return PolicyIdentity(**self._answer()["policy"])

    @property
    def currency(self) -> str:
        """ "" for a policy without money."""
        return str(self._answer()["currency"])

    @property
    def lines(self) -> tuple[Line, ...]:
        lines = self._read.get("lines")
        if lines is None:
            lines = self._read["lines"] = tuple(_line(line) for line in self._answer()["lines"])
        return lines

    @property
    def needs(self) -> tuple[str, ...]:
        """Facts that would settle undecided lines, each once."""
        return tuple(dict.fromkeys(need for line in self.lines for need in line.needs))

    @property
    def allowances(self) -> tuple[Allowance, ...]:
        return tuple(_allowance(item) for item in self._answer()["allowances"])

    @property
    def totals(self) -> Totals:
        return Totals(**{name: Decimal(amount) for name, amount in self._answer()["totals"].items()})

    @property
    def trace(self) -> Optional[Trace]:
        """None if the evaluation was not asked for one."""
        trace = self._answer().get("trace")
        return _trace(trace) if trace else None

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Decision) and self._text == other._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __setattr__(self, name: str, value: Any) -> NoReturn:
        raise AttributeError("a decision does not change")

    def __reduce__(self) -> tuple[Any, ...]:
        return (Decision, (self._text,))

    def __repr__(self) -> str:
        return f"<Decision {self.status} by {self.policy.name}: {len(self)} line{'' if len(self) == 1 else 's'}, net {self.totals.net}>"

    def __str__(self) -> str:
        policy = self.policy
        head = f"{policy.name}{' ' + policy.revision if policy.revision else ''}: {self.status}, net {self.totals.net} {self.currency}"
        return "\n".join([head.rstrip(), *map(str, self.lines)])

    def _repr_html_(self) -> str:
        """What notebooks show."""
        return _html(self)


# ---- HTML ----

_COLUMNS = ("line", "units", "verdict", "because", "rule", "credit", "fees", "net", "open")


def _row(cells: tuple[object, ...]) -> str:
    return "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells) + "</tr>"


def _rows(number: int, line: Line) -> Iterator[str]:
    name = number if line.id is None else line.id
    if not line.decided:
        yield _row(
            (name, "", "undecided", "", "", "", "", "", f"needs {', '.join(line.needs)}; possible: {', '.join(line.possible)}")
        )
    for portion in line.portions:
        fees = ", ".join(f"{fee.name} {fee.collected}" for fee in portion.fees)
        awaits = f"awaits {', '.join(portion.awaits)}" if portion.awaits else ""
        yield _row(
            (
                name,
                portion.units,
                portion.verdict,
                ", ".join(portion.reasons),
                portion.rule,
                portion.credit,
                fees,
                portion.net,
                awaits,
            )
        )


def _html(decision: Decision) -> str:
    totals = decision.totals
    caption = f"{decision.policy.name} {decision.policy.revision}: {decision.status}, net {totals.net} {decision.currency}"
    head = "".join(f"<th>{column}</th>" for column in _COLUMNS)
    body = "".join(row for number, line in enumerate(decision.lines) for row in _rows(number, line))
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
