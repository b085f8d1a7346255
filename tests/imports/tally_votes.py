"""Counts votes of others' files with the engine, through the tally tool."""

import collections
import pathlib
import subprocess
import sys

POLICIES = pathlib.Path(__file__).resolve().parents[2] / "deploy/policy"


class TallyTool:
    def __init__(self, path):
        self.path = path
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def rules(self, file):
        """The text of a rule set that ships."""
        return subprocess.run([self.path, "rules", str(POLICIES / f"{file}.textproto")], check=True,
                              capture_output=True).stdout.decode()

    def count(self, rules, records):
        """The result as {path: value}. `records` are (kind, [(field, value)])."""
        lines = ["\t".join([kind] + [f"{name}={value}" for name, value in fields]) for kind, fields in records]
        self.process.stdin.write((rules + "\n".join(lines) + "\nend\n").encode())
        self.process.stdin.flush()
        result = {}
        while (line := self.process.stdout.readline().decode().rstrip("\n")) != "end":
            if not line or line.startswith("refused"):
                sys.exit(f"not counted: {line}")
            path, _, value = line.partition("=")
            result[path] = value
        return result

    def close(self):
        self.process.stdin.close()
        return self.process.wait()


def choices(said):
    """Fields of what a ballot says, from [(item, choice)]."""
    fields = []
    for index, (item, choice) in enumerate(said):
        fields += [(f"choices[{index}].item", item), (f"choices[{index}].choice", f"CHOICE_{choice}")]
    return fields


class Comparison:
    """Counts what was compared, by kind, and prints what differs."""

    def __init__(self):
        self.compared = collections.Counter()
        self.different = 0

    def equal(self, kind, where, ours, theirs):
        self.compared[kind] += 1
        if ours != theirs:
            self.different += 1
            print(f"DIFFERENT: {where}, {kind}: engine {ours}, file {theirs}")

    def done(self):
        for kind, number in self.compared.items():
            print(f"compared: {number} {kind}")
        print(f"{self.different} differ")
        return 1 if self.different or not self.compared else 0
