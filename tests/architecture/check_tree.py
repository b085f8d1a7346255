"""Reads the source tree and fails on what ARCHITECTURE.md and CONTRIBUTING.md do not allow.

    check_tree.py ROOT [COMPILE_COMMANDS]

Prints one line `path:line: rule: what` for each finding; the exit code is 1 if there is any.
COMPILE_COMMANDS is the build's compile_commands.json: by it a source file that no target builds is found.
"""

import json
import pathlib
import re
import sys
from typing import Iterator, NamedTuple


class Finding(NamedTuple):
    path: str
    line: int
    rule: str
    what: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}: {self.what}"


# Not ours to judge: made by tools, or data.
SKIPPED_FOLDERS = {".git", "build", "data", "node_modules", "__pycache__"}
TEXT_SUFFIXES = {".h", ".cc", ".proto", ".py", ".js", ".mjs", ".sql", ".txt", ".cmake", ".md", ".toml",
                 ".json", ".service", ".timer", ".sh", ".yaml", ".yml", ".conf", ".textproto", ""}
LINES_MAX = 500
FUNCTION_LINES_MAX = 70

# Files that may be longer, each with its reason.
LONGER = {
}


# ---------------------------------------------------------------------------------------------------------
# Arrows: who may include whom. Every include has a kind; every file has a ring; a ring lists its kinds.

STANDARD = re.compile(r"[a-z_0-9]+$")
C_AND_SYSTEM = re.compile(r"(sys|arpa|netinet|linux|net|bits)/|[a-z_0-9]+\.h$")
LIBRARIES = [  # Path prefix, kind.
    ("rocksdb/", "rocksdb"), ("sqlite3.h", "sqlite"), ("grpc/", "grpc"), ("grpcpp/", "grpc"),
    ("absl/", "absl"), ("google/protobuf/", "protobuf"), ("gtest/", "gtest"), ("gmock/", "gtest"),
    ("rapidcheck", "gtest"), ("benchmark/", "gtest"), ("sodium.h", "crypto"), ("openssl/", "crypto"),
    ("spdlog/", "spdlog"), ("nlohmann/", "json"), ("toml++/", "toml"), ("CLI/", "cli"),
    ("prometheus/", "prometheus"), ("CivetServer.h", "http"), ("civetweb.h", "http"), ("curl/", "curl"), ("zlib.h", "zlib"),
]
# What reads a clock, draws a random number, waits, or touches the world: never in a decider.
IMPURE = re.compile(
    r"(absl/(time/clock|synchronization/|random/|debugging/)|chrono$|ctime$|random$|thread$|mutex$|future$|"
    r"atomic$|condition_variable$|fstream$|iostream$|filesystem$|cstdio$|sys/|unistd\.h$)")


def include_kind(included: str) -> str:
    """`std`, `os`, a library's kind, `proto:<context>`, `grpc_proto:<context>`, or the folder of ours."""
    generated = re.match(r"(?:sanzhang/(\w+)|google/(rpc))/.*?(\.grpc)?\.pb\.h$", included)
    if generated:
        context = generated.group(1) or generated.group(2)
        return ("grpc_proto:" if generated.group(3) else "proto:") + context
    for prefix, kind in LIBRARIES:
        if included.startswith(prefix):
            return kind
    if STANDARD.match(included):
        return "std"
    parts = included.split("/")
    if parts[0] in ("services", "projections", "proto") and len(parts) > 2:
        return "/".join(parts[:2])
    if parts[0] in ("eventstore", "tests"):
        return parts[0]
    if C_AND_SYSTEM.match(included):
        return "os"
    return "unknown:" + included


class Ring(NamedTuple):
    files: str  # Of the path from the root; the first ring that matches is the file's.
    may: str    # Kinds, as a pattern.
    never: re.Pattern = re.compile(r"$^")  # Of the included path itself.
    only: str = ""  # Headers of `services/runtime` and the like that are open to this ring; empty: all.


