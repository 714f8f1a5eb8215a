"""The first step: how long an answer takes."""
import http.client
import re
import statistics
import time
import urllib.parse

from .pages import fetch
from .report import table, verdict
from .street import NEVER, SELDOM, Failure, until

PAGE_TARGET, LIST_TARGET = 100, 200
# Less than the console allows one client (50 requests a second), so that none is refused.
REQUEST_PAUSE = 0.025
# The console answers the same question from what it knows for a second: no address comes again
# before that, so that every list is asked of the broker.
ROUND = 1.2


def calls_address(**fields):
    return "/calls" + ("?" + urllib.parse.urlencode(fields) if fields else "")


def addresses(port):
    """What is asked for: name, target in ms, addresses that one measurement asks for in turn."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    list_page = fetch(connection, "/calls").decode()
    case = re.search(r'href="(/calls/[^"?]+)', list_page).group(1)
    campaign = re.search(r'href="(/campaigns/[^"?]+)', fetch(connection, "/campaigns").decode())
    second = re.search(r'rel="next" href="([^"]+)"', list_page)
    connection.close()
    asked = [(path, PAGE_TARGET, path) for path in
             ("/", "/calls", "/campaigns", "/grids", "/health")]
    asked += [("a case", PAGE_TARGET, case)]
    if campaign:
        asked += [("a campaign", PAGE_TARGET, campaign.group(1))]
    filters = [
        ("list: page 2", second and second.group(1).replace("&amp;", "&")),
        ("list: open", calls_address(open=1)),
        ("list: one category", calls_address(category="shop-front")),
        ("list: one grid", calls_address(grid="gl-501")),
        ("list: one department", calls_address(department="market")),
        ("list: category and grid", calls_address(category="small-posters", grid="gl-1102")),
        ("list: one campaign", calls_address(campaign="summer-streets")),
        ("list: closed, latest first", calls_address(state="closed", sort="closed")),
        ("list: by due time", calls_address(sort="due")),
        ("list: open by urgency, 200", calls_address(open=1, sort="urgency", limit=200)),
        ("list: overdue", calls_address(overdue=1)),
    ]
    texts = [
        ("烧烤", "烧烤"), ("露天烧烤，油烟扰民", "露天烧烤，油烟扰民"), ("号, in every call", "号"),
        ("道, one character", "道"), ("盲道 拍照", "盲道 拍照"), ("鼓楼大街超市", "鼓楼大街超市"),
        (f"{SELDOM}, in few calls", SELDOM), (f"{NEVER}, in none", NEVER), ("manhole", "manhole"),
    ]
    filters += [(f"search: {name}", calls_address(text=text)) for name, text in texts]
    filters += [("search: 烧烤, one grid", calls_address(text="烧烤", grid="gl-501"))]
    return asked + [(name, LIST_TARGET, path) for name, path in filters if path]


def matches(html):
    """What the Chinese page says of how many calls match."""
    found = re.search(r'data-number="total">(至少)?\D*(\d+)', html)
    return found and f"{'≥ ' if found.group(1) else ''}{int(found.group(2)):,}"


def timed(work):
    began = time.perf_counter()
    result = work()
    return (time.perf_counter() - began) * 1e3, result


def first_byte(port, path):
    """Asks on a connection of its own and hangs up after the first byte of the body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        if answer.status != 200 or not answer.read(1):
            raise Failure(f"{path}: {answer.status}")
    finally:
        connection.close()


def with_assets(connection):
    """The first page with its style, script and icon."""
    html = fetch(connection, "/").decode()
    for path in sorted(set(re.findall(r'"(/static/[^"]+)"', html))):
        fetch(connection, path)
    return html.encode()


def request_row(name, target, times, first, body):
    return {"name": name, "target_ms": target, "p50_ms": statistics.median(times),
            "max_ms": max(times), "first_ms": first, "runs": len(times), "bytes": len(body or b""),
            "matches": matches(body.decode()) if body else None}


def measure_pages(street, options):
    """Times every address in rounds: the first after the console just began, then `--runs`."""
    asked = addresses(street.port)
    street.stop(street.console)
    street.start_console()
    until("the console is ready", lambda: is_ready(street.port), pause=0.02)
    very_first, _ = timed(lambda: fetch(
        http.client.HTTPConnection("127.0.0.1", street.port, timeout=60), "/"))
    connection = http.client.HTTPConnection("127.0.0.1", street.port, timeout=60)
    jobs = [(name, target, lambda path=path: fetch(connection, path))
            for name, target, path in asked]
    jobs.insert(1, ("/ with style, script, icon", PAGE_TARGET, lambda: with_assets(connection)))
    jobs += [(f"CSV {name}, first byte", LIST_TARGET, lambda path=path: first_byte(
        street.port, path)) for name, path in (
            ("of all", "/calls.csv"), ("of one category", "/calls.csv?category=shop-front"),
            ("of a search", "/calls.csv?" + urllib.parse.urlencode({"text": "烧烤"})))]
    times, bodies = {name: [] for name, _, _ in jobs}, {}
    for _ in range(options.runs + 1):
        over_at = time.monotonic() + ROUND
        for name, _, job in jobs:
            taken, bodies[name] = timed(job)
            times[name].append(taken)
            time.sleep(REQUEST_PAUSE)
        time.sleep(max(0, over_at - time.monotonic()))
    connection.close()
    return {"very_first_ms": very_first, "requests": [
        request_row(name, target, times[name][1:], times[name][0], bodies[name])
        for name, target, _ in jobs]}


def is_ready(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    finally:
        connection.close()


def pages_section(result):
    rows = [[row["name"], row["matches"] or "", f"{row['bytes'] / 1024:,.0f}",
             f"{row['first_ms']:.1f}", f"{row['p50_ms']:.1f}", f"{row['max_ms']:.1f}",
             f"{row['target_ms']}", verdict(max(row["max_ms"], row["first_ms"])
                                            <= row["target_ms"])]
            for row in result["requests"]]
    runs = result["requests"][0]["runs"]
    return (f"## Answers in milliseconds\n\n{runs} requests each on one connection, to the last "
            "byte; the first one apart. The very first page of a console that had just become "
            f"ready: {result['very_first_ms']:.1f} ms. The target counts for each of them.\n\n"
            + table(["address", "matches", "KiB", "first", "p50", "max", "target", ""], rows))
