"""Python values as the JSON that the library reads. Exact or refused: nothing is rounded, guessed or left out here.

In: what a caller passes as a request, and the declared facts (some types of Python fit two types of fact). Out: JSON text.
Whether a value fits its fact is the library's to say.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ._policy import Fact

_HUGE = 10**20  # out of range of every fact, and still short
_write = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode

_ACCEPTED = "pass a str, bool, int, Decimal, date, datetime, timedelta, or a set or list of str"


def _decimal(value: Decimal, name: str, facts: Mapping[str, Fact]) -> str:
    text = str(value)
    if "E" in text and -40 < value.adjusted() < 40:  # beyond that it is no number of ours: the library says so, of a short text
        text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text + "%" if _kind(name, facts) == "percent" else text


def _instant(value: datetime, name: str) -> str:
    if value.tzinfo is None or value.utcoffset() is None:
        raise TypeError(f"{name}: a datetime without time zone is no point in time; give it a tzinfo")
    if value.microsecond:
        raise TypeError(
            f"{name}: instants are exact to the second; say what becomes of the rest, such as .replace(microsecond=0)"
        )
    return value.isoformat()


def _duration(value: timedelta, name: str, kind: str) -> str:
    unit = timedelta(hours=1) if kind == "hours" else timedelta(days=1)
    if value % unit:
        raise TypeError(f"{name}: a timedelta of whole {'hours' if kind == 'hours' else 'days'} is due")
    return f"{value // unit} {'hours' if kind == 'hours' else 'days'}"


def _kind(name: str, facts: Mapping[str, Fact]) -> str:
    fact = facts.get(name)
    return fact.type if fact else ""


def _value(value: Any, name: str, facts: Mapping[str, Fact]) -> Any:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is Decimal:
        return _decimal(value, name, facts)
    if kind is date:
        return value.isoformat()
    if isinstance(value, int):
        return value if -_HUGE < value < _HUGE else _HUGE if value > 0 else -_HUGE
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (list, tuple)):
        return [_member(item, name) for item in value]
    if isinstance(value, Set):
        return sorted(_member(item, name) for item in value)
    if isinstance(value, Decimal):
        return _decimal(value, name, facts)
    if isinstance(value, datetime):
        return _instant(value, name)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return _duration(value, name, _kind(name, facts))
    if isinstance(value, float):
        raise TypeError(
            f"{name}: a float is a binary fraction, and most amounts have none that is exact; "
            "pass a Decimal, such as Decimal('12.50')"
        )
    raise TypeError(f"{name}: {kind.__name__} is no type of a fact; {_ACCEPTED}")


def _member(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name}: its members are str, not {type(value).__name__}")
    return str.__str__(value)


def _name(name: Any) -> str:
    if not isinstance(name, str):
        raise TypeError(f"{name!r} is no name: names are str")
    return str.__str__(name)


def _members(values: Mapping[str, Any], facts: Mapping[str, Fact]) -> dict[str, Any]:
    return {_name(name): _value(value, name, facts) for name, value in values.items()}


def _lines(lines: Any, facts: Mapping[str, Fact]) -> list[Any]:
    if not isinstance(lines, (list, tuple)):
        raise TypeError(f"lines: a list of dicts, not {type(lines).__name__}")
    out = []
    for index, line in enumerate(lines):
        if not isinstance(line, Mapping):
            raise TypeError(f"lines[{index}]: a dict, not {type(line).__name__}")
        try:
            out.append(_members(line, facts))
        except TypeError as error:
            raise TypeError(f"lines[{index}].{error}") from None
    return out


def line_text(values: Mapping[str, Any], facts: Mapping[str, Fact]) -> bytes:
    """The facts of one line."""
    return _write(_members(values, facts)).encode("ascii")


def request_text(values: Mapping[str, Any], facts: Mapping[str, Fact]) -> bytes:
    """A request, or what is added to one. Facts that are per value of another are dicts."""
    out: dict[str, Any] = {}
    for name, value in values.items():
        if name == "lines":
            out["lines"] = _lines(value, facts)
        elif isinstance(value, Mapping):
            out[_name(name)] = {_name(key): _value(item, name, facts) for key, item in value.items()}
        else:
            out[_name(name)] = _value(value, name, facts)
    return _write(out).encode("ascii")