BASE = r"std|os|absl|protobuf|proto/wire|proto:(type|rpc)"
RINGS = [
    # How messages are read, checked and refused; shared by every ring. One file knows gRPC.
    Ring(r"proto/wire/grpc_status\.", BASE + r"|grpc"),
    Ring(r"proto/wire/sha256\.cc$", BASE + r"|crypto"),
    Ring(r"proto/wire/", BASE),
    # The log knows bytes, streams and positions; RocksDB stays inside .cc files.
    Ring(r"eventstore/.*\.cc$", BASE + r"|eventstore|proto:log|crypto|rocksdb"),
    Ring(r"eventstore/", BASE + r"|eventstore|proto:log"),
    # The command pipeline. It folds the register's events into the directory, by their messages.
    Ring(r"services/runtime/(decider|policies)\.h$", BASE + r"|proto:(log|policy)|services/runtime", IMPURE,
         only=r"services/runtime/policies\.h"),
    Ring(r"services/runtime/", BASE + r"|services/runtime|eventstore|grpc|crypto|proto:(log|policy|registry)",
         re.compile(r"eventstore/rocks")),
    # Kin of the contexts, without a decider: the log's own service, policies as data, the timekeeper.
    Ring(r"services/log/", BASE + r"|services/(log|runtime)|eventstore|grpc|(grpc_)?proto:log",
         re.compile(r"eventstore/rocks")),
    # Policies: the files are read, all else is pure, their service as any.
    Ring(r"services/policy/policy_(book|file)\.", BASE + r"|services/(policy|runtime)|proto:(policy|resolution)"),
    Ring(r"services/policy/policy_service\.", BASE + r"|services/(policy|runtime)|grpc|(grpc_)?proto:policy", IMPURE),
    Ring(r"services/policy/", BASE + r"|services/(policy|runtime)|proto:(log|policy|resolution)", IMPURE,
         only=r"services/runtime/(decider|policies)\.h"),
    Ring(r"services/timekeeper/",
         BASE + r"|services/(timekeeper|runtime)|projections/(engine|deadlines)|grpc|"
                r"crypto|(grpc_)?proto:(log|complaint|rating|notice|policy|privacy|registry|resolution)"),
    # The directory: the register's deciders folded for the runtime, over the index of the store. It stands
    # behind runtime/directory.h, since the runtime knows no context.
    Ring(r"services/registry/(register_\w+|registry_(?!service)\w+|resolve|limits)\.",
         BASE + r"|services/(registry|runtime)|eventstore|proto:(log|policy|registry)",
         re.compile(r"eventstore/(rocks|memory)")),
    # An auditor's tools: the records of a server, a folder or an export, and what is made of them.
    Ring(r"services/audit/", BASE + r"|services/audit|eventstore|projections/engine|sqlite|grpc|crypto|json|(grpc_)?proto:\w+"),
    # The binary: the only place that names concrete classes.
    Ring(r"services/sanzhang/", r".*", re.compile(r"tests/|gtest|gmock")),
    # The register answers for the runtime who is who: what it asks the log for, no rule does.
    Ring(r"services/registry/(registry_(directory|index)|register_\w+|standings|resolve|limits)\.",
         BASE + r"|services/(registry|runtime)|eventstore|proto:(log|registry)",
         re.compile(r"eventstore/rocks|grpcpp")),
    # Keys that stand beside the log.
    Ring(r"services/sqlite/", BASE + r"|services/sqlite|sqlite"),
    Ring(r"services/keyring/", BASE + r"|services/(keyring|sqlite)|crypto|sqlite"),
    # Words are sealed on their way into the log, and opened for those who may see them.
    Ring(r"services/opening/",
         BASE + r"|services/(opening|runtime|keyring)|eventstore|grpc|crypto|(grpc_)?proto:(log|opening|privacy|views)",
         re.compile(r"eventstore/(rocks|memory)")),
    # The box of secret votes, beside the log too.
    Ring(r"services/ballotbox/", BASE + r"|services/(ballotbox|sqlite)|sqlite"),
    # What a context looks up in the log, and what stands beside its rules (runtime/companion.h).
    Ring(r"services/rating/rating_(companion|index)\.",
         BASE + r"|services/(rating|runtime|keyring)|eventstore|proto:(rating|complaint|log|policy)",
         re.compile(r"eventstore/(rocks|memory)|grpcpp")),
    Ring(r"services/resolution/(companions|vote_reader)\.",
         BASE + r"|services/(resolution|runtime|keyring|ballotbox)|eventstore|proto:(resolution|log|policy)",
         re.compile(r"eventstore/(rocks|memory)|grpcpp")),
    # Personal data: what an erasure looks up in other contexts' facts, and the keyring that obeys the log.
    Ring(r"services/privacy/(privacy_(companion|index)|ledger)\.",
         BASE + r"|services/(privacy|runtime|keyring)|eventstore|proto:(privacy|complaint|resolution|log|policy)",
         re.compile(r"eventstore/(rocks|memory)|grpcpp")),
    Ring(r"services/privacy/cases\.", BASE + r"|services/(privacy|runtime)|proto:(privacy|complaint|resolution)", IMPURE,
         only=r"services/runtime/decider\.h"),
    # A context: its service knows gRPC and the runtime; all else in the folder is the pure decider.
    Ring(r"services/(?P<own>\w+)/\w+_service\.",
         BASE + r"|services/({own}|runtime)|grpc|(grpc_)?proto:({own}|log|policy)", IMPURE),
    Ring(r"services/(?P<own>\w+)/",
         BASE + r"|services/({own}|runtime)|proto:({own}|log|policy)", IMPURE,
         only=r"services/runtime/(decider|electorate)\.h"),
    # The engine follows the log through the log service's client, and knows no body.
    Ring(r"projections/engine/", BASE + r"|projections/engine|sqlite|grpc|crypto|(grpc_)?proto:(log|opening|views)"),
    # A body's views: the engine, what projections share, events and views; no body knows another.
    Ring(r"projections/(?P<own>\w+)/",
         BASE + r"|projections/({own}|engine|complaints|directory|metrics|notices|privacy|ratings|registry|resolutions)|grpc|(grpc_)?proto:views|proto:\w+"),
    Ring(r"tests/", r".*"),
]

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')


