"""Runs a program on a pseudo-terminal and answers what its screen shows.

    terminal.py SOCKET COLUMNS ROWS COMMAND [ARGUMENT...]

Listens on a UNIX socket; each line that comes is a request in JSON, each is answered by a line with
the whole state. A request may hold "type" (text to send as keys), "columns" and "rows" (a new
size) and "signal" (a number, to the program). Everything the program wrote before is interpreted
by a terminal emulator before the answer leaves.
"""

import copy
import fcntl
import json
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
import termios

import pyte

ALTERNATE_SCREEN = 1049
KEPT_LINE = "this line was here before"


class Screen(pyte.Screen):
    """pyte's screen with the alternate buffer of xterm, which pyte itself passes over."""

    def __init__(self, columns, rows):
        self.kept = None
        self.bells = 0
        super().__init__(columns, rows)

    def set_mode(self, *modes, **options):
        super().set_mode(*modes, **options)
        if options.get("private") and ALTERNATE_SCREEN in modes and self.kept is None:
            self.kept = (copy.deepcopy(self.buffer), copy.copy(self.cursor))
            self.erase_in_display(2)

    def reset_mode(self, *modes, **options):
        super().reset_mode(*modes, **options)
        if options.get("private") and ALTERNATE_SCREEN in modes and self.kept is not None:
            # What was kept does not say whether the cursor is hidden now.
            hidden = self.cursor.hidden
            self.buffer, self.cursor = self.kept
            self.cursor.hidden = hidden
            self.kept = None

    def bell(self, *arguments):
        self.bells += 1


class Terminal:
    """The program, the two ends of its terminal, and the screen."""

    def __init__(self, columns, rows, command):
        self.screen = Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)
        self.stream.feed((KEPT_LINE + "\r\n").encode())
        self.master, self.slave = os.openpty()
        os.set_blocking(self.master, False)
        self.resize(columns, rows)
        self.settings = termios.tcgetattr(self.slave)
        self.program = subprocess.Popen(
            command, stdin=self.slave, stdout=self.slave, stderr=self.slave,
            start_new_session=True, preexec_fn=self.control)

    def control(self):
        """In the child: the terminal controls its session."""
        fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)

    def resize(self, columns, rows):
        self.screen.resize(rows, columns)
        # The kernel sends SIGWINCH to the foreground group, as under a real terminal.
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self):
        """Interprets all that was written so far."""
        while True:
            try:
                data = os.read(self.master, 65536)
            except (BlockingIOError, OSError):
                return
            if not data:
                return
            self.stream.feed(data)

    def perform(self, request):
        if "columns" in request:
            self.read()
            self.resize(request["columns"], request["rows"])
        if "type" in request:
            os.write(self.master, request["type"].encode())
        if "signal" in request:
            self.program.send_signal(request["signal"])

    def state(self):
        end = self.program.poll()
        self.read()
        screen = self.screen
        colours = set()
        cells = []
        for row in range(screen.lines):
            line = screen.buffer[row]
            cells.append([line[column].data for column in range(screen.columns)])
            for column in range(screen.columns):
                colours |= {line[column].fg, line[column].bg}
        return {
            "columns": screen.columns, "rows": screen.lines, "cells": cells,
            "isAlternate": screen.kept is not None, "cursorIsHidden": screen.cursor.hidden,
            "isCooked": termios.tcgetattr(self.slave) == self.settings,
            "wraps": pyte.modes.DECAWM in screen.mode, "colours": sorted(colours - {"default"}),
            "bells": screen.bells, "end": end,
        }


def serve(terminal, listener):
    selector = selectors.DefaultSelector()
    selector.register(terminal.master, selectors.EVENT_READ, "output")
    selector.register(listener, selectors.EVENT_READ, "peer")
    peer = None
    while True:
        for key, _ in selector.select():
            if key.data == "output":
                terminal.read()
            elif key.data == "peer":
                connection = listener.accept()[0]
                selector.register(connection, selectors.EVENT_READ, "request")
                peer = connection.makefile("rw", encoding="utf-8")
            else:
                line = peer.readline()
                if not line:
                    return
                terminal.perform(json.loads(line))
                peer.write(json.dumps(terminal.state()) + "\n")
                peer.flush()


def main():
    path, columns, rows, *command = sys.argv[1:]
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(1)
    terminal = Terminal(int(columns), int(rows), command)
    try:
        serve(terminal, listener)
    finally:
        terminal.program.send_signal(signal.SIGKILL)


if __name__ == "__main__":
    main()
