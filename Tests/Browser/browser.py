"""Headless Chromium through its driver, and what it noticed: its console, its requests, axe."""

import json
import os
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from axe_selenium_python import Axe
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

AXE = Path(find_spec("axe_core_python").origin).with_name("axe.min.js")

# What a page says of the street, under the names that `gridcall stats --format json` has.
NUMBERS = """
const numbers = (root) => Object.fromEntries(
  [...root.querySelectorAll("[data-number]")].map((e) => [e.dataset.number, e.textContent]));
const departments = [...document.querySelectorAll("tr[data-department]")];
return {
  street: numbers(document.querySelector("dl.tiles") ?? document.createElement("p")),
  departments: Object.fromEntries(departments.map((e) => [e.dataset.department, numbers(e)])),
};
"""

# Notes the browser's clock as soon as `selector` matches something that says `text`.
APPEARS = """
const [selector, text, done] = arguments;
const look = () => [...document.querySelectorAll(selector)].some(
  (element) => text === "" || element.textContent === text);
const observer = new MutationObserver(() => {
  if (look()) { observer.disconnect(); window.appearedAt = Date.now(); }
});
window.appearedAt = 0;
observer.observe(document.body, { subtree: true, childList: true, characterData: true,
  attributes: true });
done(true);
"""

# Everything that Tab should reach, in the order of the document.
REACHABLE = """
return [...document.querySelectorAll("a[href], input, select, button, [tabindex='0']")].filter(
  (e) => e.type !== "hidden" && e.getClientRects().length > 0);
"""


class Browser:
    """One browser with a profile of its own. Nothing but this machine can be reached from it."""

    def __init__(self, language="en-GB", size=(1280, 900), downloads=None):
        options = Options()
        options.binary_location = os.environ.get("CHROMIUM", "/usr/bin/chromium")
        arguments = [
            "--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
            "--disable-background-networking", "--disable-component-update",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
            f"--window-size={size[0]},{size[1]}", f"--lang={language}"]
        # As root, in a container, Chromium has no sandbox.
        if os.geteuid() == 0:
            arguments.append("--no-sandbox")
        for argument in arguments:
            options.add_argument(argument)
        options.add_experimental_option("prefs", {
            "intl.accept_languages": language,
            "download.default_directory": str(downloads or "/dev/null")})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(
            options=options,
            service=Service(os.environ.get("CHROMEDRIVER", "/usr/bin/chromedriver")))
        self.driver.set_page_load_timeout(60)
        self.driver.set_script_timeout(60)

    def close(self):
        self.driver.quit()

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def find(self, selector):
        return self.driver.find_elements("css selector", selector)

    def one(self, selector):
        return self.driver.find_element("css selector", selector)

    def text(self, selector):
        return self.script(
            "return document.querySelector(arguments[0])?.textContent ?? ''", selector)

    def numbers(self):
        return self.script(NUMBERS)

    def calls(self):
        """The case numbers of the list, in its order."""
        return self.script(
            "return [...document.querySelectorAll('[data-call]')].map((e) => e.dataset.call)")

    def watch_for(self, selector, text=""):
        """Lets the page note when something appears; `appeared_at` tells."""
        self.driver.execute_async_script(APPEARS, selector, text)

    def appeared_at(self):
        """Seconds since 1970 by the page's clock; None while it has not appeared."""
        milliseconds = self.script("return window.appearedAt")
        return milliseconds / 1000 if milliseconds > 0 else None

    def reachable(self):
        return self.script(REACHABLE)

    def active(self):
        return self.driver.switch_to.active_element

    def press(self, key):
        self.active().send_keys(key)

    def allow_scripts(self, allowed):
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": not allowed})

    def prefer(self, scheme):
        """What the system wishes: light or dark."""
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def resize(self, width, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})

    def violations(self):
        """What axe finds serious or critical on this page, a line each."""
        axe = Axe(self.driver, AXE)
        axe.inject()
        return [
            f"{found['id']} ({found['impact']}): {node['html'][:160]}"
            for found in axe.run()["violations"] if found["impact"] in ("serious", "critical")
            for node in found["nodes"]]

    def complaints(self):
        """What the browser's console says of errors and warnings since the last time."""
        return [
            entry["message"] for entry in self.driver.get_log("browser")
            if entry["level"] in ("SEVERE", "WARNING")]

    def foreign_requests(self, host="127.0.0.1"):
        """The addresses on other hosts that pages asked for since the last time."""
        found = []
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            parameters = message["params"]
            address = {
                "Network.requestWillBeSent": lambda: parameters["request"]["url"],
                "Network.webSocketCreated": lambda: parameters["url"],
            }.get(message["method"], lambda: "")()
            parts = urlsplit(address)
            if parts.scheme in ("http", "https", "ws", "wss", "ftp") and parts.hostname != host:
                found.append(address)
        return found
