#!/usr/bin/env python3
"""The report of a community, read as its reader does: in a browser without a network.

    report_test.py PROGRAM ROOT BROWSER [unittest's own arguments]

On a server with the demonstration: every number of the page is the query API's as of the same position; every link leads
somewhere; nothing is fetched; the same question gets the same bytes, from the server, from a copy of its data folder and
at an earlier position too; in both languages.
"""

import base64
import hashlib
import html.parser
import json
import pathlib
import socket
import subprocess
import sys
import tempfile
import unittest

import grpc

PROGRAM, ROOT, BROWSER = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3]
COMMUNITY = "communities/heping"
PATIENCE_SECONDS = 120


def run(*command, ok=True):
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    assert not ok or done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Page(html.parser.HTMLParser):
    """What a page shows, by the browser's own account."""

    def __init__(self, text):
        super().__init__()
        self.numbers, self.ids, self.links, self.sources, self.words = {}, set(), set(), set(), []
        self.log = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if "id" in attributes:
            assert attributes["id"] not in self.ids, f"two elements {attributes['id']}"
            self.ids.add(attributes["id"])
        if "href" in attributes:
            self.links.add(attributes["href"])
        if "src" in attributes:
            self.sources.add(attributes["src"])
        if "data-records" in attributes:
            self.log = attributes
        if "data-metric" in attributes:
            self.numbers[attributes["data-metric"]] = attributes

    def handle_data(self, data):
        self.words.append(data)


class ReportTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory(prefix="sanzhang-report-")
        cls.folder = pathlib.Path(cls.scratch.name)
        cls.data = cls.folder / "data"
        run(PROGRAM, "demo", f"--data={cls.data}", f"--policy={ROOT}/deploy/policy",
            f"--file={ROOT}/deploy/demo/heping.json")
        cls.copy = cls.folder / "copy"
        run("cp", "-a", str(cls.data), str(cls.copy))
        cls.address = f"127.0.0.1:{free_port()}"
        cls.log = (cls.folder / "serve.log").open("w+")
        cls.server = subprocess.Popen([PROGRAM, "serve", f"--data={cls.data}", f"--policy={ROOT}/deploy/policy",
                                       f"--listen={cls.address}", "--http-listen=127.0.0.1:0"],
                                      stdin=subprocess.DEVNULL, stdout=cls.log, stderr=cls.log)
        with grpc.insecure_channel(cls.address) as channel:
            grpc.channel_ready_future(channel).result(timeout=PATIENCE_SECONDS)
        cls.head = int(cls.call("GetHead", {})["position"])
        # The quarter in which the demonstration's votes lie, and its last day, on which complaints do.
        last = cls.call("GetHead", {})["recorded_at"]
        cls.last_day = run("date", "--utc", "-d", f"{last} + 8 hours", "+%Y-%m-%d").stdout.strip()
        first = run("date", "--utc", "-d", f"{cls.last_day} - 89 days", "+%Y-%m-%d").stdout.strip()
        cls.period, cls.first_day = f"{first}..{cls.last_day}", first

    @classmethod
    def tearDownClass(cls):
        cls.server.terminate()
        cls.server.wait(PATIENCE_SECONDS)
        cls.log.close()
        cls.scratch.cleanup()

    @classmethod
    def call(cls, method, request):
        return json.loads(run(PROGRAM, "call", method, json.dumps(request), "--service=auditor",
                              f"--address={cls.address}").stdout)

    def report(self, name, *flags):
        out = self.folder / name
        run(PROGRAM, "audit", "report", COMMUNITY, f"--period={self.period}", f"--out={out}", *flags)
        return out

    def live(self, name, *flags):
        return self.report(name, f"--address={self.address}", f"--as-of={self.head}", *flags)

    def browse(self, path, *flags):
        """The browser has no way out: every request but that of the file itself would go to a port that is closed."""
        return run(BROWSER, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={self.folder / 'browser'}",
                   "--proxy-server=http://127.0.0.1:1", "--proxy-bypass-list=<-loopback>", *flags, path.as_uri())

    def test_numbers_are_those_of_the_queries(self):
        page = Page(self.browse(self.live("numbers.html"), "--dump-dom").stdout)
        # The window ends with what is known.
        end = self.call("GetRegisterSummary", {"parent": COMMUNITY, "as_of_position": self.head})["freshness"]["as_of_time"]
        stem, fraction = end.rstrip("Z").split(".")
        until = f"{stem}.{int(fraction.ljust(6, '0')) + 1:06d}Z"
        window = {"from": f"{self.first_day}T00:00:00+08:00", "to": until}
        as_of = {"parent": COMMUNITY, "as_of_position": self.head}
        asked = self.call("GetMetrics", {**as_of, "query": window})["metrics"]
        asked += self.call("GetVoteMetrics", {**as_of, **window})["metrics"]
        participation = self.call("GetParticipation", {**as_of, **window})["summary"]
        asked += [participation["breadth"], participation["newcomers"]]
        self.assertGreater(len(asked), 25)
        self.assertEqual(set(page.numbers), {metric["id"] for metric in asked})
        counted = 0
        for metric in asked:
            shown = page.numbers[metric["id"]]
            for key in ("numerator", "denominator", "population"):
                self.assertEqual(shown[f"data-{key}"], metric.get(key, "0"), metric["id"])
            self.assertEqual(shown["data-value"], metric.get("value", ""), metric["id"])
            self.assertEqual(shown["data-formula"], metric["formula"])
            counted += metric.get("denominator", "0") != "0"
        self.assertGreater(counted, 15, "the demonstration says too little")

    def test_every_number_can_be_followed_to_events(self):
        page = Page(self.live("links.html").read_text())
        self.assertFalse(page.sources)
        for link in page.links:
            self.assertTrue(link.startswith("#"), link)
            self.assertIn(link[1:], page.ids)
        self.assertTrue({"complaints/closed", "resolutions/lift"} <= page.ids)
        self.assertIn("ComplaintFiled", page.words)

    def test_nothing_is_fetched_and_both_languages_are_drawn(self):
        for language, word in (("zh", "满意率"), ("en", "Satisfied")):
            path = self.live(f"{language}.html", f"--lang={language}")
            text = path.read_text()
            self.assertIn(word, text)
            for way_out in ("http:", "https:", "//", "url(", "@import", "<script"):
                self.assertNotIn(way_out, text.replace("&lt;", "<"))
            picture = self.folder / f"{language}.png"
            self.browse(path, "--window-size=1060,2400", "--hide-scrollbars", f"--screenshot={picture}")
            self.assertEqual(picture.read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
            self.assertGreater(picture.stat().st_size, 50_000, "an empty page")

    def test_the_same_question_gets_the_same_page_from_everywhere(self):
        live = self.live("live.html").read_bytes()
        self.assertEqual(live, self.live("again.html").read_bytes())
        offline = self.report("offline.html", f"--data={self.copy}").read_bytes()
        self.assertEqual(live, offline)
        earlier = self.head - 100
        self.assertEqual(self.report("past.html", f"--address={self.address}", f"--as-of={earlier}").read_bytes(),
                         self.report("past-offline.html", f"--data={self.copy}", f"--as-of={earlier}").read_bytes())

    def test_with_the_key_it_says_whether_the_log_is_whole(self):
        key = run(PROGRAM, "audit", "key", f"--address={self.address}").stdout.strip()
        live = self.live("key.html", f"--key={key}")
        log = Page(live.read_text()).log
        self.assertEqual(int(log["data-records"]), self.head)
        note = self.call("GetCheckpoint", {})["checkpoint"].splitlines()
        self.assertEqual((note[1], note[2]), (log["data-records"], log["data-root"]))
        # The page itself says how to have it again: the same, later and elsewhere too.
        words = " ".join(word for word in Page(live.read_text()).words if "audit report" in word)
        self.assertIn("--key=KEY --lang=zh --out=FILE", words)
        for again in (self.live("again-key.html", f"--key={key}"), self.report("offline-key.html", f"--data={self.copy}", f"--key={key}")):
            self.assertEqual(again.read_bytes(), live.read_bytes())
        earlier = self.head - 100
        past = [Page(self.report(name, *flags, f"--as-of={earlier}", f"--key={key}").read_text()).log
                for name, flags in (("a.html", [f"--address={self.address}"]), ("b.html", [f"--data={self.copy}"]))]
        self.assertEqual(past[0], past[1])
        self.assertEqual(int(past[0]["data-records"]), earlier)
        self.assertIsNone(Page(self.live("keyless.html").read_text()).log)
        # As if another log had asked for trust: its name, and a key that has signed nothing here.
        name, public = "other.invalid", bytes([1]) + bytes(31) + b"\x01"
        key_id = hashlib.sha256(name.encode() + b"\n" + public).hexdigest()[:8]
        other = f"{name}+{key_id}+{base64.b64encode(public).decode()}"
        for flags in ((f"--key={other}", f"--address={self.address}"), (f"--key={other}", f"--data={self.copy}")):
            out = self.folder / "other.html"
            done = run(PROGRAM, "audit", "report", COMMUNITY, f"--period={self.period}", f"--out={out}", *flags, ok=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("NOT VERIFIED", done.stderr)
            self.assertIn("未通过核验", Page(out.read_text()).words)

    def test_what_cannot_be_reported_is_refused_in_words(self):
        for flags, words in ((["--period=2026-13"], "is none of"), (["--period=2026", "--lang=fr"], "neither zh nor en"),
                             (["--period=2031"], "begins after the last event, which was on 20"),
                             (["--period=2026-03-01..2026-02-01"], "ends before it begins")):
            done = run(PROGRAM, "audit", "report", COMMUNITY, f"--out={self.folder / 'no.html'}",
                       f"--address={self.address}", *flags, ok=False)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(words, done.stdout + done.stderr)
            self.assertFalse((self.folder / "no.html").exists())
        done = run(PROGRAM, "audit", "report", "communities/nowhere", f"--period={self.period}", f"--out={self.folder / 'no.html'}",
                   f"--address={self.address}", ok=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn('there is no community "communities/nowhere"', done.stderr)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
