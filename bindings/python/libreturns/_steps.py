"""Steps: what the policy's workflow says is to be done now, as frozen objects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Optional

from ._library import check, ffi, lib, text_of
from .decision import _Text
from .errors import RequestError

_EPOCH = date(1970, 1, 1)


class StepState(_Text):
    """What a step is at. A skipped step counts as done for those after it."""

    DUE = "due"
    WAITING = "waiting"
    SKIPPED = "skipped"
    DONE = "done"
    OVERDUE = "overdue"


_STATES = (None, *StepState)


@dataclass(frozen=True)
class Step:
    """A step of the workflow. date: by when, where that is known; reasons: the steps or facts that it waits for, or the conditions for which it is
    skipped; facts: those that it supplies."""

    name: str
    by: str
    state: StepState
    date: Optional[date]
    reasons: tuple[str, ...]
    facts: tuple[str, ...]

    def __str__(self) -> str:
        by, until = f" by {self.by}" if self.by else "", f" until {self.date}" if self.date else ""
        reasons = f": {', '.join(self.reasons)}" if self.reasons else ""
        return f"{self.name}{by}{until} is {self.state}{reasons}"


def _step(steps: Any, index: int, names: list[str]) -> Step:
    day, fact = ffi.new("int32_t *"), ffi.new("uint32_t *")
    status = lib.returns_steps_date(steps, index, day)
    if status != lib.RETURNS_ERROR_EMPTY:
        check(status)
    facts = []
    for i in range(lib.returns_steps_fact_count(steps, index)):
        check(lib.returns_steps_fact(steps, index, i, fact))
        facts.append(names[fact[0]])
    state = _STATES[lib.returns_steps_state(steps, index)]
    assert state is not None
    return Step(
        text_of(lib.returns_steps_name(steps, index)),
        text_of(lib.returns_steps_by(steps, index)),
        state,
        _EPOCH + timedelta(days=day[0]) if status == lib.RETURNS_OK else None,
        tuple(text_of(lib.returns_steps_reason(steps, index, i)) for i in range(lib.returns_steps_reason_count(steps, index))),
        tuple(facts),
    )


def steps_of(policy: Any, request: Any, names: list[str]) -> tuple[Step, ...]:
    """policy, request: handles; names: of the facts, in order."""
    out = ffi.new("returns_steps **")
    check(lib.returns_steps_new(ffi.NULL, out))
    steps = ffi.gc(out[0], lib.returns_steps_free)
    status = lib.returns_steps_evaluate(policy, request, steps)
    if status == lib.RETURNS_ERROR_REQUEST:
        raise RequestError(text_of(lib.returns_steps_error(steps)), text_of(lib.returns_steps_error_code(steps)))
    check(status)
    return tuple(_step(steps, index, names) for index in range(lib.returns_steps_count(steps)))
