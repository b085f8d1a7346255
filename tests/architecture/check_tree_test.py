"""Plants violations in small trees of its own: each rule must find its own, and nothing else."""

import json
import pathlib
import tempfile
import unittest

import check_tree

HEADER = "// Says what it is.\n#pragma once\n"


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def findings(self, compile_commands=None):
        return [(f.path, f.rule) for f in check_tree.check(self.root, compile_commands)]

    def finds(self, path, text, rule):
        """The rule finds it in the file, and all other rules are silent."""
        self.write(path, text)
        self.assertEqual(self.findings(), [(path, rule)] if rule else [], f"{path}: {text!r}")
        (self.root / path).unlink()

    def includes(self, path, included, allowed):
        line = f"#include <{included}>\n" if "/" not in included else f'#include "{included}"\n'
        text = (HEADER if path.endswith(".h") else "") + line
        self.finds(path, text, None if allowed else "arrow")


class Arrows(Tree):
    ALLOWED = [
        ("eventstore/store.h", "absl/status/statusor.h"),
        ("eventstore/store.h", "vector"),
        ("eventstore/store.h", "sanzhang/log/v1/record.pb.h"),
        ("eventstore/rocks.cc", "rocksdb/db.h"),
        ("eventstore/rocks.cc", "unistd.h"),
        ("services/complaint/complaint.h", "services/runtime/decider.h"),
        ("services/complaint/complaint_rules.cc", "services/complaint/complaint.h"),
        ("services/complaint/complaint.h", "sanzhang/complaint/v1/events.pb.h"),
        ("services/complaint/complaint_service.cc", "grpcpp/grpcpp.h"),
        ("services/complaint/complaint_service.h", "services/runtime/handle.h"),
        ("services/complaint/complaint_service.h", "sanzhang/complaint/v1/complaint_service.grpc.pb.h"),
        ("services/runtime/runner.cc", "eventstore/event_store.h"),
        ("services/log/event_log_service.cc", "eventstore/event_store.h"),
        ("services/sanzhang/serve.cc", "eventstore/rocks_commit_log.h"),
        ("services/sanzhang/serve.cc", "projections/engine/engine.h"),
        ("projections/engine/engine.cc", "sqlite3.h"),
        ("projections/engine/follow.cc", "sanzhang/log/v1/event_log_service.grpc.pb.h"),
        ("projections/resident/resident_views.cc", "projections/engine/projection.h"),
        ("projections/resident/resident_views.cc", "sanzhang/complaint/v1/events.pb.h"),
        ("proto/wire/grpc_status.h", "grpcpp/support/status.h"),
        ("tests/services/complaint/complaint_test.cc", "services/complaint/complaint.h"),
    ]
    REFUSED = [
        ("eventstore/store.h", "rocksdb/db.h"),
        ("eventstore/store.cc", "services/runtime/decider.h"),
        ("eventstore/store.cc", "sanzhang/complaint/v1/events.pb.h"),
        ("eventstore/store.cc", "grpcpp/grpcpp.h"),
        ("eventstore/store.cc", "tests/support/temp_dir.h"),
        ("services/complaint/complaint.cc", "grpcpp/grpcpp.h"),
        ("services/complaint/complaint.cc", "eventstore/event_store.h"),
        ("services/complaint/complaint.cc", "services/registry/registry.h"),
        ("services/complaint/complaint.cc", "services/runtime/runner.h"),
        ("services/complaint/complaint.cc", "sanzhang/registry/v1/events.pb.h"),
        ("services/complaint/complaint.cc", "sanzhang/complaint/v1/complaint_service.grpc.pb.h"),
        ("services/complaint/complaint.cc", "absl/time/clock.h"),
        ("services/complaint/complaint.cc", "chrono"),
        ("services/complaint/complaint.cc", "random"),
        ("services/complaint/complaint.cc", "fstream"),
        ("services/complaint/complaint_service.cc", "eventstore/event_store.h"),
        ("services/complaint/complaint_service.cc", "projections/engine/engine.h"),
        ("services/runtime/decider.h", "grpcpp/grpcpp.h"),
        ("services/runtime/runner.cc", "services/complaint/complaint.h"),
        ("services/runtime/runner.cc", "projections/engine/engine.h"),
        ("services/runtime/runner.cc", "rocksdb/db.h"),
        ("services/runtime/runner.cc", "eventstore/rocks_commit_log.h"),
        ("services/log/event_log_service.cc", "rocksdb/db.h"),
        ("services/sanzhang/serve.cc", "tests/support/temp_dir.h"),
        ("projections/engine/engine.cc", "eventstore/event_store.h"),
        ("projections/engine/engine.cc", "services/runtime/decider.h"),
        ("projections/engine/engine.cc", "projections/resident/resident_views.h"),
        ("projections/engine/engine.cc", "sanzhang/complaint/v1/events.pb.h"),
        ("projections/resident/resident_views.cc", "eventstore/event_store.h"),
        ("projections/resident/resident_views.cc", "services/complaint/complaint.h"),
        ("projections/resident/resident_views.cc", "projections/property_company/property_company_views.h"),
        ("proto/wire/names.cc", "grpcpp/grpcpp.h"),
        ("proto/wire/names.cc", "sanzhang/complaint/v1/events.pb.h"),
        ("other/thing.cc", "vector"),
    ]

    def test_allowed(self):
        for path, included in self.ALLOWED:
            with self.subTest(path=path, included=included):
                self.includes(path, included, allowed=True)

    def test_refused(self):
        for path, included in self.REFUSED:
            with self.subTest(path=path, included=included):
                self.includes(path, included, allowed=False)


