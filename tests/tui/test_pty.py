"""The real program in a terminal: it walks, searches, quits and leaves all as it was."""

import re
from collections.abc import Callable, Iterator

import pytest

from tests.report.open import SHAPES
from tests.tui.terminal import Terminal

Start = Callable[..., Terminal]

# What Textual itself sends: CSI sequences, and the mouse pointer's shape.
_CSI = re.compile(rb"\x1b\[[0-9;:?<=>$ ]*[A-Za-z]|\x1b\]22;default\x07")


@pytest.fixture
def start() -> Iterator[Start]:
    terminals: list[Terminal] = []

    def begin(*arguments: str, columns: int = 80, lines: int = 24) -> Terminal:
        terminals.append(Terminal(*arguments, columns=columns, lines=lines))
        return terminals[-1]

    yield begin
    for terminal in terminals:
        terminal.close()


def test_a_walk_a_search_and_a_quiet_end(start: Start) -> None:
    terminal = start("--demo")
    terminal.wait_for("▸ k8s.io")
    terminal.press("jj")
    terminal.wait_for("v1/default")
    terminal.press("l")
    terminal.wait_for("▸ containers")
    terminal.press("/snap")
    terminal.wait_for("/snap 1/1")
    terminal.press("\r")
    terminal.wait_for("v1/default/snapshots")
    terminal.press("?")
    terminal.wait_for("boltview reads and never writes")
    terminal.press("\x1b")
    terminal.wait_for("▸ containers")
    terminal.press("q")
    assert terminal.wait_for_end() == 0
    for restored in (b"\x1b[?1049l", b"\x1b[?25h", b"\x1b[?1000l"):
        assert restored in terminal.sent
    assert b"Traceback" not in terminal.sent


def test_a_browser_that_follows_a_file_at_rest_waits_and_quits_at_once(start: Start) -> None:
    terminal = start("--demo", "--follow")
    terminal.wait_for("following · txid 499")
    terminal.press("j")
    terminal.wait_for("v1/build-farm")
    terminal.press("q")
    assert terminal.wait_for_end() == 0
    assert b"Traceback" not in terminal.sent


def test_the_wheel_scrolls_and_takes_the_cursor_along(start: Start) -> None:
    terminal = start("--demo")
    terminal.wait_for("▸ k8s.io")
    terminal.press("=")
    terminal.wait_for("1/1,038")
    terminal.press("\x1b[<65;10;10M")
    terminal.wait_for("4/1,038")
    terminal.press("\x1b[<64;10;10M")
    terminal.wait_for("▾ v1")
    terminal.press("q")
    assert terminal.wait_for_end() == 0


def test_a_file_that_cannot_be_read_ends_with_its_code_and_its_reason(start: Start) -> None:
    terminal = start("/nonexistent/meta.db")
    terminal.wait_for("q quits")
    assert "✗" in terminal.text
    terminal.press("q")
    assert terminal.wait_for_end() == 3
    last = terminal.sent.decode().split("\x1b[?1049l")[-1]
    assert "boltview: error: " in last
    assert "/nonexistent/meta.db" in last


def test_no_byte_of_the_data_acts_on_the_terminal(start: Start) -> None:
    path = SHAPES / "hostile.db"
    terminal = start(str(path), columns=160, lines=50)
    terminal.wait_for("buckets")
    terminal.press("=")
    terminal.wait_for("/125")
    for tab in "ttt":
        terminal.press("g")
        for _ in range(3):
            terminal.press("\x06")
            terminal.wait_for("/125")
        for _ in range(4):
            terminal.press("k" * 10)
            while terminal.read(0.2):
                pass
        terminal.press(tab)
    terminal.press("q")
    assert terminal.wait_for_end() == 0
    shown = terminal.sent
    # The data are on the screen, in their escaped form.
    assert b"\\x1b]0;title\\x07" in shown
    # Nothing but the sequences that Textual itself sends: no OSC, no DCS, no single control byte.
    rest = _CSI.sub(b"", shown)
    assert b"\x1b" not in rest, rest[max(0, rest.find(b"\x1b") - 40) :][:80]
    assert not set(rest) & (set(range(0x20)) - {0x0A, 0x0D}), "control bytes"
    assert b"\x7f" not in rest
    text = rest.decode()
    unseen = [character for character in text if not character.isprintable()]
    assert set(unseen) <= {"\n", "\r"}
    # Of the CSI sequences those that only data could hold: clearing, moving home, asking back.
    start_of_data = shown.index(b"buckets")
    assert b"\x1b[2J" not in shown[start_of_data:]
    assert b"\x1b[6n" not in shown[start_of_data:]
