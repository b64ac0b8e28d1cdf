#!/usr/bin/env python3
"""Adds up what meson's runners counted in one or more build directories and prints "N passed, M failed".

TAP sub-tests count one each; a test without sub-tests counts as one. Fails when nothing ran or anything failed.
"""
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

passed = failed = 0
for directory in sys.argv[1:]:
    for log in (Path(directory) / "meson-logs").glob("*.junit.xml"):
        for suite in ElementTree.parse(log).getroot().iter("testsuite"):
            for case in suite.iter("testcase"):
                if case.find("failure") is not None or case.find("error") is not None:
                    failed += 1
                elif case.find("skipped") is None:
                    passed += 1
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed or not passed else 0)
