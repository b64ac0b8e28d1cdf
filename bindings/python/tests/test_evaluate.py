"""Requests in every form, and values of every type."""

import unittest
from collections import OrderedDict
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum

from libreturns import Policy, RequestError, ReturnsError, Verdict
from support import EYEWEAR, FIVE_FRAMES, FRAME, FRAMES, KINDS, line, request, text_of


class Brand(str, Enum):
    RAY_BAN = "Ray-Ban"


class Pieces(IntEnum):
    TWO = 2


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.policy = Policy.compile(KINDS)

    def same(self, values, as_json):
        """The dict means what the JSON text says."""
        expected = self.policy.evaluate(text_of(as_json))
        self.assertEqual(expected, self.policy.evaluate(values))
        self.assertEqual(expected, next(self.policy.evaluate_many([values])))

    def refused(self, values, code, pointer=None, fact=None):
        with self.assertRaises(RequestError) as caught:
            self.policy.evaluate(values)
        error = caught.exception
        self.assertEqual((code, pointer, fact), (error.code, error.pointer, error.fact), str(error))
        many = next(self.policy.evaluate_many([values]))
        self.assertEqual((code, pointer, fact), (many.code, many.pointer, many.fact))
        return error

    def unfit(self, values, pattern):
        with self.assertRaisesRegex(TypeError, pattern):
            self.policy.evaluate(values)
        with self.assertRaisesRegex(TypeError, pattern):
            list(self.policy.evaluate_many([values]))
        with self.assertRaisesRegex(TypeError, pattern.replace(r"lines\[0\]\.", "")):
            self.policy.request().add_line(values["lines"][0])


