#!/usr/bin/env python3
"""The console as people see it: headless Chromium in front of real processes.

usage: test_console.py BINARIES [unittest's options]
`make test-browser` runs it. Timing never decides: what is measured is printed.
"""

import json
import signal
import statistics
import sys
import unittest
from datetime import datetime

from browser import Browser
from selenium.webdriver.common.keys import Keys
from street import DEPARTMENTS, EXAMPLE, Street, free_port, until

BINARIES = ""
GRID = "11234"
CAMPAIGN = "winter-heat"


class ConsoleTest(unittest.TestCase):
    """A street with a console and a browser in front of it; each test looks at both at its end."""

    keys = False
    workers = ()
    language = "en-GB"
    # What the browser's console may say, where the test itself is the reason.
    expected = "nothing"

    def setUp(self):
        self.street = Street(BINARIES, EXAMPLE / "catalogue.yaml", self.keys)
        self.addCleanup(self.street.close)
        self.street.start_broker()
        for department, *options in self.workers:
            self.street.start_worker(department, *options)
        self.street.start_console()
        self.browser = Browser(self.language, downloads=self.street.directory / "downloads")
        self.addCleanup(self.browser.close)

    def tearDown(self):
        complaints = [line for line in self.browser.complaints() if self.expected not in line]
        self.assertEqual(complaints, [], "the browser's console")
        self.assertEqual(self.browser.foreign_requests(), [], "requests to other hosts")

    def open(self, path):
        self.browser.driver.get(self.street.address + path)

    def file(self, count, category="heating"):
        return [
            self.street.submit(category, GRID, f"Radiator {number} stays cold")
            for number in range(1, count + 1)]

    def shown(self, selector, text):
        """Waits until the page says so by itself."""
        until(f"{selector} says {text}", lambda: self.browser.text(selector) == text)


class ReplayTests(ConsoleTest):
    """The real day while it replays, each process with a key."""

    keys = True
    workers = [(name, "--simulate", "300ms", "--name", name) for name in DEPARTMENTS]

    def expected(self, stats):
        """What *Now* must say of these statistics."""
        names = {"queued": "queued", "in-hand": "inHand", "overdue": "overdue",
                 "stuck": "stuck", "workers": "workers"}
        calls = {name: str(stats["calls"][name]) for name in ("filed", "closed", "open")}
        sums = {
            name: str(sum(d[key] for d in stats["departments"]))
            for name, key in names.items() if name != "workers"}
        return {
            "street": calls | sums,
            "departments": {
                d["id"]: {name: str(d[key]) for name, key in names.items()}
                for d in stats["departments"]}}

    def page_equals_stats(self):
        expected = self.expected(self.street.stats())
        page = self.browser.numbers()
        return all(
            page["street"].get(name) == value for name, value in expected["street"].items()
        ) and all(
            page["departments"].get(id, {}).get(name) == value
            for id, row in expected["departments"].items() for name, value in row.items()
        ) and expected

    def filed(self):
        return int(self.browser.numbers()["street"]["filed"])

    def test_numbers_equal_stats_while_the_day_replays_and_after(self):
        self.open("/")
        self.shown('.tiles [data-number="filed"]', "0")
        replay = self.street.start_replay(4320)
        still = (self.street.broker, self.street.console)
        moving = [process for process in self.street.processes if process not in still]
        compared = 0
        for count in (150, 700, 1300, 1900):
            # While everything moves the page is never ahead of the broker, and catches up with it.
            told = self.street.stats()["calls"]["filed"]
            until("the page catches up", lambda: self.filed() >= max(told, count), 60)
            page = self.filed()
            self.assertLessEqual(page, self.street.stats()["calls"]["filed"])
            # With the terminal and the workers stopped in what they do, every number must agree.
            for process in moving:
                process.send_signal(signal.SIGSTOP)
            expected = until("page and stats agree", self.page_equals_stats)
            for process in moving:
                process.send_signal(signal.SIGCONT)
            in_hand = expected["street"]["in-hand"]
            print(f"\n  at {expected['street']['filed']} filed, {in_hand} in hand: equal", end="")
            compared += int(in_hand) > 0
            self.assertIsNone(replay.poll(), "the day still replays")
        self.assertGreater(compared, 0, "something was in hand at one time at least")
        self.assertEqual(replay.wait(timeout=120), 0)
        self.street.gridcall("stats", "--until-idle", "--timeout", "60")
        expected = until("page and stats agree", self.page_equals_stats)
        self.assertEqual(expected["street"]["filed"], "2386")
        self.assertEqual(expected["street"]["open"], "0")
        self.open("/campaigns")
        for campaign in self.street.stats()["campaigns"]:
            card = f'[data-campaign="{campaign["id"]}"] [data-number='
            self.assertIn(str(campaign["found"]), self.browser.text(f'{card}"found"]'))


