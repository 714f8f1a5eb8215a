"""What the steps' reports have in common."""


def table(header, rows):
    lines = [header, ["---"] + ["---:"] * (len(header) - 1)] + rows
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def verdict(is_met):
    return "met" if is_met else "**missed**"


def mebibytes(count):
    return f"{count / 2**20:,.1f}"


def troubles(problems):
    """A sentence for what went wrong with pages; nothing if all went well."""
    lost = sum(problem["pages_lost"] for problem in problems)
    failed = sum(problem["requests_failed"] for problem in problems)
    if not lost + failed:
        return ""
    last = next(problem["last"] for problem in reversed(problems) if problem["last"])
    return f" **{lost:,} pages lost their events, {failed:,} requests failed**, the last: {last}"


def filled(result):
    text = (f"{result['filed']:,} calls in the views, {result['open']:,} of them open, "
            f"{result['merged']:,} merged; filled in {result['seconds']:.0f} s, until they could "
            "be searched.")
    if result["loaded"]:
        text += (f" {result['loaded']:,} of them have one and the same English text, category and "
                 "grid (`gridcall-bench load`): in these no Chinese text is found.")
    if result["imported"]:
        text += (f" {result['imported']:,} have Chinese texts put together from phrases, in 78 "
                 "grids and 12 categories, and were filed by `gridcall import` in "
                 f"{result['import_seconds']:.0f} s.")
    return text
