#!/usr/bin/env python3
"""Runs the tests of a folder (default: this one) and prints TAP: run.py [FOLDER [WORD]]. unittest, with another voice."""

import sys
import unittest
from pathlib import Path


class Tap(unittest.TestResult):
    count = 0

    def _say(self, test, good, text=""):
        self.count += 1
        print(f"{'ok' if good else 'not ok'} {self.count} - {test.id()}", flush=True)
        for line in text.splitlines():
            print(f"#   {line}")

    def addSuccess(self, test):
        self._say(test, True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._say(test, False, self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self._say(test, False, self.errors[-1][1])

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._say(subtest, False, (self.failures + self.errors)[-1][1])


def main():
    loader = unittest.TestLoader()
    folder = sys.argv[1] if len(sys.argv) > 1 else str(Path(__file__).parent)
    if len(sys.argv) > 2:
        loader.testNamePatterns = [f"*{sys.argv[2]}*"]
    result = Tap()
    loader.discover(folder).run(result)
    failed = len(result.failures) + len(result.errors)
    print(f"1..{result.count}\n# {result.count - failed} passed, {failed} failed")
    sys.exit(0 if result.wasSuccessful() and result.count else 1)


main()