class FilingTests(ConsoleTest):
    """A call that is filed in a terminal appears on pages that are open."""

    samples = 7

    def measure(self, page, watch):
        """Files calls; the seconds from the broker's time of filing to the page's of showing."""
        seconds = []
        for number in range(1, self.samples + 1):
            watch(number)
            case = self.street.submit("heating", GRID, f"{page} {number}")
            appeared = until("the call appears", self.browser.appeared_at, 10)
            call = json.loads(self.street.gridcall("track", case, "--format", "json"))
            filed = datetime.fromisoformat(call["filedAt"]).timestamp()
            seconds.append(appeared - filed)
            self.browser.watch_for("#never")
        print(f"\n  from filing to {page}: median {statistics.median(seconds) * 1000:.0f} ms, "
              f"longest {max(seconds) * 1000:.0f} ms of {len(seconds)}", end="")
        return seconds

    def test_a_call_appears_on_now(self):
        self.open("/")
        self.shown('.tiles [data-number="filed"]', "0")
        self.measure("Now", lambda number: self.browser.watch_for(
            '.tiles [data-number="filed"]', str(number)))

    def test_a_call_appears_on_calls(self):
        self.open("/calls")
        self.measure("Calls", lambda number: self.browser.watch_for(
            f".results tbody tr:nth-child({number})[data-call]"))


class ListTests(ConsoleTest):
    """Filters, paging, CSV, and everything again without JavaScript."""

    def setUp(self):
        super().setUp()
        self.numbers = self.file(28) + self.file(3, "graffiti")
        until("all are in the views", lambda: self.street.gridcall(
            "list", "--limit", "50", "--format", "csv").count("Radiator") == 31)

    def choose(self, name, value):
        self.browser.script(
            "document.querySelector(arguments[0]).value = arguments[1]", f"[name={name}]", value)

    def filter_by(self, **fields):
        self.open("/calls")
        for name, value in fields.items():
            self.choose(name, value)
        self.browser.one('.filters button[type="submit"]').click()

    def listed(self, expected):
        until("the calls are listed", lambda: self.browser.calls() == expected)

    def check_lists(self):
        newest = self.numbers[::-1]
        self.filter_by(category="graffiti")
        self.listed(newest[:3])
        self.filter_by(text="Radiator 17")
        self.listed([self.numbers[16]])
        self.filter_by(state="closed")
        self.listed([])
        self.browser.one(".filters .actions a").click()
        self.listed(newest)
        self.open("/calls?limit=25")
        self.listed(newest[:25])
        self.browser.one('.pager a[rel="next"]').click()
        self.listed(newest[25:])
        self.browser.one(".pager a").click()
        self.listed(newest[:25])

    def test_filters_and_paging(self):
        self.check_lists()
        self.open("/")
        self.shown('.tiles [data-number="filed"]', "31")
        self.browser.one('tr[data-department="safety"] a').click()
        until("the department's calls are listed", lambda: len(self.browser.calls()) == 28)

    def test_csv_is_what_the_terminal_lists(self):
        self.filter_by(category="graffiti")
        self.listed(self.numbers[:-4:-1])
        downloads = self.street.directory / "downloads"
        self.browser.one(".results a[download]").click()
        file = until("the file is there", lambda: [
            found for found in downloads.glob("*.csv") if found.stat().st_size > 0])[0]
        listed = self.street.gridcall(
            "list", "--category", "graffiti", "--format", "csv", "--bom", "--lang", "en")
        self.assertEqual(
            file.read_bytes().decode("utf-8").replace("\r\n", "\n"),
            listed.replace("\r\n", "\n"))

    def test_pages_work_without_scripts(self):
        self.browser.allow_scripts(False)
        self.check_lists()
        self.open("/")
        self.shown('.tiles [data-number="filed"]', "31")
        self.assertTrue(self.browser.one("noscript p").is_displayed())
        self.file(1)
        until("loading again shows it", lambda: (
            self.browser.driver.refresh(),
            self.browser.text('.tiles [data-number="filed"]') == "32")[1])
        self.browser.one(".finder input").send_keys("3", Keys.ENTER)
        until("the case is there", lambda: self.browser.driver.current_url.endswith("/calls/3"))
        self.assertIn("Radiator 3 ", self.browser.text("main"))
        for name, path in (("dark", "theme=dark"), ("zh-CN", "lang=zh")):
            self.browser.one(f'.switches a[href*="{path}"]').click()
            until(f"the page is {name}", lambda: self.browser.find(
                f'html[data-theme="{name}"], html[lang="{name}"]'))
        for path in ("/campaigns", "/grids", "/health", f"/campaigns/{CAMPAIGN}"):
            self.open(path)
            self.assertTrue(self.browser.one("main h1").is_displayed(), path)


