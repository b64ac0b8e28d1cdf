"""Requests that are kept: facts set by name, one by one or many at a time, asked about again and again.

In: Python values by the names of facts. Out: the handle that a policy evaluates. One thread at a time: a second one is told so, since the
library would not survive it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Optional

from ._encode import line_text, request_text
from ._library import check, fail, ffi, lib, text_of
from .errors import RequestError, ReturnsError

if TYPE_CHECKING:
    from ._policy import Fact, Policy

_OF_REQUEST = 0xFFFFFFFF
_NO_LINE = 0xFFFFFFFF


class _Alone:
    """Entering gives the handle, to one thread at a time."""

    __slots__ = ("_handle", "_lock")

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self._lock = threading.Lock()

    def __enter__(self) -> Any:
        if not self._lock.acquire(blocking=False):
            raise ReturnsError("the request is in use by another thread")
        return self._handle

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _check(handle: Any, status: int) -> None:
    if status == lib.RETURNS_OK:
        return
    message = text_of(lib.returns_request_error(handle))
    if status in (lib.RETURNS_ERROR_MEMORY, lib.RETURNS_ERROR_ARGUMENT) or not message:
        fail(status)
    line = lib.returns_request_error_line(handle)
    raise RequestError(
        message,
        text_of(lib.returns_request_error_code(handle)) or None,
        text_of(lib.returns_request_error_pointer(handle)) or None,
        None if line == _NO_LINE else line,
        text_of(lib.returns_request_error_fact(handle)) or None,
    )


class Request:
    """The facts of one return, for a host that asks again with a fact changed. Texts of facts, roles and steps are as in a dict request:
    request.set(channel="portal", agreed=["area_manager"]). After a RequestError what stood before the faulty fact is set."""

    __slots__ = ("_exclusive", "_facts", "_generation", "__weakref__")
    _exclusive: Optional[_Alone]
    _facts: Mapping[str, Fact]
    _generation: int

    def __init__(self, policy: Policy) -> None:
        out = ffi.new("returns_request **")
        self._exclusive = None
        self._facts = policy.facts
        check(lib.returns_request_new(policy._open(), out))
        self._exclusive = _Alone(ffi.gc(out[0], lib.returns_request_free))
        self._generation = 0

    def _alone(self) -> _Alone:
        if self._exclusive is None:
            raise ReturnsError("the request is closed")
        return self._exclusive

    def _read(self, text: bytes) -> None:
        with self._alone() as handle:
            _check(handle, lib.returns_request_read_json(handle, text, len(text)))

    def _set(self, of: int, text: bytes) -> None:
        with self._alone() as handle:
            _check(handle, lib.returns_request_set_json(handle, of, text, len(text)))

    def set(self, values: Optional[Mapping[str, Any]] = None, /, **facts: Any) -> None:
        """Sets facts of the request, by name or from a mapping; "lines" are added."""
        self._set(_OF_REQUEST, request_text({**(values or {}), **facts}, self._facts))

    def add_line(self, values: Optional[Mapping[str, Any]] = None, /, **facts: Any) -> RequestLine:
        """Adds a line with these facts (and `id`, the host's name for it). A line whose facts are refused is there, without them."""
        text = line_text({**(values or {}), **facts}, self._facts)
        index = ffi.new("uint32_t *")
        with self._alone() as handle:
            _check(handle, lib.returns_request_add_line(handle, index))
            _check(handle, lib.returns_request_set_json(handle, index[0], text, len(text)))
        return RequestLine(self, index[0])

    def _unset(self, of: int, name: str) -> None:
        if name not in self._facts:
            raise RequestError(f"the policy has no fact `{name}`", "R0902")
        with self._alone() as handle:
            _check(handle, lib.returns_request_unset(handle, of, list(self._facts).index(name)))

    def unset(self, name: str) -> None:
        """Takes a fact of the request away again."""
        self._unset(_OF_REQUEST, name)

    def clear(self) -> None:
        """Forgets all facts and lines, and keeps the memory."""
        with self._alone() as handle:
            self._generation += 1
            lib.returns_request_clear(handle)

    @property
    def digest(self) -> str:
        """SHA-256 of the request in canonical form, as `Decision.request_digest`."""
        digest = ffi.new("char[65]")
        with self._alone() as handle:
            check(lib.returns_request_digest(handle, digest, 65))
        return text_of(digest)

    def close(self) -> None:
        self._exclusive = None

    @property
    def closed(self) -> bool:
        return self._exclusive is None

    def __enter__(self) -> Request:
        self._alone()
        return self

    def __exit__(
        self, kind: Optional[type[BaseException]], error: Optional[BaseException], trace: Optional[TracebackType]
    ) -> None:
        self.close()


class RequestLine:
    """A line of a Request, until that is cleared."""

    __slots__ = ("index", "_request", "_generation")

    def __init__(self, request: Request, index: int) -> None:
        self.index = index
        self._request = request
        self._generation = request._generation

    def _current(self) -> Request:
        if self._generation != self._request._generation:
            raise ReturnsError("the request was cleared: this line is gone")
        return self._request

    def set(self, values: Optional[Mapping[str, Any]] = None, /, **facts: Any) -> None:
        """Sets facts of the line, by name or from a mapping."""
        request = self._current()
        request._set(self.index, line_text({**(values or {}), **facts}, request._facts))

    def unset(self, name: str) -> None:
        """Takes a fact of the line away again."""
        self._current()._unset(self.index, name)