class Values(Case):
    def test_money_decimals_and_percentages(self):
        for value, form in [
            (Decimal("80.00"), "80.00"),
            (Decimal("80"), "80.00"),
            (Decimal("80.000"), "80.00"),
            (Decimal("8E+1"), "80.00"),
            (Decimal("0.10"), "0.10"),
            (Decimal("0"), "0.00"),
            (Decimal("0E-9"), "0.00"),
            ("80.00", "80.00"),
        ]:
            self.same(request(line(price=value)), request({"price": form}))
        self.same(
            request(line(weight=Decimal("0.500"), lost=Decimal("12.5"))),
            request({"price": "10.00", "weight": "0.5", "lost": "12.5%"}),
        )
        self.same(request(line(lost="12.5%")), request({"price": "10.00", "lost": "12.5%"}))

    def test_dates_instants_and_durations(self):
        east = timezone(timedelta(hours=2))
        self.same(
            request(
                line(
                    bought=date(2026, 4, 1),
                    sent_at=datetime(2026, 4, 1, 10, 30, tzinfo=east),
                    window=timedelta(days=14),
                    delay=timedelta(hours=36),
                )
            ),
            request(
                {
                    "price": "10.00",
                    "bought": "2026-04-01",
                    "sent_at": "2026-04-01T10:30:00+02:00",
                    "window": "14 days",
                    "delay": "36 hours",
                }
            ),
        )
        self.same(
            request(line(warranty="6 months", window="1 day")),
            request({"price": "10.00", "warranty": "6 months", "window": "1 day"}),
        )
        self.same(request(line(bought=date(1, 1, 1))), request({"price": "10.00", "bought": "0001-01-01"}))

    def test_flags_counts_choices_texts(self):
        self.same(
            request(line(pieces=3), gift=True, channel="phone"),
            {"gift": True, "channel": "phone", "lines": [{"price": "10.00", "pieces": 3}]},
        )
        self.same(
            request(line(brand=Brand.RAY_BAN, pieces=Pieces.TWO)), request({"price": "10.00", "brand": "Ray-Ban", "pieces": 2})
        )
        self.same(
            request(line(brand='Lindberg \u00c5 \U0001f453 "x" \\')),
            request({"price": "10.00", "brand": 'Lindberg \u00c5 \U0001f453 "x" \\'}),
        )
        self.same(request(line(brand="A\u030a")), request({"price": "10.00", "brand": "\u00c5"}))

    def test_sets(self):
        for members in (
            ["worn", "washed"],
            ("washed", "worn"),
            {"worn", "washed"},
            frozenset({"worn", "washed"}),
            {"worn": 1, "washed": 2}.keys(),
        ):
            self.same(request(line(tags=members)), request({"price": "10.00", "tags": ["worn", "washed"]}))
        self.same(request(line(tags=set())), request({"price": "10.00", "tags": []}))

    def test_a_dict_per_key(self):
        keyed = {Brand.RAY_BAN: 12, "Persol": 3}
        self.same(request(line(), ordered=keyed), request({"price": "10.00"}, ordered={"Ray-Ban": 12, "Persol": 3}))
        self.same(OrderedDict(lines=(OrderedDict(price=Decimal(1)),)), request({"price": "1.00"}))

    def test_a_float_is_refused_with_the_reason(self):
        self.unfit(request(line(price=80.0)), r"lines\[0\]\.price: a float is a binary fraction.*Decimal")
        self.unfit(request(line(pieces=float("nan"))), r"pieces: a float")
        with self.assertRaisesRegex(TypeError, "ordered: a float"):
            self.policy.evaluate(request(line(), ordered={"Ray-Ban": 1.0}))
        with self.assertRaisesRegex(RequestError, "R0925 at /lines/0/price.*fraction"):
            self.policy.evaluate('{"lines":[{"price":80.0}]}')

    def test_datetimes_must_be_exact(self):
        self.unfit(request(line(sent_at=datetime(2026, 4, 1, 10, 30))), "without time zone")
        self.unfit(request(line(sent_at=datetime(2026, 4, 1, 10, 30, 0, 1, tzinfo=timezone.utc))), "exact to the second")
        self.refused(request(line(bought=datetime(2026, 4, 1, tzinfo=timezone.utc))), "R0905", "/lines/0/bought", "bought")

    def test_durations_must_be_whole(self):
        self.unfit(request(line(window=timedelta(hours=1))), "whole days")
        self.unfit(request(line(delay=timedelta(minutes=90))), "whole hours")
        self.refused(request(line(warranty=timedelta(days=30))), "R0905", "/lines/0/warranty", "warranty")

    def test_values_of_no_type(self):
        for wrong in (object(), b"80.00", 1j, lambda: 0, [1], {1}, [None], [["worn"]], {"a": 1}, range(3)):
            self.unfit(request(line(tags=wrong)), r"lines\[0\]\.tags")
        for wrong in (5, None, "lines", {"price": 1}, [5], [None], [["price"]], object()):
            with self.assertRaisesRegex(TypeError, "lines"):
                self.policy.evaluate({"lines": wrong})
        for wrong in ({1: 2}, {None: 1}, {("a",): 1}):
            with self.assertRaisesRegex(TypeError, "no name"):
                self.policy.evaluate({**wrong, "lines": []})
            with self.assertRaisesRegex(TypeError, "no name"):
                self.policy.evaluate({"lines": [wrong]})
            with self.assertRaisesRegex(TypeError, "no name"):
                self.policy.evaluate({"ordered": wrong, "lines": []})

    def test_none_is_no_value(self):
        error = self.refused(request(line(brand=None)), "R0925", "/lines/0/brand", "brand")
        self.assertIn("leave out", error.message)

    def test_huge_numbers(self):
        for huge in (2**63, -(2**63) - 1, 10**30, -(10**30), 10**6000):
            self.refused(request(line(pieces=huge)), "R0922", "/lines/0/pieces")
        for huge in (
            Decimal(10) ** 30,
            Decimal("1E+999999"),
            Decimal("1E-999999"),
            Decimal("NaN"),
            Decimal("-Infinity"),
            Decimal("sNaN"),
        ):
            with self.assertRaises(RequestError) as caught:
                self.policy.evaluate(request(line(price=huge)))
            self.assertEqual("price", caught.exception.fact)

    def test_texts_that_are_none(self):
        for wrong in ("\ud800", "a\udfff", "a\0b"):
            with self.assertRaises(RequestError) as caught:
                self.policy.evaluate(request(line(brand=wrong)))
            self.assertEqual("/lines/0/brand", caught.exception.pointer)


