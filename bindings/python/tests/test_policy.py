"""Compiling, loading, and what a policy says of itself."""

import os
import pickle
import tempfile
import unittest
from pathlib import Path

from libreturns import Fact, Policy, PolicyError, ReturnsError
from support import EYEWEAR, FIVE_FRAMES, KINDS, line, request

BROKEN = KINDS.replace("tags has torn", "tags has tornn").replace(
    "type: choice, of: request, values: [portal, phone]", "type: choise"
)
SHARED = "returns: 1\nvocabulary: shared\nfacts:\n  - {fact: size, type: count}\n"
USER = "returns: 1\npolicy: user\nuse: [shared.yaml]\nrules:\n  - rule: big\n    when:\n      - size > 3\n    then: deny\n    because: big\notherwise: {then: authorize, because: fine}\n"


class Compiling(unittest.TestCase):
    def test_text(self):
        policy = Policy.compile(KINDS)
        self.assertEqual(
            ("kinds", "3", "One fact of every type", "EUR", 2),
            (policy.name, policy.revision, policy.title, policy.currency, policy.minor_digits),
        )
        self.assertEqual(("torn",), policy.rules)
        self.assertEqual(64, len(policy.digest))
        self.assertEqual((), policy.warnings)
        self.assertEqual("<Policy kinds 3: 1 rules, 15 facts>", repr(policy))

    def test_bytes_are_text(self):
        self.assertEqual(Policy.compile(KINDS).digest, Policy.compile(KINDS.encode()).digest)

    def test_the_name_of_a_text_is_in_its_digest_and_messages(self):
        self.assertNotEqual(Policy.compile(KINDS).digest, Policy.compile(KINDS, name="mine.yaml").digest)
        with self.assertRaises(PolicyError) as caught:
            Policy.compile(BROKEN, name="mine.yaml")
        self.assertEqual("mine.yaml", caught.exception.diagnostics[0].file)

    def test_path(self):
        self.assertEqual("eyewear-rotation", Policy.compile(EYEWEAR).name)
        self.assertEqual(
            Policy.compile(EYEWEAR).digest, Policy.compile(EYEWEAR.read_text(encoding="utf-8"), name=EYEWEAR.name).digest
        )

    def test_the_name_of_a_file_as_text_is_told(self):
        with self.assertRaisesRegex(ValueError, "pathlib.Path"):
            Policy.compile(str(EYEWEAR))

    def test_no_such_file(self):
        with self.assertRaises(FileNotFoundError):
            Policy.compile(Path("no-such-policy.yaml"))

    def test_files_beside_a_path_are_read(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "user.yaml").write_text(USER, encoding="utf-8")
            Path(folder, "shared.yaml").write_text(SHARED, encoding="utf-8")
            policy = Policy.compile(Path(folder, "user.yaml"))
            self.assertEqual(["size"], list(policy.facts))
            before = os.getcwd()
            os.chdir(folder)
            try:
                self.assertEqual(policy.digest, Policy.compile(Path("user.yaml")).digest)
            finally:
                os.chdir(before)

    def test_sources_by_name(self):
        policy = Policy.compile(USER, {"shared.yaml": SHARED})
        self.assertEqual(policy.digest, Policy.compile(USER, {"shared.yaml": SHARED.encode()}).digest)
        self.assertEqual("deny", policy.evaluate({"lines": [{"size": 4}]}).lines[0].portions[0].verdict)

    def test_a_source_that_is_lacking_is_a_finding_at_its_place(self):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "user.yaml").write_text(USER, encoding="utf-8")
            with self.assertRaises(PolicyError) as caught:
                Policy.compile(Path(folder, "user.yaml"))
        found = caught.exception.diagnostics[0]
        self.assertEqual((f"{folder}/user.yaml", 3), (found.file, found.line))

    def test_all_findings_come_with_their_places(self):
        with self.assertRaises(PolicyError) as caught:
            Policy.compile(BROKEN)
        error = caught.exception
        first = error.diagnostics[0]
        self.assertEqual(8, first.line)
        self.assertEqual(("policy.yaml", "error"), (first.file, first.severity))
        self.assertTrue(first.hint)
        self.assertIn(f"policy.yaml:{first.line}:{first.column}: error[{first.code}]", str(first))
        self.assertIn("^", str(error))
        self.assertIn(first.code, str(error))
        again = pickle.loads(pickle.dumps(error))
        self.assertEqual((error.diagnostics, str(error)), (again.diagnostics, str(again)))

    def test_arguments_of_other_types(self):
        for wrong in (None, 5, 1.5, [], {}, object()):
            with self.assertRaises(TypeError):
                Policy.compile(wrong)
        with self.assertRaises(TypeError):
            Policy.compile(USER, {"shared.yaml": None})
        with self.assertRaises(TypeError):
            Policy.compile(USER, {5: SHARED})
        with self.assertRaises(ValueError):
            Policy.compile(USER, {"policy.yaml": SHARED})
        with self.assertRaises(ValueError):
            Policy.compile(USER, {"a\0b": SHARED})
        with self.assertRaises(TypeError):
            Policy()

    def test_bytes_that_are_no_policy(self):
        for text in ("", "\n", "\0", "[" * 100_000, "a: b", "\ud800", b"\xff\xfe\x00", b"returns: 1\npolicy: \xff\n"):
            with self.assertRaises(PolicyError) as caught:
                Policy.compile(text)
            self.assertTrue(caught.exception.diagnostics)

    def test_a_text_that_is_too_large(self):
        with self.assertRaises(PolicyError):
            Policy.compile("#" * (17 << 20) + "\n")


