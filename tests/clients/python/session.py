"""What every test program here begins with: its arguments, the stubs, and a server with a community.

    TEST.py PROGRAM ROOT STUBS_FOLDER [unittest's own arguments]
"""

import pathlib
import sys
import unittest

import stubs

_program, _root, _out = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
stubs.generate(_root / "proto", _out)


class ServerTest(unittest.TestCase):
    """One server and community for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        import community
        import sanzhang_client
        import server
        cls.server = server.Server(_program, _root / "deploy" / "policy")
        cls.addClassCleanup(cls.server.stop)
        cls.services = sanzhang_client.Services(cls.server.channel)
        cls.founded_at = community.found(cls.services)


def main():
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