class Requests(Case):
    def test_the_forms_agree(self):
        policy = Policy.compile(EYEWEAR)
        expected = policy.evaluate(FIVE_FRAMES)
        kept = policy.request()
        kept.set({name: value for name, value in FRAMES.items() if name != "lines"})
        kept.add_line(FRAME)
        for form in (FIVE_FRAMES.encode(), FRAMES, kept):
            self.assertEqual(expected, policy.evaluate(form))
        self.assertEqual(Verdict.EXCHANGE_ONLY, expected.lines[0].portions[0].verdict)

    def test_a_refused_request(self):
        error = self.refused(request(line(colour="red")), "R0902", "/lines/0/colour")
        self.assertEqual(0, error.line)
        self.assertTrue(str(error).startswith("R0902 at /lines/0/colour: "))
        self.refused(request(line(), line(price=Decimal("5000.01"))), "R0904", "/lines/1/price", "price")
        self.refused({}, "R0931")

    def test_a_broken_requirement_names_the_line(self):
        with self.assertRaises(RequestError) as caught:
            self.policy.evaluate(request(line(), line(weight=Decimal(100))))
        self.assertEqual(1, caught.exception.line)

    def test_a_refused_request_leaves_nothing_behind(self):
        good = request(line())
        expected = self.policy.evaluate(good)
        for bad in ("", "{", '{"lines":[{"price":"1.00","brand":"x"},{"price":5}]}', request(line(colour="red"))):
            with self.assertRaises(RequestError):
                self.policy.evaluate(bad)
            self.assertEqual(expected, self.policy.evaluate(good))

    def test_texts_that_are_no_json(self):
        for text in (
            "",
            " ",
            "\n",
            "null",
            "[]",
            "5",
            "{",
            '{"lines":[]',
            "\ufeff{}",
            '{"lines":[]} x',
            "\ud800",
            b"\xff",
            b'{"lines":[{"brand":"\xc3"}]}',
            b"\0",
            "[" * 100_000,
        ):
            with self.assertRaises(RequestError) as caught:
                self.policy.evaluate(text)
            self.assertRegex(caught.exception.code, "^R09[0-9]{2}$")

    def test_a_request_is_of_one_of_three_kinds(self):
        for wrong in (None, 5, [], [("lines", [])], {1}, object()):
            with self.assertRaisesRegex(TypeError, "a request is"):
                self.policy.evaluate(wrong)

    def test_trace_levels(self):
        values = request(line())
        self.assertIsNone(self.policy.evaluate(values).trace)
        self.assertIsNone(self.policy.evaluate(values, trace="none").trace)
        self.assertEqual("path", self.policy.evaluate(values, trace="path").trace.level)
        self.assertEqual("full", self.policy.evaluate(values, trace="full").trace.level)
        for wrong in ("all", 1, [], True):
            with self.assertRaisesRegex(ValueError, "trace is"):
                self.policy.evaluate(values, trace=wrong)

    def test_private_values_are_in_no_text(self):
        decision = self.policy.evaluate(request(line(note="SECRET", tags=["torn"])), trace="full")
        self.assertNotIn("SECRET", decision.record + str(decision.trace) + decision._repr_html_())


class Many(Case):
    def test_answers_come_in_order_and_faults_do_not_stop_them(self):
        def requests():
            for number in range(25):
                yield "{" if number % 5 == 3 else request(line(id=str(number), pieces=number))

        for chunk in (1, 2, 7, 25, 1000):
            answers = list(self.policy.evaluate_many(requests(), chunk))
            self.assertEqual(25, len(answers))
            for number, answer in enumerate(answers):
                if number % 5 == 3:
                    self.assertEqual("R0920", answer.code)
                else:
                    self.assertEqual(str(number), answer.lines[0].id)
                    self.assertEqual(Decimal(10) * number, answer.totals.net)

    def test_each_text_gets_one_answer_whatever_it_holds(self):
        pretty = '{\n  "lines": [\n    {"price": "1.00"}\n  ]\n}\n'
        texts = [pretty, "", "\n", "\n\n{}", pretty.encode(), '{"lines":[{"brand":"a\nb"}]}', "\r", pretty]
        answers = list(self.policy.evaluate_many(texts))
        self.assertEqual(len(texts), len(answers))
        self.assertEqual([0, 4, 7], [i for i, answer in enumerate(answers) if not isinstance(answer, RequestError)])
        for text, answer in zip(texts, answers):
            if isinstance(answer, RequestError):
                with self.assertRaises(RequestError) as caught:
                    self.policy.evaluate(text)
                self.assertEqual((answer.code, answer.pointer), (caught.exception.code, caught.exception.pointer))

    def test_it_is_lazy(self):
        taken = []
        answers = self.policy.evaluate_many((taken.append(n) or request(line()) for n in range(100)), chunk=10)
        self.assertEqual([], taken)
        next(answers)
        self.assertEqual(10, len(taken))
        self.assertEqual([], list(self.policy.evaluate_many([])))

    def test_traces(self):
        self.assertEqual(["path"], [answer.trace.level for answer in self.policy.evaluate_many([request(line())], trace="path")])

    def test_misuse(self):
        for chunk in (0, -1):
            with self.assertRaises(ValueError):
                self.policy.evaluate_many([], chunk)
        with self.assertRaises(TypeError):
            self.policy.evaluate_many(5)
        with self.assertRaises(TypeError):
            list(self.policy.evaluate_many([self.policy.request()]))


