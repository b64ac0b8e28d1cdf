#!/usr/bin/env python3
"""What it costs to ask from Python: nanoseconds of processor time per evaluation for each form of request, beside C alone.

One real policy, one return of one line. All forms are timed in turn, round by round; printed are medians over the rounds, and the ratio to C.
Shared machines drift: trust the ratios. "C alone" is one call of returns_batch_lines over all texts, from text to answer.
"""
import statistics
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

from libreturns import Policy
from libreturns._library import check, ffi, lib

REQUESTS, ROUNDS = 1000, 21
ROOT = Path(__file__).resolve().parent.parent
FRAME = {
    "id": "A-1",
    "brand": "Ray-Ban",
    "reason": "wrong_size",
    "invoiced_on": date(2026, 9, 10),
    "delivered_on": date(2026, 9, 14),
    "unit_price": Decimal("80.00"),
    "quantity": 2,
    "tags": [],
}
REQUEST = {"requested_on": date(2026, 10, 1), "channel": "portal", "new_order_units": {"Ray-Ban": 12}, "lines": [FRAME]}


def contenders(policy):
    text = policy.encode(REQUEST)
    texts, dicts = [text] * REQUESTS, [REQUEST] * REQUESTS
    lines = "".join(text + "\n" for text in texts).encode()
    batch, answer, size = ffi.new("returns_batch **"), ffi.new("char **"), ffi.new("size_t *")
    check(lib.returns_batch_new(policy._open(), batch))
    own = ffi.gc(batch[0], lib.returns_batch_free)
    kept = policy.request()
    kept.set({name: value for name, value in REQUEST.items() if name != "lines"})
    frame = kept.add_line(FRAME)

    def c_alone():
        check(lib.returns_batch_lines(own, lines, len(lines), ffi.NULL, answer, size, ffi.NULL))

    def each(evaluate):
        def run():
            for _ in range(REQUESTS):
                evaluate()

        return run

    def change():
        frame.set(quantity=3)
        policy.evaluate(kept)

    return {
        "C alone, text to answer": c_alone,
        "evaluate_many(texts)": lambda: list(policy.evaluate_many(texts)),
        "evaluate_many(dicts)": lambda: list(policy.evaluate_many(dicts)),
        "evaluate(text)": each(lambda: policy.evaluate(text)),
        "evaluate(dict)": each(lambda: policy.evaluate(REQUEST)),
        "evaluate(dict), read one verdict": each(lambda: policy.evaluate(REQUEST).lines[0].portions[0].verdict),
        "evaluate(dict), full trace": each(lambda: policy.evaluate(REQUEST, trace="full")),
        "evaluate(Request)": each(lambda: policy.evaluate(kept)),
        "Request: set a fact, evaluate": each(change),
    }


def main():
    runs = contenders(Policy.compile(ROOT / "examples" / "policies" / "eyewear-rotation.yaml"))
    times = {name: [] for name in runs}
    for _ in range(ROUNDS):
        for name, run in runs.items():
            start = time.process_time_ns()
            run()
            times[name].append((time.process_time_ns() - start) / REQUESTS)
    base = statistics.median(times["C alone, text to answer"])
    print(f"| Python {sys.version.split()[0]} | ns | to C |\n|---|---|---|")
    for name, values in times.items():
        middle = statistics.median(values)
        print(f"| {name} | {middle:,.0f} | {middle / base:.2f} |")


main()
