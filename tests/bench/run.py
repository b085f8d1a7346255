#!/usr/bin/env python3
"""Runs every measurement side by side in one run and prints a table in Markdown.

  tests/bench/run.py --build=build/release [--only=commands,appends,...] [--events=5000000]

Each figure stands beside its floor, measured in turns in the same run: read the ratios. Load is bounded
in count and time; servers listen on loopback and end with this program.
"""

import argparse
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

TURNS = 3


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def median(values):
    return statistics.median(values) if values else float("nan")


class Bench:
    def __init__(self, build, scratch):
        self.build = pathlib.Path(build)
        self.scratch = pathlib.Path(scratch)
        self.sanzhang = self.build / "services/sanzhang/sanzhang"
        self.rows = []

    def row(self, what, figure, floor, ratio, note=""):
        self.rows.append((what, figure, floor, ratio, note))
        print(f"{what}: {figure} | {floor} | {ratio} | {note}", file=sys.stderr, flush=True)

    def tool(self, name, *arguments):
        command = [str(self.build / "tests/bench" / name), *map(str, arguments)]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        return [json.loads(line) for line in output.splitlines() if line.startswith("{")]

    @contextlib.contextmanager
    def process(self, command, ready, stdin=subprocess.PIPE):
        log = open(self.scratch / f"{pathlib.Path(command[0]).name}-{free_port()}.log", "w+")
        child = subprocess.Popen([str(c) for c in command], stdin=stdin, stdout=log, stderr=log)
        try:
            deadline = time.monotonic() + 120
            while not (found := re.search(ready, pathlib.Path(log.name).read_text())):
                if child.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{command[0]} did not start:\n{pathlib.Path(log.name).read_text()[-2000:]}")
                time.sleep(0.02)
            yield child, found
        finally:
            if child.stdin:
                child.stdin.close()
            child.terminate()
            try:
                child.wait(30)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            log.close()

    @contextlib.contextmanager
    def server(self, role, data, *more):
        address = f"127.0.0.1:{free_port()}"
        command = [self.sanzhang, role, f"--listen={address}", "--http-listen=127.0.0.1:0", f"--data={data}", *more]
        with self.process(command, r"ready") as (child, _):
            yield child, address

    def call(self, address, method, request, person=None, service=None):
        who = ["--person", person] if person else ["--service", service or "operator"]
        command = [str(self.sanzhang), "call", method, json.dumps(request), "--address", address, *who]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

    def set_up(self, address):
        c = "communities/bench"
        self.call(address, "RegisterCommunity", {"community_id": "bench", "display_name": "基准社区", "subdistrict": "subdistricts/bench"})
        self.call(address, "RegisterBuilding", {"parent": c, "building_id": "b1", "display_name": "1号楼"})
        self.call(address, "PrepareBody", {"parent": c, "body_id": "rc", "kind": "BODY_KIND_RESIDENTS_COMMITTEE", "display_name": "居民委员会"})
        self.call(address, "EstablishBody", {"name": f"{c}/bodies/rc"})
        self.call(address, "RegisterPerson", {"parent": c, "person_id": "p-bench"})
        self.call(address, "EnrollResident", {"name": f"{c}/persons/p-bench", "place": {"building": f"{c}/buildings/b1"}})
        self.call(address, "ConfirmResident", {"name": f"{c}/persons/p-bench"})

    # The measurements.

    def commands(self, _):
        data = self.scratch / "commands"
        echo = [self.build / "tests/bench/echo_server"]
        with self.server("commandd", data) as (_, address), self.process(echo, r"listening on (\S+)") as (_, found):
            self.set_up(address)
            self.tool("command_load", f"--address={address}", "--seconds=3")  # Warm.
            for in_flight in (1, 64, 256):
                ours, floor, p50, p99 = [], [], [], []
                for _ in range(TURNS):
                    load = (f"--in_flight={in_flight}", "--seconds=5")
                    floor.append(self.tool("command_load", f"--address={found.group(1)}", *load)[0]["calls_per_second"])
                    result = self.tool("command_load", f"--address={address}", *load)[0]
                    if result["refused"]:
                        raise RuntimeError(f"{result['refused']} calls were refused")
                    ours.append(result["calls_per_second"])
                    p50.append(result["p50_us"])
                    p99.append(result["p99_us"])
                self.row(f"FileComplaint, {in_flight} in flight", f"{median(ours):,.0f}/s, p50 {median(p50):,.0f} us, p99 {median(p99):,.0f} us",
                         f"echo {median(floor):,.0f}/s", f"{median(ours) / median(floor):.2f}")

    def tree(self, _):
        """What signing the log costs commands, and how long a receipt takes under full load."""
        policy = pathlib.Path(__file__).resolve().parents[2] / "deploy/policy"

        def command(name, *more):
            data = self.scratch / name
            return [self.build / "tests/bench/command_server", f"--data={data}", f"--keys={data}.keys", f"--policy={policy}", *more]
        ready = r"listening on (\S+)"
        with self.process(command("signed"), ready) as (_, a), self.process(command("unsigned", "--unsigned"), ready) as (_, b):
            addresses = {"signed": a.group(1), "unsigned": b.group(1)}
            for address in addresses.values():
                self.set_up(address)
                self.tool("command_load", f"--address={address}", "--seconds=3")  # Warm.
            for in_flight in (1, 64, 256):
                rates = {name: [] for name in addresses}
                for _ in range(TURNS):
                    for name, address in addresses.items():
                        result = self.tool("command_load", f"--address={address}", f"--in_flight={in_flight}", "--seconds=5")[0]
                        if result["refused"]:
                            raise RuntimeError(f"{result['refused']} calls were refused")
                        rates[name].append(result["calls_per_second"])
                self.row(f"FileComplaint with a signed log, {in_flight} in flight", f"{median(rates['signed']):,.0f}/s",
                         f"unsigned {median(rates['unsigned']):,.0f}/s", f"{median(rates['signed']) / median(rates['unsigned']):.2f}")
            load = [self.build / "tests/bench/command_load", f"--address={addresses['signed']}", "--in_flight=256", "--seconds=15"]
            running = subprocess.Popen([str(c) for c in load], stdout=subprocess.PIPE, text=True)
            loaded = self.tool("receipt_load", f"--address={addresses['signed']}", "--seconds=12")[0]
            rate = json.loads(running.communicate()[0].splitlines()[-1])["calls_per_second"]
            rest = self.tool("receipt_load", f"--address={addresses['signed']}", "--seconds=5")[0]
        for when, figures in ((f"at {rate:,.0f} commands/s", loaded), ("at rest", rest)):
            self.row(f"from a command's answer to its receipt, {when}",
                     f"p50 {figures['p50_ms']:,.0f} ms, p99 {figures['p99_ms']:,.0f} ms, most {figures['max_ms']:,.0f} ms",
                     "aim: within 2,000 ms", "")

    def ballots(self, _):
        """An owners' vote, beside complaints on the same server."""
        owners = 10_000
        with self.server("commandd", self.scratch / "ballots") as (_, address):
            self.set_up(address)
            self.tool("ballot_load", "register", f"--address={address}", f"--owners={owners}")
            self.tool("command_load", f"--address={address}", "--seconds=3")  # Warm.
            for in_flight, ballots in ((1, owners // 4), (64, owners), (256, owners)):
                ours, floor, p50, p99 = [], [], [], []
                for turn in range(TURNS):
                    load = [f"--address={address}", f"--in_flight={in_flight}"]
                    complaints = self.tool("command_load", *load, "--seconds=2")[0]
                    result = self.tool("ballot_load", "cast", *load, f"--vote=v{in_flight}-{turn}", f"--ballots={ballots}")[0]
                    if result["refused"] or complaints["refused"]:
                        raise RuntimeError("calls were refused")
                    floor.append(complaints["calls_per_second"])
                    ours.append(result["calls_per_second"])
                    p50.append(result["p50_us"])
                    p99.append(result["p99_us"])
                self.row(f"CastBallot, {in_flight} in flight", f"{median(ours):,.0f}/s, p50 {median(p50):,.0f} us, p99 {median(p99):,.0f} us",
                         f"FileComplaint {median(floor):,.0f}/s", f"{median(ours) / median(floor):.2f}")

    def appends(self, _):
        results = self.tool("log_bench", "appends", f"--path={self.scratch / 'appends'}")
        for batch in (1, 32, 512):
            of = [r for r in results if r["batch"] == batch]
            floor = median([r["file_floor"] for r in of])
            self.row(f"append in process, {batch} a batch", f"{median([r['events_per_second'] for r in of]):,.0f}/s",
                     f"write+fdatasync {floor:,.0f}/s ({1e6 * batch / floor:,.0f} us a sync)", f"{median([r['ratio'] for r in of]):.2f}")

    def rebuild(self, _):
        lines = self.tool("rebuild_bench")
        results = [r for r in lines if r["bench"] == "rebuild"]
        ours = median([r["events_per_second"] for r in results])
        floor = median([r["by_hand"] for r in results])
        self.row("projector rebuild", f"{ours:,.0f} events/s", f"the same SQL by hand {floor:,.0f}/s", f"{median([r['ratio'] for r in results]):.2f}")
        without = median([r["without_bases"] for r in results])
        self.row("projector rebuild that takes bases of its past", f"{ours:,.0f} events/s", f"one that takes none {without:,.0f}/s", f"{ours / without:.2f}")
        as_of = [r for r in lines if r["bench"] == "as_of"]
        plain = median([r["plain_us"] for r in as_of])
        for what, key, unit in (("100 events ago, first", "recent_ms", 1e3), ("the same again", "again_us", 1), ("two thirds of the log ago", "distant_ms", 1e3)):
            asked = median([r[key] for r in as_of]) * unit
            self.row(f"a page as of {what}", f"{asked:,.0f} us", f"the page of today {plain:,.0f} us", f"{asked / plain:,.0f}")

    def export(self, _):
        for form in ("ndjson", "sqlite"):
            results = self.tool("export_bench", f"--format={form}", f"--turns={TURNS}")
            ours, floor = (median([r[key] for r in results]) for key in ("export_per_s", "copy_per_s"))
            self.row(f"export of 1 M events as {form}", f"{ours:,.0f} events/s, {median([r['cpu_s'] for r in results]):.1f} s of processor time, "
                     f"{max(r['peak_mib'] for r in results)} MiB", f"a plain copy {floor:,.0f}/s", f"{ours / floor:.2f}")

    def freeze(self, _):
        figures = self.tool("register_bench", "--dwellings=60000", f"--turns={TURNS}")
        results = [r for r in figures if r["bench"] == "electorate" and r["scope"] == "community"]
        ours = median([r["seconds"] for r in results])
        floor = median([r["reading_alone"] for r in results])
        self.row("electorate of 60,000 dwellings", f"{ours:.2f} s", f"reading its records alone {floor:.2f} s",
                 f"{median([r['ratio'] for r in results]):.2f}")
        for scope in ("community", "one building"):
            whole = median([r["seconds"] for r in figures if r["bench"] == "freeze" and r["scope"] == scope])
            self.row(f"FreezeElectorate there, {scope}", f"{whole:.2f} s", "", "")

    def sealing(self, _):
        results = self.tool("sealing_bench", f"--path={self.scratch / 'sealing'}")
        for in_flight in (1, 64):
            rates = {r["words"]: r["commands_per_s"] for r in results if r.get("in_flight") == in_flight}
            for words in ("sealed", "first key"):
                self.row(f"a command with 28 characters of text, {words}, {in_flight} in flight", f"{rates[words]:,.0f}/s",
                         f"plain {rates['plain']:,.0f}/s", f"{rates[words] / rates['plain']:.2f}")
        alone, destroyed = results[-2:]
        self.row("a text sealed, and opened", f"{alone['seal_us']} us, {alone['open_us']} us", "", "")
        self.row(f"one erasure, {destroyed['keys_max']:,} keys at most", f"{destroyed['destroy_ms']} ms", "", "")

    def fill(self, data, events):
        """A folder with a log of so many events, and with keys: those are made with a log that is empty yet."""
        if not data.exists():
            data.mkdir()
            with self.server("commandd", data):
                pass
        self.tool("log_bench", "fill", f"--path={data / 'log'}", f"--events={events}")

    def subscribe(self, _):
        data = self.scratch / "subscribe"
        self.fill(data, 1_000_000)
        with self.server("commandd", data) as (_, address):
            results = [self.tool("subscribe_load", f"--address={address}")[0] for _ in range(TURNS)]
        self.row("Subscribe, 1 M events over gRPC", f"{median([r['events_per_second'] for r in results]):,.0f} events/s",
                 f"{median([r['mib_per_second'] for r in results]):,.0f} MiB/s", "")

    def steady(self, _):
        best, rate = 0, 250
        while rate <= 64000 and self.keeps_up_at(rate):
            best, rate = rate, int(rate * 1.4)
        self.row("steady rate with every view within 1 s", f"{best:,}/s", f"not at {rate:,}/s", "")

    def keeps_up_at(self, rate):
        """Whether every view holds, a second later, all that the log held."""
        data = self.scratch / f"steady-{rate}"
        with self.server("serve", data) as (_, address):
            self.set_up(address)
            command = [self.build / "tests/bench/command_load", f"--address={address}", f"--rate={rate}", "--in_flight=512", "--seconds=10"]
            load = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, text=True)
            behind = 0
            while load.poll() is None:
                head = int(self.call(address, "GetHead", {}).get("position", 0))
                time.sleep(1)
                views = self.call(address, "ListProjections", {})["projections"]
                behind = max(behind, head - min(int(v.get("position", 0)) for v in views))
            result = json.loads(load.stdout.read().splitlines()[-1])
        shutil.rmtree(data)
        print(f"  at {rate}/s: {result['calls_per_second']:.0f}/s done, at most {behind} events late", file=sys.stderr, flush=True)
        return behind <= 0 and not result["refused"] and result["calls_per_second"] >= 0.95 * rate

    def size(self, arguments):
        memory = []
        for events in sorted({1_000_000, arguments.events}):
            data = self.scratch / "size"
            self.fill(data, events)
            opened = [self.tool("log_bench", "open", f"--path={data / 'log'}")[0]["milliseconds"] for _ in range(TURNS)]
            self.row(f"open a log of {events:,} events", f"{median(opened):,.0f} ms", "aim: under 1 s", "")
            with self.server("commandd", data) as (child, address):
                self.set_up(address) if events == 1_000_000 else None
                self.tool("command_load", f"--address={address}", "--in_flight=64", "--seconds=5")
                status = pathlib.Path(f"/proc/{child.pid}/status").read_text()
                memory.append(int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024)
        self.row(f"memory of commandd at 1 M and {arguments.events:,} events, after 5 s of load",
                 " and ".join(f"{m:,.0f} MiB" for m in memory), "aim: flat", f"{memory[-1] / memory[0]:.2f}")

    def h2load(self, _):
        """A foreign load generator: the same request id each time, so it measures replays."""
        data = self.scratch / "h2load"
        with self.server("commandd", data) as (_, address):
            self.set_up(address)
            body = self.scratch / "body.bin"
            body.write_bytes(self.encode_file_complaint())
            command = ["h2load", "-n", "20000", "-c", "4", "-m", "32", "-d", str(body), "-H", "content-type: application/grpc",
                       "-H", "te: trailers", "-H", "sanzhang-person: p-bench",
                       f"http://{address}/sanzhang.complaint.v1.ComplaintService/FileComplaint"]
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            rate = re.search(r"([\d.]+) req/s", output).group(1)
            done = re.search(r"(\d+) succeeded, (\d+) failed", output)
            if done.group(2) != "0":
                raise RuntimeError(output)
        self.row("replays of one FileComplaint by h2load", f"{float(rate):,.0f}/s", f"{done.group(1)} answered", "")

    def encode_file_complaint(self):
        text = ('parent: "communities/bench" request_id: "0190a1b2-0000-7000-8000-000000000001" category: CATEGORY_NOISE '
                'place { building: "communities/bench/buildings/b1" } text { content: "noise" }')
        proto = pathlib.Path(__file__).resolve().parents[2] / "proto"
        message = subprocess.run(["protoc", "-I", str(proto), "--encode=sanzhang.complaint.v1.FileComplaintRequest",
                                  "sanzhang/complaint/v1/complaint_service.proto"], input=text.encode(), check=True, capture_output=True).stdout
        return b"\0" + len(message).to_bytes(4, "big") + message

    def table(self):
        lines = ["| What | Figure | Beside | Ratio |", "|---|---|---|---|"]
        return "\n".join(lines + [f"| {w} | {f} | {b} | {r} |" for w, f, b, r, _ in self.rows])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = ["commands", "tree", "ballots", "appends", "rebuild", "export", "freeze", "sealing", "subscribe", "steady", "size", "h2load"]
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--only", default=",".join(names), help="of " + ", ".join(names))
    parser.add_argument("--events", type=int, default=5_000_000)
    parser.add_argument("--scratch", default=None, help="a folder on the disk to measure")
    arguments = parser.parse_args()
    scratch = tempfile.mkdtemp(prefix="sanzhang-bench-", dir=arguments.scratch)
    try:
        bench = Bench(arguments.build, scratch)
        for name in arguments.only.split(","):
            getattr(bench, name)(arguments)
        print(bench.table())
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


if __name__ == "__main__":
    main()