class Kept(Case):
    def test_facts_are_changed_one_by_one(self):
        kept = self.policy.request()
        kept.set(gift=True, ordered={"Persol": 3})
        first = kept.add_line(line(id="a"))
        second = kept.add_line(id="b", price=Decimal(5), pieces=2)
        self.assertEqual((0, 1), (first.index, second.index))
        expected = {
            "gift": True,
            "ordered": {"Persol": 3},
            "lines": [{"id": "a", "price": "10.00"}, {"id": "b", "price": "5.00", "pieces": 2}],
        }
        self.assertEqual(self.policy.evaluate(text_of(expected)), self.policy.evaluate(kept))
        self.assertEqual(self.policy.evaluate(kept).request_digest, kept.digest)
        second.set(tags={"torn"}, pieces=3)
        kept.set(gift=False)
        kept.unset("gift")
        first.set(pieces=7)
        first.unset("pieces")
        expected["lines"][1].update(tags=["torn"], pieces=3)
        del expected["gift"]
        self.assertEqual(self.policy.evaluate(text_of(expected)), self.policy.evaluate(kept))

    def test_clear(self):
        kept = self.policy.request()
        gone = kept.add_line(line())
        kept.clear()
        self.assertEqual(0, len(self.policy.evaluate(kept)))
        kept.add_line(line())
        with self.assertRaisesRegex(ReturnsError, "cleared"):
            gone.set(pieces=2)
        with self.assertRaisesRegex(ReturnsError, "cleared"):
            gone.unset("pieces")

    def test_faults_name_the_fact(self):
        kept = self.policy.request()
        kept.add_line(line())
        second = kept.add_line(line())
        with self.assertRaises(RequestError) as caught:
            second.set(price=Decimal("5000.01"))
        self.assertEqual(
            ("R0904", "/lines/1/price", 1, "price"),
            tuple(getattr(caught.exception, name) for name in ("code", "pointer", "line", "fact")),
        )
        with self.assertRaisesRegex(RequestError, "did you mean `channel`"):
            kept.set(chanel="portal")
        for use in (lambda: kept.unset("colour"), lambda: second.unset("colour")):
            with self.assertRaisesRegex(RequestError, "R0902"):
                use()
        for use in (lambda: kept.set(gift=1.5), lambda: kept.set({5: 1}), lambda: kept.add_line(price=0.1)):
            with self.assertRaises(TypeError):
                use()
        for wrong in ("text", 5, [1]):
            with self.assertRaises(TypeError):
                kept.set(wrong)

    def test_of_another_policy(self):
        kept = Policy.compile(KINDS).request()
        with self.assertRaisesRegex(ReturnsError, "another policy"):
            self.policy.evaluate(kept)

    def test_closing(self):
        with self.policy.request() as kept:
            one = kept.add_line(line())
            self.assertFalse(kept.closed)
        self.assertTrue(kept.closed)
        for use in (
            lambda: kept.set(gift=True),
            kept.clear,
            lambda: kept.digest,
            lambda: one.set(pieces=1),
            lambda: self.policy.evaluate(kept),
            kept.__enter__,
        ):
            with self.assertRaisesRegex(ReturnsError, "closed"):
                use()
        kept.close()


if __name__ == "__main__":
    unittest.main()
