"""The real program under a pseudo terminal, with pyte as the screen that a person would see."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import sys
import termios
import time
from base64 import b64decode
from collections.abc import Callable, Sequence
from pathlib import Path

import pyte

ROOT = Path(__file__).resolve().parents[2]
_MODE = re.compile(rb"\x1b\[\?([\d;]+)([hl])")
_CLIPBOARD = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")
PATIENCE = 30.0
"""Seconds to wait for anything; a loaded machine is slow."""


class Terminal:
    """A program that believes to be alone with a terminal.

    Attributes:
        pid: the process; 0 when it has ended.
        sent: every byte that the program wrote.
        before: how the line discipline was set before the program began.
        after: how it was set when the program had ended.
    """

    def __init__(
        self,
        *arguments: str,
        columns: int = 80,
        lines: int = 24,
        program: Sequence[str] = (sys.executable, "-m", "boltview"),
    ) -> None:
        """Start `python -m boltview`, or another program, with these arguments."""
        self.sent = b""
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        # The program begins when its terminal has its size, and not while it gets it.
        ready, begin = os.pipe()
        pid, self._fd = pty.fork()
        if pid == 0:
            os.read(ready, 1)
            environment = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(ROOT)}
            for size in ("COLUMNS", "LINES"):
                environment.pop(size, None)
            environment |= {"LC_ALL": "C.UTF-8", "COLORTERM": "truecolor"}
            # The developer's own places and theme are no part of any test.
            environment["XDG_STATE_HOME"] = "/dev/null"
            os.execve(program[0], [*program, *arguments], environment)  # noqa: S606
        self.pid = pid
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.before = self.after = termios.tcgetattr(self._fd)
        os.write(begin, b"!")
        os.close(begin)
        os.close(ready)

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
        self._wait(lambda: wanted in self.text, f"no {wanted!r}")

    def wait_until_gone(self, unwanted: str) -> None:
        """Wait until the screen does not show a text any more."""
        self._wait(lambda: unwanted not in self.text, f"still {unwanted!r}")

    def wait_for_modes(self, modes: set[int]) -> None:
        """Wait until the program has switched on some private modes of the terminal."""
        self._wait(lambda: modes <= self.modes, f"not {modes}, but {self.modes}")

    def wait_for_return(self, times: int) -> None:
        """Wait until the program has taken the whole screen so many times."""
        entered = b"\x1b[?1049h"
        self._wait(lambda: self.sent.count(entered) >= times, f"not {times} times over all")

    def _wait(self, is_so: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, f"{what} on the screen:\n{self.text}"
            self.read(0.1)

    @property
    def modes(self) -> set[int]:
        """The private modes of the terminal that are on, as far as the program switched them."""
        on: set[int] = set()
        for numbers, end in _MODE.findall(self.sent):
            each = {int(number) for number in numbers.split(b";")}
            on = on | each if end == b"h" else on - each
        return on

    @property
    def copied(self) -> list[bytes]:
        """What was sent to the clipboard, by OSC 52."""
        return [b64decode(found) for found in _CLIPBOARD.findall(self.sent)]

    @property
    def settings(self) -> list[object]:
        """How the line discipline is set now; as long as somebody has the terminal open."""
        return termios.tcgetattr(self._fd)

    def signal(self, number: int) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def wait_for_stop(self) -> None:
        """Wait until the program is suspended, and take all that it wrote before."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
            if pid:
                assert os.WIFSTOPPED(status)
                while self.read(0):
                    pass
                return
        raise AssertionError("the program does not stop")

    def hang_up(self) -> int:
        """Close the terminal under the program; return its exit code."""
        os.close(self._fd)
        self._fd = -1
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.02)
        raise AssertionError("the program does not end")

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._fd, keys.encode())

    def wait_for_end(self) -> int:
        """Wait until the program ends; return its exit code."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                while self.read(0):
                    pass
                self.after = termios.tcgetattr(self._fd)
                os.close(self._fd)
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
        raise AssertionError("the program does not end")

    def close(self) -> None:
        """End the program if it still runs."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            if self._fd >= 0:
                os.close(self._fd)
