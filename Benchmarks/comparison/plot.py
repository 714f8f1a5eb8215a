"""Bar charts as SVG, written by hand so that nothing has to be installed."""
from xml.sax.saxutils import escape

from . import report

WIDTH, LABELS, BAR, GAP, HEAD = 760, 190, 16, 6, 26
# Both must be readable: the page may be light or dark.
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600; font-size: 15px }
.panel { font-weight: 600 }
.peer { fill: #8c959f }
.own { fill: #0969da }
.limit { fill: none; stroke: #8c959f; stroke-dasharray: 4 3 }
.ground { fill: #ffffff }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .peer { fill: #6e7681 }
  .own { fill: #4493f8 }
  .limit { stroke: #9198a1 }
  .ground { fill: #0d1117 }
}"""


def all_charts(results):
    """The charts by file name."""
    entries = [entry for entry in results["contenders"] if entry["skipped"] is None]
    options = results["options"]
    charts = {"throughput.svg": chart(
        "Whole lives of a task per second (more is better)",
        [(f"window {window}", _bars(entries, lambda entry: report.throughput(entry, window))
          + _relay(report.relay_throughput(results, window))) for window in options["windows"]]
        + [(f"window {max(options['windows'])} for {options['sustained_seconds']:g} s",
            _bars(entries, report.sustained) + _relay(report.sustained_relay(results)))],
        "{:,.0f}")}
    charts["latency.svg"] = chart(
        f"Submit to delivery at {options['rate']:,}/s, ms (less is better)",
        [(name, _bars(entries, lambda entry: report.latency_ms(entry, quantile)))
         for quantile, name in (("p50", "p50"), ("p99", "p99"), ("p999", "p99.9"))], "{:,.2f}")
    charts["memory.svg"] = chart(
        "Memory of the server, MiB (less is better)",
        [(f"{count:,} waiting", _bars(entries, lambda entry: report.memory_mib(entry, count)))
         for count in options["backlogs"]], "{:,.0f}")
    charts["restart.svg"] = chart(
        "From kill -9 and start to the first delivery, s (less is better)",
        [(f"{count:,} waiting", _bars(
            entries, lambda entry: report.backlog(entry, count, "first_delivery_seconds")))
         for count in options["backlogs"]], "{:,.2f}")
    return {name: text for name, text in charts.items() if text}


def _bars(entries, value):
    """(label, value, kind) of everyone who has a value."""
    bars = []
    for entry in entries:
        kind = "own" if entry["name"].startswith("gridcall") else "peer"
        if value(entry) is not None:
            bars.append((entry["title"], value(entry), kind))
    return bars


def _relay(relay):
    return [] if relay is None else [("bare relay, no storage", relay, "limit")]


def chart(title, panels, form):
    """Panels of horizontal bars, each with a scale of its own; nothing where all are empty."""
    panels = [(name, bars) for name, bars in panels if bars]
    if not panels:
        return None
    parts, y = [], HEAD + 24
    for name, bars in panels:
        parts.append(f'<text class="panel" x="12" y="{y}">{escape(name)}</text>')
        y += 10
        largest = max(value for _, value, _ in bars) or 1
        for label, value, kind in bars:
            # Room for the figure is left on the right.
            length = max(1, (WIDTH - LABELS - 90) * value / largest)
            middle = y + BAR - 4
            parts += [
                f'<text x="{LABELS - 8}" y="{middle}" text-anchor="end">{escape(label)}</text>',
                f'<rect class="{kind}" x="{LABELS}" y="{y}" width="{length:.1f}" '
                f'height="{BAR}" rx="2"/>',
                f'<text x="{LABELS + length + 6:.1f}" y="{middle}">{form.format(value)}</text>']
            y += BAR + GAP
        y += 22
    height = y - 8
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}">',
        f"<style>{STYLE}</style>", f'<rect class="ground" width="{WIDTH}" height="{height}"/>',
        f'<text class="title" x="12" y="22">{escape(title)}</text>', *parts, "</svg>", ""])
