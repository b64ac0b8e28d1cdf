"""libreturns: returns policies in YAML, compiled once, answered exactly, with an audit trace.

from pathlib import Path
from libreturns import Policy, Verdict

policy = Policy.compile(Path("policy.yaml"))
decision = policy.evaluate({"requested_on": date(2026, 4, 1), "lines": [{"price": Decimal("80.00")}]})
"""

from ._library import lib as _lib
from ._library import text_of as _text_of
from ._policy import Fact, Policy
from ._request import Request, RequestLine
from ._steps import Step, StepState
from .decision import (
    Adjustment,
    Allowance,
    Approval,
    Decision,
    FrozenMap,
    Line,
    PolicyIdentity,
    Portion,
    Rule,
    Status,
    Totals,
    Trace,
    TraceAmount,
    TraceDraw,
    TraceLine,
    TraceRule,
    TraceTest,
    TraceValue,
    Verdict,
)
from .errors import Diagnostic, Place, PolicyError, Related, RequestError, ReturnsError

__version__: str = _text_of(_lib.returns_version())

__all__ = [
    "Adjustment",
    "Allowance",
    "Approval",
    "Decision",
    "Diagnostic",
    "Fact",
    "FrozenMap",
    "Line",
    "Place",
    "Policy",
    "PolicyError",
    "PolicyIdentity",
    "Portion",
    "Related",
    "Request",
    "RequestError",
    "RequestLine",
    "ReturnsError",
    "Rule",
    "Status",
    "Step",
    "StepState",
    "Totals",
    "Trace",
    "TraceAmount",
    "TraceDraw",
    "TraceLine",
    "TraceRule",
    "TraceTest",
    "TraceValue",
    "Verdict",
]
