"""The real program under a pseudo terminal, with pyte as the screen that a person would see."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from pathlib import Path

import pyte

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0
"""Seconds to wait for anything; a loaded machine is slow."""


class Terminal:
    """A program that believes to be alone with a terminal.

    Attributes:
        sent: every byte that the program wrote.
    """

    def __init__(self, *arguments: str, columns: int = 80, lines: int = 24) -> None:
        """Start `python -m boltview` with these arguments."""
        self.sent = b""
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        pid, self._fd = pty.fork()
        if pid == 0:
            environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
            environment |= {"LC_ALL": "C.UTF-8", "COLORTERM": "truecolor"}
            # The developer's own places and theme are no part of any test.
            environment["XDG_STATE_HOME"] = "/dev/null"
            os.execve(sys.executable, [sys.executable, "-m", "boltview", *arguments], environment)  # noqa: S606
        self._pid = pid
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.before = termios.tcgetattr(self._fd)

    def read(self, seconds: float) -> bool:
        """Take what the program writes within so many seconds; return whether it wrote."""
        if not select.select([self._fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._fd, 65536)
        except OSError:
            return False
        self.sent += data
        self._stream.feed(data)
        return bool(data)

    @property
    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def wait_for(self, wanted: str) -> None:
        """Wait until the screen shows a text."""
        end = time.monotonic() + PATIENCE
        while wanted not in self.text:
            assert time.monotonic() < end, f"no {wanted!r} on the screen:\n{self.text}"
            self.read(0.1)

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._fd, keys.encode())

    def wait_for_end(self) -> int:
        """Wait until the program ends; return its exit code."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.read(0.05)
            pid, status = os.waitpid(self._pid, os.WNOHANG)
            if pid:
                while self.read(0):
                    pass
                os.close(self._fd)
                self._pid = 0
                return os.waitstatus_to_exitcode(status)
        raise AssertionError("the program does not end")

    def close(self) -> None:
        """End the program if it still runs."""
        if self._pid:
            os.kill(self._pid, signal.SIGKILL)
            os.waitpid(self._pid, 0)
            os.close(self._fd)