class Blocks(unittest.TestCase):
    def test_a_block_answers_as_its_policy(self):
        policy = Policy.compile(EYEWEAR)
        for block in (policy.block, bytearray(policy.block), memoryview(policy.block)):
            loaded = Policy.load(block)
            self.assertEqual(policy.digest, loaded.digest)
            self.assertEqual(policy.evaluate(FIVE_FRAMES, trace="full"), loaded.evaluate(FIVE_FRAMES, trace="full"))

    def test_pickle(self):
        policy = Policy.compile(EYEWEAR)
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            again = pickle.loads(pickle.dumps(policy, protocol))
            self.assertEqual(policy.evaluate(FIVE_FRAMES), again.evaluate(FIVE_FRAMES))

    def test_garbage_and_truncated_blocks(self):
        block = Policy.compile(KINDS).block
        for size in (0, 1, 7, 8, 63, len(block) // 2, len(block) - 1):
            with self.assertRaises(PolicyError):
                Policy.load(block[:size])
        for garbage in (b"\0" * 4096, b"\xff" * 4096, block[::-1], KINDS.encode()):
            with self.assertRaises(PolicyError):
                Policy.load(garbage)

    def test_altered_blocks(self):
        block = Policy.compile(KINDS).block
        for at in range(0, len(block), max(1, len(block) // 400)):
            altered = bytearray(block)
            altered[at] ^= 0x5A
            try:
                Policy.load(altered).evaluate(request(line()))
            except ReturnsError:
                pass

    def test_what_is_no_block_at_all(self):
        for wrong in (None, "text", 5, [1, 2]):
            with self.assertRaises(TypeError):
                Policy.load(wrong)


class Describing(unittest.TestCase):
    def test_facts(self):
        facts = Policy.compile(KINDS).facts
        self.assertEqual(Fact("channel", "choice", "request", ("portal", "phone")), facts["channel"])
        self.assertEqual(Fact("ordered", "count", "fact", ()), facts["ordered"])
        self.assertEqual(Fact("tags", "set", "line", ("worn", "washed", "torn")), facts["tags"])
        kinds = [
            "flag",
            "choice",
            "count",
            "text",
            "set",
            "count",
            "decimal",
            "percent",
            "money",
            "date",
            "instant",
            "days",
            "months",
            "hours",
            "text",
        ]
        self.assertEqual(kinds, [fact.type for fact in facts.values()])
        with self.assertRaises(TypeError):
            facts["channel"] = None

    def test_messages(self):
        policy = Policy.compile(KINDS)
        self.assertEqual("It is torn.", policy.message("torn", "en"))
        self.assertEqual("Il est d\u00e9chir\u00e9.", policy.message("torn", "fr-CA"))
        self.assertIsNone(policy.message("no-such-code", "en"))
        with self.assertRaises(TypeError):
            policy.message(None, "en")
        with self.assertRaises(ValueError):
            policy.message("to\0rn", "en")

    def test_tree(self):
        policy = Policy.compile(KINDS)
        self.assertIn("torn", policy.tree())
        self.assertIn("digraph", policy.tree("dot"))
        with self.assertRaises(ValueError):
            policy.tree("png")


class Closing(unittest.TestCase):
    def test_a_closed_policy_says_so(self):
        with Policy.compile(KINDS) as policy:
            self.assertFalse(policy.closed)
        self.assertTrue(policy.closed)
        self.assertEqual("<Policy, closed>", repr(policy))
        uses = (
            lambda: policy.name,
            lambda: policy.block,
            lambda: policy.facts,
            lambda: policy.tree(),
            lambda: policy.request(),
            lambda: policy.message("torn", "en"),
            lambda: policy.evaluate(request(line())),
            lambda: list(policy.evaluate_many([])),
            lambda: pickle.dumps(policy),
            lambda: policy.__enter__(),
        )
        for use in uses:
            with self.assertRaisesRegex(ReturnsError, "closed"):
                use()
        policy.close()

    def test_what_a_policy_gave_stays_good_without_it(self):
        policy = Policy.compile(KINDS)
        kept, facts, many = policy.request(), policy.facts, policy.evaluate_many([request(line())])
        kept.add_line(line())
        decision = policy.evaluate(kept)
        digest = kept.digest
        policy.close()
        del policy
        self.assertEqual("authorize", decision.lines[0].portions[0].verdict)
        self.assertEqual(digest, kept.digest)
        kept.set(gift=True)
        self.assertEqual(15, len(facts))
        with self.assertRaisesRegex(ReturnsError, "closed"):
            list(many)


if __name__ == "__main__":
    unittest.main()
