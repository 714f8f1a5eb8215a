#!/usr/bin/env python3
"""Renders the console's pages for the documents, from a street with a day's typical calls.

usage: screenshots.py BINARIES DIRECTORY
`make screenshots` runs it. Each page in English and Chinese, for a desk and for a phone.
"""

import base64
import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

from browser import Browser
from gulou import write_calls
from street import ROOT, Street, until

CALLS = 420
# Width, the most of the height that is shown.
SIZES = {"desktop": (1280, 1500), "phone": (390, 1500)}
DARK = ("now", "grids")
# The judicial office's system is away: its parts end as stuck, and wait for somebody.
WORKERS = {
    "urban": ("--simulate", "25s", "--credit", "24"),
    "market": ("--simulate", "8s", "--credit", "8"),
    "safety": ("--simulate", "3s", "--credit", "8"),
    "judicial": ("--exec", "echo 'the case system does not answer' >&2; exit 1"),
}


class Photographer:
    """Takes one page after the other."""

    def __init__(self, street, browser, directory):
        self.street = street
        self.browser = browser
        self.directory = Path(directory)
        self.total = 0

    def take(self, path, name, size):
        width, most = SIZES[size]
        self.browser.resize(width, 900)
        self.browser.driver.get(self.street.address + path)
        # What pages wait for has arrived: the figures of the broker that answers.
        until("the page is whole", lambda: self.browser.text("main h1"))
        height = min(most, self.browser.script("return document.documentElement.scrollHeight"))
        picture = self.browser.driver.execute_cdp_cmd("Page.captureScreenshot", {
            "format": "png", "captureBeyondViewport": True,
            "clip": {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}})
        file = self.directory / f"{name}.png"
        # Flat colours: a palette is a third of the size, and looks the same.
        small = subprocess.run(
            ["pngquant", "--speed", "1", "--strip", "128", "-"],
            input=base64.b64decode(picture["data"]), capture_output=True, check=True).stdout
        file.write_bytes(small)
        self.total += len(small)

    def take_all(self, pages):
        for language in ("en", "zh"):
            self.browser.driver.get(f"{self.street.address}/preferences?lang={language}")
            for theme in ("light", "dark"):
                self.browser.driver.get(f"{self.street.address}/preferences?theme={theme}")
                for name, path in pages.items():
                    for size in SIZES:
                        if theme == "light":
                            self.take(path, f"{name}-{size}-{language}", size)
                        elif name in DARK and size == "desktop":
                            self.take(path, f"{name}-{size}-{language}-dark", size)


def case_to_show(street):
    """The number of a call that several departments worked on."""
    listed = json.loads(street.gridcall(
        "list", "--category", "blocked-pavement", "--limit", "200", "--format", "json"))
    calls = listed["calls"] if isinstance(listed, dict) else listed
    return max(calls, key=lambda call: len(call["parts"]))["caseNumber"]


def main(binaries, directory):
    Path(directory).mkdir(parents=True, exist_ok=True)
    street = Street(binaries, ROOT / "deploy" / "catalogues" / "gulou.yaml", keys=True)
    browser = Browser("en-GB")
    try:
        street.start_broker()
        for department, options in WORKERS.items():
            street.start_worker(department, "--name", f"{department}-1", *options)
        street.start_console("--disk", "/")
        now = datetime.now(timezone(timedelta(hours=8)))
        write_calls(street.directory, CALLS, f"{now:%Y-%m-%d %H:%M:%S}")
        street.gridcall(
            "import", street.directory / "calls.csv", "--mapping",
            street.directory / "mapping.yaml", "--rate", "8", key="terminal")
        until("parts are stuck", lambda: any(
            found["stuck"] > 0 for found in street.stats()["departments"]), 240, 1)
        # The console looks for what is stuck once it has read that something is.
        browser.driver.get(street.address)
        until("they are listed", lambda: browser.find("[data-stuck]"))
        photographer = Photographer(street, browser, directory)
        case = case_to_show(street)
        photographer.take_all({
            "now": "/", "calls": "/calls", "case": f"/calls/{case}", "campaigns": "/campaigns",
            "campaign": "/campaigns/winter-safety", "grids": "/grids", "health": "/health"})
        print(f"{photographer.total / 1e6:.2f} MB in {directory}")
    finally:
        browser.close()
        street.close()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
