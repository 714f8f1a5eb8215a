"""Pages as browsers open them: loaded, then listening to the console's events."""
import collections
import http.client
import os
import queue
import re
import selectors
import socket
import threading
import time

from .street import Failure, until

# As Assets/console.js has it: a list is asked for again at most so often, in seconds, until the
# console says another pause.
PAUSE = 0.7
SAID_PAUSE = re.compile(rb'"pause": ?"(\d+)"')
MARK = b"event: fragments\n"
KINDS = ("/", "/calls", "/campaigns", "/grids", "/health", "/calls?open=1", "/",
         "/calls?category=litter")


def fetch(connection, path):
    """One GET on a connection that is kept; the body."""
    connection.request("GET", path, headers={"Accept": "text/html", "Accept-Language": "zh-CN"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise Failure(f"{path}: {answer.status} {body[:200]!r}")
    return body


class Page:
    """One open page: a connection to its events, from a loopback address of its own, so that the
    console counts it as a client of its own."""

    def __init__(self, port, path, number):
        self.path = path
        self.source = f"127.0.{1 + number // 250}.{1 + number % 250}"
        self.events = self.bytes = 0
        self.tail = b""
        self.is_list = self.is_stale = self.is_asking = self.is_lost = False
        self.again_at = 0.0
        self.pause = PAUSE
        connection = http.client.HTTPConnection(
            "127.0.0.1", port, timeout=30, source_address=(self.source, 0))
        html = fetch(connection, path).decode()
        connection.close()
        address = re.search(r'data-events="([^"]+)"', html).group(1).replace("&amp;", "&")
        self.is_list = "data-refresh" in html
        self.socket = socket.create_connection(
            ("127.0.0.1", port), timeout=30, source_address=(self.source, 0))
        self.socket.sendall(
            f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/event-stream\r\n"
            "Accept-Language: zh-CN\r\n\r\n".encode())
        self.socket.setblocking(False)

    def take(self, data):
        """Counts the events in what came; a list is asked for again when it may have changed."""
        self.bytes += len(data)
        data = self.tail + data
        self.events += data.count(MARK)
        if self.is_list and self.events > 1 and b'"generation"' in data:
            self.is_stale = True
        if said := SAID_PAUSE.search(data):
            self.pause = int(said.group(1)) / 1_000
        # The beginning of an event's name that is cut off, never a whole one.
        self.tail = data[1 - len(MARK):]


class Browsers:
    """Pages that are read all the time by one thread; lists are asked for again by others."""

    def __init__(self, port, asks_again=True, askers=8):
        self.port = port
        self.pages = []
        self.lost = self.asked = self.refused = self.opened = 0
        self.problem = None
        self._asks_again = asks_again
        self._selector = selectors.DefaultSelector()
        self._coming = collections.deque()
        self._going = collections.deque()
        self._queue = queue.Queue()
        self._is_over = False
        self._threads = [threading.Thread(target=self._read, daemon=True)]
        self._threads += [threading.Thread(target=self._ask, args=(number,), daemon=True)
                          for number in range(askers)]
        for thread in self._threads:
            thread.start()

    def open(self, count):
        """Opens so many pages, of every kind in turn; one alone shows how things stand now."""
        for _ in range(count):
            number = self.opened
            self.opened += 1
            page = Page(self.port, KINDS[number % len(KINDS)], number % 600)
            self.pages.append(page)
            self._coming.append(page)

    def close_some(self, count, chance):
        """Closes so many pages of those that are open."""
        for page in chance.sample(self.pages, min(count, len(self.pages))):
            self.pages.remove(page)
            self._going.append(page)

    def counted(self):
        """Events and bytes until now, of pages that are open, and lists asked for again."""
        return {"events": sum(page.events for page in self.pages),
                "bytes": sum(page.bytes for page in self.pages), "asked": self.asked}

    def close(self):
        self._is_over = True
        for thread in self._threads:
            thread.join(timeout=40)
        for page in self.pages + list(self._going):
            page.socket.close()
        self._selector.close()

    def replace(self, count, chance, wanted):
        """Closes some pages and opens others until there are so many; one that is refused is
        counted, and tried again the next time."""
        self.close_some(count, chance)
        while len(self.pages) < wanted:
            try:
                self.open(1)
            except (Failure, OSError, http.client.HTTPException) as problem:
                self.refused += 1
                self.problem = str(problem)
                return

    def problems(self):
        """What went wrong until now: pages whose events ended, requests that were not answered."""
        return {"pages_lost": self.lost, "requests_failed": self.refused, "last": self.problem}

    def _step_aside(self):
        """Browsers run on other machines: these threads leave the cores to the street."""
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)

    def _read(self):
        self._step_aside()
        while not self._is_over:
            while self._coming:
                page = self._coming.popleft()
                self._selector.register(page.socket, selectors.EVENT_READ, page)
            while self._going:
                page = self._going.popleft()
                if not page.is_lost:
                    self._selector.unregister(page.socket)
                page.socket.close()
            for key, _ in self._selector.select(timeout=0.05):
                self._take(key.data)
            if self._asks_again:
                self._ask_what_is_due()

    def _take(self, page):
        try:
            data = page.socket.recv(1 << 18)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if page.bytes == 0 and not data.startswith(b"HTTP/1.1 200"):
            self.problem = f"events of {page.path}: {data[:200]!r}"
        if data:
            page.take(data)
        else:
            self.lost += 1
            self._selector.unregister(page.socket)
            page.is_lost = True

    def _ask_what_is_due(self):
        now = time.monotonic()
        for page in list(self.pages):
            if page.is_stale and not page.is_asking and now >= page.again_at:
                page.is_stale, page.is_asking = False, True
                self._queue.put(page)

    def _ask(self, number):
        self._step_aside()
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port, timeout=30, source_address=(f"127.0.9.{1 + number}", 0))
        while not self._is_over:
            try:
                page = self._queue.get(timeout=0.2)
            except queue.Empty:
                continue
            try:
                fetch(connection, page.path)
                self.asked += 1
            except (Failure, OSError, http.client.HTTPException) as problem:
                self.refused += 1
                self.problem = str(problem)
                connection.close()
            page.again_at, page.is_asking = time.monotonic() + page.pause, False
        connection.close()


def metric(port, name):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    text = fetch(connection, "/metrics").decode()
    connection.close()
    return float(re.search(rf"(?m)^{name} (\S+)", text).group(1))


def open_pages(street, options, count):
    """Browsers with so many pages, of which the console knows."""
    browsers = Browsers(street.port, asks_again=not options.no_again)
    try:
        browsers.open(count)
        until(f"{count} pages are open",
              lambda: metric(street.port, "gridcall_console_pages_open") == count, pause=0.3)
    except BaseException:
        browsers.close()
        raise
    return browsers
