"""Policies, and what they say about requests.

In: texts, files, blocks, requests. Out: decisions. A policy is shared by threads and used after fork: each evaluation takes a
batch (the library's request, decision and output) from the policy's pool, or makes one, and has it alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import Any, Optional, Union

from ._compile import compile_policy
from ._encode import request_text
from ._library import bytes_of, c_name, check, ffi, lib, optional_text_of, text_of
from ._request import Request
from ._steps import Step, steps_of
from .decision import Decision, request_error
from .errors import Diagnostic, PolicyError, RequestError, ReturnsError

_TYPES = (
    "",
    "flag",
    "choice",
    "set",
    "text",
    "count",
    "decimal",
    "percent",
    "money",
    "date",
    "instant",
    "days",
    "months",
    "hours",
)
_SCOPES = {0: "line", 1: "request", 2: "fact"}
_DRAWINGS = {"text": 1, "dot": 2, "mermaid": 3, "json": 4}


def _options(level: int) -> Any:
    return ffi.new("returns_options *", {"size": ffi.sizeof("returns_options"), "trace": level})


_TRACES = {None: ffi.NULL, "none": ffi.NULL, "path": _options(1), "full": _options(2)}


def _trace_options(trace: Optional[str]) -> Any:
    try:
        return _TRACES[trace]
    except (KeyError, TypeError):
        raise ValueError(f'trace is None, "path" or "full", not {trace!r}') from None


@dataclass(frozen=True)
class Fact:
    """A declared fact. of: "line", "request", or "fact" for one that is per value of another; values: of a choice or set."""

    name: str
    type: str
    of: str
    values: tuple[str, ...]


class _Batch:
    """One evaluation at a time: the handle, and where C leaves its answer."""

    __slots__ = ("handle", "text", "size")

    def __init__(self, policy: Any) -> None:
        self.text = ffi.new("char **")
        self.size = ffi.new("size_t *")
        handle = ffi.new("returns_batch **")
        check(lib.returns_batch_new(policy, handle))
        self.handle = ffi.gc(handle[0], lib.returns_batch_free)


def _encoded(request: Any, facts: Mapping[str, Fact]) -> bytes:
    if isinstance(request, Mapping):
        return request_text(request, facts)
    if isinstance(request, str):
        return request.encode("utf-8", "surrogatepass")
    if isinstance(request, bytes):
        return request
    raise TypeError(f"a request is a dict, JSON text, or a Request, not {type(request).__name__}")


def _one_line(text: bytes) -> bytes:
    """A line feed in JSON is white space or a fault; a carriage return is the same, and ends no line."""
    return text.replace(b"\n", b"\r")


def _outcome(line: bytes) -> Union[Decision, RequestError]:
    return request_error(line) if line.startswith(b'"error"', line.find(b",") + 1) else Decision(line)


class Policy:
    """A compiled policy. Immutable: share it between threads, use it after fork, pickle it (by its block)."""

    __slots__ = ("_handle", "_pool", "_facts", "warnings", "__weakref__")
    warnings: tuple[Diagnostic, ...]

    _handle: Any
    _pool: list[_Batch]
    _facts: Optional[Mapping[str, Fact]]

    def __init__(self) -> None:
        raise TypeError("a Policy is made by Policy.compile or Policy.load")

    @classmethod
    def _of(cls, handle: Any, warnings: tuple[Diagnostic, ...]) -> Policy:
        policy = object.__new__(cls)
        policy._handle = handle
        policy._pool = []
        policy._facts = None
        policy.warnings = warnings
        return policy

    @classmethod
    def compile(
        cls,
        policy: Union[str, bytes, os.PathLike[str]],
        sources: Optional[Mapping[str, Union[str, bytes]]] = None,
        *,
        name: str = "policy.yaml",
    ) -> Policy:
        """Compiles the text of a policy, or of a path the file, with the files beside it that `use:` and `floor:` ask for.

        sources: more files, by the names that the policy uses. name: what a text is called in messages and traces.
        Raises PolicyError with all findings.
        """
        return cls._of(*compile_policy(policy, {} if sources is None else sources, name))

    @classmethod
    def load(cls, block: bytes) -> Policy:
        """The policy of a block. Raises PolicyError for bytes that are none, were altered, or are of another format."""
        if not isinstance(block, (bytes, bytearray, memoryview)):
            raise TypeError(f"a block is bytes, not {type(block).__name__}")
        out = ffi.new("returns_policy **")
        view = ffi.from_buffer(block)
        status = lib.returns_policy_load(ffi.NULL, view, len(view), out)
        if status in (lib.RETURNS_ERROR_BLOCK, lib.RETURNS_ERROR_VERSION):
            raise PolicyError(text_of(lib.returns_status_text(status)))
        check(status)
        return cls._of(ffi.gc(out[0], lib.returns_policy_free), ())

    def _open(self) -> Any:
        if self._handle is None:
            raise ReturnsError("the policy is closed")
        return self._handle

    @property
    def block(self) -> bytes:
        """The policy as bytes: to save, send, or load again in microseconds."""
        block, size = ffi.new("void **"), ffi.new("size_t *")
        handle = self._open()
        check(lib.returns_policy_block(handle, block, size))
        return bytes_of(block, size)

    @property
    def name(self) -> str:
        return text_of(lib.returns_policy_name(self._open()))

    @property
    def revision(self) -> str:
        return text_of(lib.returns_policy_revision(self._open()))

    @property
    def title(self) -> str:
        return text_of(lib.returns_policy_title(self._open()))

    @property
    def currency(self) -> str:
        return text_of(lib.returns_policy_currency(self._open()))

    @property
    def minor_digits(self) -> int:
        return int(lib.returns_policy_minor_digits(self._open()))

    @property
    def digest(self) -> str:
        """SHA-256 of the sources."""
        return text_of(lib.returns_policy_digest(self._open()))

    @property
    def facts(self) -> Mapping[str, Fact]:
        """The declared facts by name, in order."""
        if self._facts is None:
            self._facts = _facts(self._open())
        return self._facts

    @property
    def rules(self) -> tuple[str, ...]:
        """Names of the rules, in order; the last resort is not among them."""
        handle = self._open()
        return tuple(text_of(lib.returns_policy_rule_name(handle, i)) for i in range(lib.returns_policy_rule_count(handle)))

    def message(self, code: str, locale: str) -> Optional[str]:
        """The text of a reason code (fr-CA falls back to fr, then to the first); None if there is none."""
        return optional_text_of(lib.returns_policy_message(self._open(), c_name(code, "a code"), c_name(locale, "a locale")))

    def tree(self, drawing: str = "text") -> str:
        """The decision tree as "text", "dot", "mermaid" or "json"."""
        if drawing not in _DRAWINGS:
            raise ValueError(f"a drawing is one of {', '.join(_DRAWINGS)}, not {drawing!r}")
        handle = self._open()
        text, size = ffi.new("char **"), ffi.new("size_t *")
        check(lib.returns_policy_tree(handle, _DRAWINGS[drawing], text, size))
        try:
            return bytes_of(text, size).decode("utf-8")
        finally:
            lib.returns_text_free(handle, text[0], size[0])

    def encode(self, request: Union[Mapping[str, Any], str, bytes]) -> str:
        """A request as JSON text, to keep beside its answer: evaluating it again gives the same."""
        return _encoded(request, self.facts).decode("utf-8", "replace")

    def request(self) -> Request:
        """An empty request for this policy."""
        return Request(self)

    def _answer(self, function: Any, arguments: tuple[Any, ...], rest: tuple[Any, ...] = ()) -> bytes:
        """What one call of returns_batch_* writes. The batch is this call's alone; C runs without Python's lock."""
        handle = self._open()
        try:
            batch = self._pool.pop()
        except IndexError:
            batch = _Batch(handle)
        try:
            check(function(batch.handle, *arguments, batch.text, batch.size, *rest))
            return bytes_of(batch.text, batch.size)
        finally:
            if self._handle is not None:
                self._pool.append(batch)

    def evaluate(self, request: Union[Mapping[str, Any], str, bytes, Request], *, trace: Optional[str] = None) -> Decision:
        """Decides a request: a dict, JSON text, or a Request of this policy. trace: None, "path" or "full".

        Raises RequestError for a request that is refused. A missing fact is no error: the answer is undecided, and says what it needs.
        """
        options = _trace_options(trace)
        if isinstance(request, Request):
            with request._alone() as handle:
                line = self._answer(lib.returns_batch_request, (handle, options))
        else:
            text = _encoded(request, self.facts)
            line = self._answer(lib.returns_batch_text, (text, len(text), options))
        outcome = _outcome(line)
        if isinstance(outcome, RequestError):
            raise outcome
        return outcome

    def evaluate_many(
        self, requests: Iterable[Union[Mapping[str, Any], str, bytes]], chunk: int = 1000, *, trace: Optional[str] = None
    ) -> Iterator[Union[Decision, RequestError]]:
        """Decides many, with one call into C for each chunk; lazily, in order. A refused request yields its RequestError, and the run goes on."""
        if chunk < 1:
            raise ValueError("a chunk holds at least one request")
        self._open()
        return self._many(iter(requests), chunk, _trace_options(trace))

    def _many(self, requests: Iterator[Any], chunk: int, options: Any) -> Iterator[Union[Decision, RequestError]]:
        facts = self.facts
        while True:
            text = b"".join(_one_line(_encoded(request, facts)) + b"\n" for request in islice(requests, chunk))
            if not text:
                return
            for line in self._answer(lib.returns_batch_lines, (text, len(text), options), (ffi.NULL,)).split(b"\n")[:-1]:
                yield _outcome(line)

    def steps(self, request: Union[Mapping[str, Any], str, bytes, Request]) -> tuple[Step, ...]:
        """The steps of the workflow in its order, each with what it is at, given the facts and the steps that are done; none without a workflow.

        Against which day a step is overdue the request says: {"as_of": date(2026, 4, 1), ...}.
        """
        kept = request if isinstance(request, Request) else Request(self)
        if not isinstance(request, Request):
            kept._read(_encoded(request, self.facts))
        with kept._alone() as handle:
            return steps_of(self._open(), handle, list(self.facts))

    def close(self) -> None:
        """Lets go of the policy. Evaluations that other threads are in go on; decisions and requests stay good."""
        self._handle = None
        self._pool.clear()

    @property
    def closed(self) -> bool:
        return self._handle is None

    def __enter__(self) -> Policy:
        self._open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return (Policy.load, (self.block,))

    def __repr__(self) -> str:
        if self.closed:
            return "<Policy, closed>"
        return f"<Policy {self.name}{' ' + self.revision if self.revision else ''}: {len(self.rules)} rules, {len(self.facts)} facts>"


def _facts(handle: Any) -> Mapping[str, Fact]:
    facts = {}
    for i in range(lib.returns_policy_fact_count(handle)):
        values = (text_of(lib.returns_policy_value_name(handle, i, k)) for k in range(lib.returns_policy_value_count(handle, i)))
        name = text_of(lib.returns_policy_fact_name(handle, i))
        facts[name] = Fact(
            name,
            _TYPES[lib.returns_policy_fact_type(handle, i)],
            _SCOPES[lib.returns_policy_fact_scope(handle, i)],
            tuple(values),
        )
    return MappingProxyType(facts)