def ring_of(path: str):
    for ring in RINGS:
        match = re.match(ring.files, path)
        if match:
            own = match.groupdict().get("own") or ""
            return ring, re.compile(ring.may.replace("{own}", re.escape(own)))
    return None, None


def check_arrows(path: str, lines: list[str]) -> Iterator[Finding]:
    ring, may = ring_of(path)
    for number, line in enumerate(lines, 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        included = match.group(2)
        if ring is None:
            yield Finding(path, number, "arrow", "this folder is in no ring of tests/architecture/check_tree.py")
            return
        kind = include_kind(included)
        if kind == "tests" and not path.startswith("tests/"):
            yield Finding(path, number, "arrow", f"tests are never included: {included}")
        elif not may.fullmatch(kind) or ring.never.match(included):
            yield Finding(path, number, "arrow", f"may not include {included}")
        elif ring.only and kind == "services/runtime" and not re.match(ring.only, included):
            yield Finding(path, number, "arrow", f"a decider may not include {included}")


# ---------------------------------------------------------------------------------------------------------
# Rules about single files.

LINE_RULES = [  # Rule, path, pattern, what to say.
    ("todo", r".*\.(h|cc|proto|py|m?js|sql|txt|cmake|sh)$|dev$|\.ci/",
     re.compile(r"\b(TO" r"DO(?!\([a-z][\w-]*\): )|FIX" r"ME\b|XX" r"X\b)"), "needs an owner: (name): why"),
    ("skipped test", r"tests/.*\.(h|cc)$", re.compile(r"\bDISABLED" r"_|\bGTEST" r"_SKIP\b"), "no test is skipped"),
    ("skipped test", r"tests/.*\.(py|m?js)$",
     re.compile(r"@unittest\.s" r"kip|\bself\.s" r"kipTest\(|\b(it|test|describe)\.s" r"kip\b"), "no test is skipped"),
    # A load keeps its own pace, and a crash comes at any moment.
    ("sleep", r"tests/(?!bench/|crash/).*\.(h|cc|py|m?js)$",
     re.compile(r"\b(absl::SleepFor|std::this_thread::sleep\w*|usleep|nanosleep|time\.sleep)\s*\("),
     "wait for a condition, not for time to pass"),
    ("exception", r"(?!tests/).*\.(h|cc)$", re.compile(r"^[^/\"]*\bthrow\b"), "errors are values"),
    ("machine's path", r".*", re.compile(r"(?:^|[\s\"'=(`:])/(?:ho" r"me|ro" r"ot|wo" r"rk|Us" r"ers)/\w"), "a path of one machine"),
    ("registry host", r".*\.(json|txt|toml|md|yaml|yml)$|dev$|\.ci/",
     re.compile(r"registry\.npm" r"js|npm" r"mirror|pypi\.(org|python)|pythonhosted"), "comes from the reader's own settings"),
]


def check_lines(path: str, lines: list[str]) -> Iterator[Finding]:
    for rule, files, pattern, what in LINE_RULES:
        if not re.match(files, path):
            continue
        for number, line in enumerate(lines, 1):
            if pattern.search(line):
                yield Finding(path, number, rule, what)


def check_length(path: str, lines: list[str]) -> Iterator[Finding]:
    if path.endswith((".h", ".cc")) and len(lines) > LINES_MAX and path not in LONGER:
        yield Finding(path, len(lines), "length", f"more than {LINES_MAX} lines")


NOT_A_FUNCTION = re.compile(r"(namespace|struct|class|enum|union|extern|#|\}|//|\s)")

CASE_LABEL = re.compile(r"\s*(case [\w:]+:|break;)$")


def check_functions(path: str, lines: list[str]) -> Iterator[Finding]:
    """By clang-format's layout: a function at the outer level begins in column 1, and so does its last brace.

    Lines that only label or leave a case do not count: a switch over all facts is a table. Nor do tests.
    """
    if not path.endswith((".h", ".cc")) or path.startswith("tests/"):
        return
    begun = opened = None  # Lines where the signature begins and the body opens.
    length = 0
    for number, line in enumerate(lines, 1):
        if opened:
            if line.startswith("}"):
                if line == "}" and length > FUNCTION_LINES_MAX:
                    yield Finding(path, begun, "length", f"a function of more than {FUNCTION_LINES_MAX} lines")
                begun = opened = None
            elif not CASE_LABEL.match(line):
                length += 1
            continue
        if line and not NOT_A_FUNCTION.match(line):
            begun = number
        if begun and line.endswith("{"):
            opened, length = number, 0
        elif not line or line.endswith((";", "}")):
            begun = None


def check_header(path: str, lines: list[str]) -> Iterator[Finding]:
    if not path.endswith(".h"):
        return
    if not lines or not lines[0].startswith("//"):
        yield Finding(path, 1, "header", "begins with its contract, as a comment")
    if "#pragma once" not in lines:
        yield Finding(path, 1, "header", "#pragma once is missing")


def check_own_header(file: pathlib.Path, path: str, lines: list[str]) -> Iterator[Finding]:
    """A source's first include is its own header: so the compiler proves that the header needs no other."""
    if not path.endswith(".cc") or not file.with_suffix(".h").exists():
        return
    first = next((INCLUDE.match(line).group(2) for line in lines if INCLUDE.match(line)), "")
    if first != path.removesuffix(".cc") + ".h":
        yield Finding(path, 1, "own header", "comes first among the includes")


# ---------------------------------------------------------------------------------------------------------
# Rules about the whole tree.

def check_built(paths: list[str], built: set[str]) -> Iterator[Finding]:
    for path in paths:
        optional = path.startswith("tests/fuzz/")  # Needs clang; the preset `fuzz` builds it.
        if path.endswith(".cc") and path not in built and not optional:
            yield Finding(path, 1, "not built", "no target compiles this file")


def built_sources(root: pathlib.Path, compile_commands: pathlib.Path) -> set[str]:
    sources = set()
    for command in json.loads(compile_commands.read_text()):
        source = pathlib.Path(command["directory"], command["file"]).resolve()
        if source.is_relative_to(root):
            sources.add(source.relative_to(root).as_posix())
    return sources


def files_of(root: pathlib.Path) -> Iterator[pathlib.Path]:
    for entry in sorted(root.iterdir()):
        if entry.is_dir() and not entry.is_symlink():
            if entry.name not in SKIPPED_FOLDERS:
                yield from files_of(entry)
        elif entry.name != ".git" and entry.suffix in TEXT_SUFFIXES and entry.is_file():  # A file in a worktree.
            yield entry


def check(root: pathlib.Path, compile_commands: pathlib.Path | None = None) -> list[Finding]:
    root = root.resolve()
    findings = []
    paths = []
    for file in files_of(root):
        path = file.relative_to(root).as_posix()
        paths.append(path)
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        findings += check_lines(path, lines)
        if path.endswith((".h", ".cc")):
            findings += check_arrows(path, lines)
            findings += check_length(path, lines)
            findings += check_functions(path, lines)
            findings += check_header(path, lines)
            findings += check_own_header(file, path, lines)
    if compile_commands is not None:
        findings += check_built(paths, built_sources(root, compile_commands))
    return findings


def main(arguments: list[str]) -> int:
    if len(arguments) not in (2, 3):
        print(__doc__)
        return 2
    commands = pathlib.Path(arguments[2]) if len(arguments) == 3 else None
    findings = check(pathlib.Path(arguments[1]), commands)
    for finding in findings:
        print(finding)
    print(f"{len(findings)} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
