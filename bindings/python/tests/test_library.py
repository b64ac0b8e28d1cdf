"""Where the library is looked for, and that the declarations are those of its headers."""

import ctypes
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import libreturns
from libreturns import Policy, _library
from support import KINDS, ROOT


def maps():
    return Path("/proc/self/maps").read_text(encoding="utf-8").splitlines()


PACKAGE = Path(libreturns.__file__).parent
LIBRARY = next(line.split()[-1] for line in maps() if "/libreturns.so" in line)
PRINT = "import libreturns; print([l.split()[-1] for l in open('/proc/self/maps') if '/libreturns.so' in l][0])"


def run(folder, **environment):
    """What Python loads for the package in `folder`, and what it says, with no other sign of the library."""
    keep = {name: value for name, value in os.environ.items() if name not in ("LIBRETURNS_LIBRARY", "LD_LIBRARY_PATH")}
    environment = {**keep, "PYTHONPATH": str(folder), **environment}
    return subprocess.run([sys.executable, "-c", PRINT], cwd=folder, env=environment, capture_output=True, text=True, check=False)


class Lookup(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = Path(temporary.name).resolve()
        self.package = self.folder / "libreturns"
        shutil.copytree(PACKAGE, self.package, ignore=shutil.ignore_patterns("*.so*", "__pycache__"))
        if (PACKAGE.parent / "libreturns.libs").exists():  # what the wheel's library needs lies beside the package
            (self.folder / "libreturns.libs").symlink_to(PACKAGE.parent / "libreturns.libs")
        self.bundled = self.package / "libreturns.so.0"
        self.named = self.folder / "named" / "libreturns.so"
        self.found = self.folder / "found" / "libreturns.so.0"

    def put(self, *paths):
        for path in paths:
            path.parent.mkdir(exist_ok=True)
            shutil.copy(LIBRARY, path)

    def loads(self, expected, **environment):
        result = run(self.folder, **environment)
        self.assertEqual(f"{expected}\n", result.stdout, result.stderr)

    def test_the_order(self):
        environment = {"LIBRETURNS_LIBRARY": str(self.named), "LD_LIBRARY_PATH": str(self.found.parent)}
        self.put(self.found)
        self.loads(self.found, LD_LIBRARY_PATH=str(self.found.parent))
        self.loads(self.found, **environment)
        self.put(self.named)
        self.loads(self.named, **environment)
        self.put(self.bundled)
        self.loads(self.bundled, **environment)
        self.loads(self.bundled)

    def test_a_file_that_is_no_library_is_passed_over(self):
        self.put(self.named)
        self.bundled.write_text("no library", encoding="utf-8")
        self.loads(self.named, LIBRETURNS_LIBRARY=str(self.named))

    def test_the_error_lists_every_path(self):
        if "ImportError" not in run(self.folder).stderr:
            self.assertTrue(ctypes.CDLL("libreturns.so.0"))  # one is installed on this system: there is no such error to be had
            return
        libc = next(line.split()[-1] for line in maps() if "/libc.so" in line or "/libc-" in line)
        for environment in ({}, {"LIBRETURNS_LIBRARY": "/no/such/file.so"}, {"LIBRETURNS_LIBRARY": libc}):
            error = run(self.folder, **environment).stderr
            self.assertIn("ImportError: cannot load the libreturns library; tried\n", error)
            self.assertIn(f"  {self.bundled}: there is no such file\n", error)
            self.assertIn(f"  {environment.get('LIBRETURNS_LIBRARY', 'LIBRETURNS_LIBRARY')}: ", error)
            self.assertIn("  libreturns.so.0: ", error)


class Bundle(unittest.TestCase):
    def test_all_that_is_loaded_comes_from_the_package_or_nothing_does(self):
        needed = {line.split()[-1] for line in maps() if re.search(r"/lib(returns|yaml|cyaml|utf8proc|jansson|md)[-.]", line)}
        inside = {path for path in needed if path.startswith(str(PACKAGE.parent) + "/")}
        self.assertEqual(6, len(needed))
        self.assertEqual(needed if PACKAGE.with_name("libreturns.libs").exists() else set(), inside)


class Declarations(unittest.TestCase):
    def test_they_are_those_of_the_headers(self):
        script = ROOT / "bindings" / "python" / "generate_declarations.py"
        result = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
        self.assertEqual((0, "up to date\n"), (result.returncode, result.stdout + result.stderr))
        committed = (ROOT / "bindings" / "python" / "libreturns" / "_declarations.py").read_bytes()
        self.assertEqual(committed, (PACKAGE / "_declarations.py").read_bytes())

    def test_constants(self):
        self.assertEqual(0, _library.lib.RETURNS_OK)
        self.assertEqual(0xFFFFFFFF, _library.lib.RETURNS_OF_REQUEST)
        self.assertEqual(libreturns.__version__, Policy.compile(KINDS).evaluate('{"lines":[]}').engine)

    def test_all_that_is_exported_is_there(self):
        for name in libreturns.__all__:
            self.assertTrue(getattr(libreturns, name).__doc__, name)


if __name__ == "__main__":
    unittest.main()