class PreferenceTests(ConsoleTest):
    """Language, light and dark."""

    def background(self):
        return self.browser.script("return getComputedStyle(document.body).backgroundColor")

    def test_language_is_the_browsers_until_it_is_switched(self):
        self.open("/calls?open=1")
        self.assertEqual(self.browser.one("html").get_attribute("lang"), "en")
        self.browser.one('.language[lang="zh-CN"]').click()
        self.assertTrue(self.browser.driver.current_url.endswith("/calls?open=1"))
        self.assertEqual(self.browser.text("h1"), "案卷")
        self.open("/")
        self.assertEqual(self.browser.one("html").get_attribute("lang"), "zh-CN")
        # What comes by itself is in the same language.
        self.file(1)
        self.shown('.tiles [data-number="filed"]', "1")
        self.assertIn("城市管理", self.browser.text('tr[data-department="urban"]'))
        self.browser.one('.language[lang="en"]').click()
        self.assertEqual(self.browser.text("h1"), "Now")

    def test_a_chinese_browser_is_answered_in_chinese(self):
        self.browser.close()
        self.browser = Browser("zh-CN")
        self.addCleanup(self.browser.close)
        self.open("/")
        self.assertEqual(self.browser.text("h1"), "实时")

    def test_dark_is_the_systems_until_it_is_switched(self):
        dark, light = "rgb(18, 20, 22)", "rgb(246, 246, 244)"
        self.browser.prefer("dark")
        self.open("/")
        self.assertEqual(self.background(), dark)
        self.browser.prefer("light")
        self.assertEqual(self.background(), light)
        self.browser.one('.theme a[href*="theme=dark"]').click()
        self.open("/grids")
        self.assertEqual(self.background(), dark)
        self.browser.prefer("dark")
        self.browser.one('.theme a[href*="theme=light"]').click()
        self.assertEqual(self.background(), light)
        self.browser.one('.theme a[href*="theme=auto"]').click()
        self.assertEqual(self.background(), dark)


class KeyboardTests(ConsoleTest):
    """Everything without a mouse."""

    def test_the_skip_link_comes_first_and_leads_to_the_content(self):
        self.open("/")
        self.browser.press(Keys.TAB)
        self.assertEqual(self.browser.active().get_attribute("class"), "skip")
        self.assertGreaterEqual(self.browser.active().rect["x"], 0, "it can be seen")
        self.browser.press(Keys.ENTER)
        self.assertEqual(self.browser.active().get_attribute("id"), "main")

    def test_tab_reaches_everything_in_its_order_and_shows_where_it_is(self):
        self.file(2)
        for path in ("/", "/calls", "/calls/1", "/campaigns", "/grids", "/health"):
            self.open(path)
            expected = self.browser.reachable()
            reached = []
            # A field for a date has several stops.
            for _ in range(len(expected) * 5):
                self.browser.press(Keys.TAB)
                active = self.browser.active()
                if active.tag_name == "body":
                    break
                if not reached or reached[-1] != active:
                    reached.append(active)
                    self.assertNotEqual(self.browser.script(
                        "return getComputedStyle(arguments[0]).outlineStyle", active), "none")
                if len(reached) == len(expected):
                    break
            self.assertEqual(reached, expected, path)

    def test_focus_stays_through_live_updates(self):
        self.file(2)
        self.open("/")
        self.shown('.tiles [data-number="filed"]', "2")
        link = self.browser.one('tr[data-department="safety"] a')
        self.browser.script("arguments[0].focus()", link)
        self.file(1)
        self.shown('tr[data-department="safety"] [data-number="queued"]', "3")
        self.assertEqual(self.browser.active(), link)

    def test_focus_stays_on_its_call_when_others_come_before_it(self):
        first = self.file(2)[-1]
        self.open("/calls")
        until("the call is listed", lambda: (
            self.browser.driver.refresh(), first in self.browser.calls())[1])
        self.browser.script(
            "document.querySelector(arguments[0]).focus()", f'[data-call="{first}"] a')
        new = self.file(1)[0]
        until("the new call is listed", lambda: self.browser.calls()[0] == new)
        self.assertEqual(self.browser.active().text, first)
        self.browser.press(Keys.ENTER)
        until("its page is open", lambda: first in self.browser.driver.current_url)


