"""What can go wrong: a policy, a request, or the use of a handle. All of it is a ReturnsError."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional


class ReturnsError(Exception):
    """Anything that libreturns reports."""


@dataclass(frozen=True)
class Place:
    """A place in a source; lines and columns count from 1, ends are exclusive. Line 0: no place."""

    file: Optional[str]
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file or ""


@dataclass(frozen=True)
class Related:
    """A place that belongs to a finding, and what it is."""

    place: Place
    label: str


@dataclass(frozen=True)
class Diagnostic:
    """One finding in a policy: what is wrong, where, and what would mend it. docs/errors.md explains each code."""

    code: str
    severity: str
    file: Optional[str]
    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    hint: Optional[str]
    related: tuple[Related, ...] = ()

    @property
    def place(self) -> Place:
        return Place(self.file, self.line, self.column, self.end_line, self.end_column)

    def __str__(self) -> str:
        place = f"{self.place}: " if self.line else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.severity}[{self.code}]: {self.message}{hint}"


class PolicyError(ReturnsError):
    """A policy that does not compile, or a block that does not load. str() shows the findings with their source lines."""

    def __init__(self, text: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(text, diagnostics)
        self.text = text
        self.diagnostics = diagnostics

    def __str__(self) -> str:
        return self.text


class RequestError(ReturnsError):
    """A request that is refused, by its form or while deciding. What says nothing is None; lines count from 0."""

    def __init__(
        self,
        message: str,
        code: Optional[str] = None,
        pointer: Optional[str] = None,
        line: Optional[int] = None,
        fact: Optional[str] = None,
        rule: Optional[str] = None,
    ) -> None:
        super().__init__(message, code, pointer, line, fact, rule)
        self.message = message
        self.code = code
        self.pointer = pointer
        self.line = line
        self.fact = fact
        self.rule = rule

    def __str__(self) -> str:
        where = f" at {self.pointer}" if self.pointer else f" in line {self.line}" if self.line is not None else ""
        return f"{self.code}{where}: {self.message}" if self.code else self.message