class Lines(Tree):
    # Split, so that the rules do not find them here.
    CASES = [
        ("eventstore/store.cc", "// TO" "DO: later\n", "todo"),
        ("eventstore/store.cc", "// TO" "DO(ada): why\n", None),
        ("eventstore/store.cc", "// FIX" "ME\n", "todo"),
        ("tests/a_test.cc", "TEST(A, DISABLED" "_B) {}\n", "skipped test"),
        ("tests/a_test.cc", "  GTEST" "_SKIP();\n", "skipped test"),
        ("tests/clients/a.py", "@unittest.s" "kip('x')\n", "skipped test"),
        ("tests/clients/a.mjs", "test.s" "kip('x', () => {});\n", "skipped test"),
        ("tests/a_test.cc", "  absl::Sleep" "For(absl::Seconds(1));\n", "sleep"),
        ("tests/clients/a.py", "time.sl" "eep(1)\n", "sleep"),
        ("eventstore/store.cc", "  throw 1;\n", "exception"),
        ("eventstore/store.cc", "// Thrown nowhere, we never throw.\n", None),
        ("README.md", "see /ho" "me/ada/sanzhang\n", "machine's path"),
        ("deploy/run.sh", "cd /wo" "rk/main\n", "machine's path"),
        ("dev", "npm ci --registry https://registry.npm" "js.org\n", "registry host"),
        ("tests/a.h", "#pragma once\n", "header"),
        ("tests/a.h", "// What.\n", "header"),
        ("eventstore/long.cc", "int a;\n" * 501, "length"),
        ("eventstore/long.cc", "int a;\n" * 500, None),
        ("eventstore/long.cc", "void F() {\n" + "  G();\n" * 71 + "}\n", "length"),
        ("eventstore/long.cc", "void F(int a,\n       int b) {\n" + "  G();\n" * 71 + "}\n", "length"),
        ("eventstore/long.cc", "void F() {\n" + "    case A::kB:\n      break;\n" * 40 + "}\n", None),
        ("eventstore/long.cc", "void F() {\n" + "  G();\n" * 70 + "}\n\nvoid H() {\n}\n", None),
        ("eventstore/long.cc", "const Row kRows[] = {\n" + "    {1},\n" * 71 + "};\n", None),
    ]

    def test_lines(self):
        for path, text, rule in self.CASES:
            with self.subTest(path=path, text=text[:40]):
                self.finds(path, text, rule)


class OwnHeader(Tree):
    def test_the_own_header_comes_first(self):
        self.write("eventstore/store.h", HEADER)
        first = '#include "eventstore/store.h"\n\n#include <vector>\n'
        self.finds("eventstore/store.cc", first, None)
        self.finds("eventstore/store.cc", "#include <vector>\n\n" + first, "own header")
        self.finds("eventstore/other.cc", "#include <vector>\n", None)


class Built(Tree):
    def test_a_source_that_no_target_builds(self):
        self.write("eventstore/store.cc", "int a;\n")
        self.write("tests/eventstore/store_test.cc", "int a;\n")
        self.write("tests/eventstore/forgotten_test.cc", "int a;\n")
        self.write("tests/fuzz/record_fuzz.cc", "int a;\n")
        sources = ["eventstore/store.cc", "tests/eventstore/store_test.cc"]
        commands = self.root / "compile_commands.json"
        commands.write_text(json.dumps([{"directory": str(self.root), "file": s} for s in sources]))
        self.assertEqual(self.findings(commands), [("tests/eventstore/forgotten_test.cc", "not built")])


if __name__ == "__main__":
    unittest.main()