class RecoveryTests(ConsoleTest):
    """What pages say when something is away, and that they go on by themselves."""

    def test_a_broker_that_stops_and_starts_under_an_open_page(self):
        self.file(1)
        self.open("/")
        self.shown('.tiles [data-number="filed"]', "1")
        self.browser.script("window.isTheSamePage = true")
        self.street.stop_broker()
        notice = until("the page says so", lambda: self.browser.text("#notice"))
        self.assertIn("cannot be reached", notice)
        self.assertRegex(notice, r"since .*\d\d:\d\d")
        self.shown('.tiles [data-number="filed"]', "1")
        self.street.start_broker()
        self.file(1)
        self.shown('.tiles [data-number="filed"]', "2")
        self.shown("#notice", "")
        self.assertTrue(self.browser.script("return window.isTheSamePage"))

    def test_a_console_that_stops_and_starts_under_an_open_page(self):
        # A browser writes of a host that does not answer.
        self.expected = "net::ERR_"
        self.street.close_console()
        port = free_port()
        self.street.start_console("--listen", f"127.0.0.1:{port}")
        self.open("/")
        self.shown('.tiles [data-number="filed"]', "0")
        self.browser.script("window.isTheSamePage = true")
        self.street.close_console()
        until("the page says so", lambda: not self.browser.script(
            "return document.getElementById('link').hidden"))
        self.assertIn("Connection to the console lost", self.browser.text("#link"))
        self.file(1)
        self.street.start_console("--listen", f"127.0.0.1:{port}")
        self.shown('.tiles [data-number="filed"]', "1")
        self.assertTrue(self.browser.script("return document.getElementById('link').hidden"))
        self.assertTrue(self.browser.script("return window.isTheSamePage"))


class AccessibilityTests(ConsoleTest):
    """axe-core finds nothing serious on any page, in both themes and languages."""

    # One department works, one tries in vain until its parts are stuck, two let everything wait.
    workers = [("safety", "--simulate", "0"), ("judicial", "--exec", "exit 1", "--name", "unwell")]

    def test_no_page_has_a_serious_violation(self):
        # The page that is not there.
        self.expected = "status of 404"
        self.file(4)
        self.file(3, "graffiti")
        paths = ["/", "/calls", "/calls?text=nothing-like-it", "/calls/1", "/calls/6",
                 "/campaigns", f"/campaigns/{CAMPAIGN}", "/grids", "/health", "/nothing"]
        until("calls are closed", lambda: self.street.stats()["calls"]["closed"] >= 4)
        checked = 0
        for theme in ("light", "dark"):
            for language in ("en", "zh"):
                self.open(f"/preferences?theme={theme}")
                self.open(f"/preferences?lang={language}")
                for path in paths:
                    self.open(path)
                    with self.subTest(path=path, theme=theme, language=language):
                        self.assertEqual(self.browser.violations(), [])
                    checked += 1
        self.street.stop_broker()
        self.open("/")
        until("the page says so", lambda: self.browser.text("#notice"))
        self.assertEqual(self.browser.violations(), [])
        print(f"\n  axe: {checked + 1} pages", end="")

    def test_the_form_to_sign_in(self):
        self.expected = "status of 403"
        token = self.street.directory / "token"
        token.write_text("a-token-of-the-console\n", encoding="utf-8")
        token.chmod(0o600)
        self.street.close_console()
        self.street.start_console("--token-file", token)
        for scheme in ("light", "dark"):
            self.browser.prefer(scheme)
            self.open("/calls?open=1")
            self.assertEqual(self.browser.violations(), [])
        self.browser.one("[name=token]").send_keys("wrong", Keys.ENTER)
        until("the token is refused", lambda: self.browser.find('[role="alert"]'))
        self.assertEqual(self.browser.violations(), [])


class InstrumentTests(ConsoleTest):
    """What the other tests look with does see what is wrong."""

    def test_faults_are_noticed(self):
        self.browser.driver.get(
            "data:text/html,<title>x</title><img src='http://gridcall.invalid/a.png'>"
            "<script>console.error('noticed')</script>")
        self.assertIn("image-alt", " ".join(self.browser.violations()))
        self.assertIn("noticed", " ".join(self.browser.complaints()))
        self.assertEqual(self.browser.foreign_requests(), ["http://gridcall.invalid/a.png"])


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    BINARIES = sys.argv.pop(1)
    unittest.main(verbosity=2)
