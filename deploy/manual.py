#!/usr/bin/env python3
"""Writes the manual pages from what the programs say of themselves.

usage: manual.py BINARIES DIRECTORY

`--experimental-dump-help` of swift-argument-parser gives a program's commands and options as JSON;
each program becomes one page of section 1, `gridcall` also one in Chinese.
"""
import json
import os
import subprocess
import sys

PAGES = [
    ("gridcall", "en", "man1"), ("gridcall", "zh", "zh_CN/man1"),
    ("gridcall-broker", "en", "man1"), ("gridcall-worker", "en", "man1"),
    ("gridcall-console", "en", "man1"),
]
HEADINGS = {
    "en": {"NAME": "NAME", "SYNOPSIS": "SYNOPSIS", "DESCRIPTION": "DESCRIPTION",
           "OPTIONS": "OPTIONS", "COMMANDS": "COMMANDS"},
    "zh": {"NAME": "名称", "SYNOPSIS": "用法", "DESCRIPTION": "说明", "OPTIONS": "选项",
           "COMMANDS": "命令"},
}


def escape(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in ".'" else line for line in text.split("\n"))


def label(argument):
    if argument["kind"] == "positional":
        return f"<{argument['valueName']}>"
    names = [("-" if name["kind"] == "short" else "--") + name["name"]
             for name in argument.get("names", [])]
    value = f" <{argument['valueName']}>" if argument["kind"] == "option" else ""
    return ", ".join(names) + value


def options(command):
    lines = []
    for argument in command.get("arguments", []):
        if argument.get("shouldDisplay", True) and argument.get("abstract"):
            lines += [".TP", f"\\fB{escape(label(argument))}\\fR", escape(argument["abstract"])]
    return lines


def subcommands(command, prefix):
    lines = []
    for sub in command.get("subcommands", []):
        if sub["commandName"] == "help" or not sub.get("shouldDisplay", True):
            continue
        name = f"{prefix} {sub['commandName']}"
        lines += [f".SS {escape(name)}", escape(sub.get("abstract", ""))]
        if sub.get("discussion"):
            lines += [".PP", escape(sub["discussion"])]
        lines += options(sub) + subcommands(sub, name)
    return lines


def page(command, language):
    name = command["commandName"]
    heading = HEADINGS[language]
    lines = [f'.TH {name.upper()} 1 "" "GridCall"', f'.SH {heading["NAME"]}',
             f"{escape(name)} \\- {escape(command.get('abstract', ''))}",
             f'.SH {heading["SYNOPSIS"]}',
             f"\\fB{escape(name)}\\fR [\\fIoptions\\fR] "
             + ("<\\fIsubcommand\\fR>" if command.get("subcommands") else "")]
    if command.get("discussion"):
        lines += [f'.SH {heading["DESCRIPTION"]}', escape(command["discussion"])]
    lines += [f'.SH {heading["OPTIONS"]}'] + options(command)
    commands = subcommands(command, name)
    if commands:
        lines += [f'.SH {heading["COMMANDS"]}'] + commands
    return "\n".join(lines) + "\n"


def main():
    binaries, directory = sys.argv[1:]
    for program, language, folder in PAGES:
        environment = dict(os.environ, GRIDCALL_LANG=language)
        said = subprocess.run(
            [f"{binaries}/{program}", "--experimental-dump-help"], env=environment, check=True,
            stdout=subprocess.PIPE).stdout
        os.makedirs(f"{directory}/{folder}", exist_ok=True)
        with open(f"{directory}/{folder}/{program}.1", "w", encoding="utf-8") as file:
            file.write(page(json.loads(said)["command"], language))


main()
