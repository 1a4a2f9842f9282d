"""The real program in a terminal: it walks, searches, quits and leaves all as it was."""

import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.report.open import META_24, ROOT, SHAPES
from tests.tui.terminal import Terminal

Start = Callable[..., Terminal]

NODE = str(ROOT / "fixtures/containerd-2.4/root")
# Of each view its key, its title, and a word that it shows.
VIEWS = [
    ("2", "Pods", "web-1"),
    ("3", "Images", "docker.io/library/busybox:1.35"),
    ("4", "Content", "sha256:"),
    ("5", "Snapshots", "overlayfs"),
    ("6", "Leases", "lease"),
    ("7", "Pages", "157"),
    ("8", "Findings", "namespace-empty"),
    ("9", "GC", "blob"),
    ("0", "Carved", "611409399-m33o"),
    ("1", "Tree", "▾ k8s.io"),
]
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


def is_as_it_was(terminal: Terminal) -> bool:
    """Whether the terminal is left as it was found: its settings, its screen, its cursor."""
    # The cursor (mode 25) and the wrapping of lines (mode 7) are on in every terminal.
    assert terminal.modes - {7, 25} == set()
    assert {7, 25} <= terminal.modes
    # What was pushed onto the stack of keyboard modes was taken off it.
    assert len(re.findall(rb"\x1b\[>\d+u", terminal.sent)) == terminal.sent.count(b"\x1b[<u")
    assert b"Traceback" not in terminal.sent
    return terminal.after == terminal.before


def test_a_walk_through_everything(start: Start) -> None:
    terminal = start(NODE, "--utc", "--no-state", columns=120, lines=40)
    terminal.wait_for("▾ k8s.io")
    assert {1000, 1006, 1049} <= terminal.modes
    assert 25 not in terminal.modes
    for key, title, word in VIEWS:
        terminal.press(key)
        terminal.wait_for(f"[{key} {title}]")
        terminal.wait_for(word)
    terminal.press("[")
    terminal.wait_for("[0 Carved]")
    terminal.press("1/snap")
    terminal.wait_for("/snap")
    terminal.press("\r")
    terminal.wait_for("v1/build-farm/snapshots")
    terminal.press("n")
    terminal.wait_for("v1/default/snapshots")
    terminal.press("sbusybox\r")
    terminal.wait_for("[S Search]")
    terminal.wait_for("busybox: 24 hits   1/24")
    terminal.press("jj\r")
    terminal.wait_for("v1/default/containers/native-1/image")
    terminal.press("n")
    terminal.wait_for("hit 4 of 24")
    # References: with Enter from the field that makes one, with u the other way.
    terminal.press("\r")
    terminal.wait_for("v1/default/images/docker.io%2Flibrary%2Fbusybox:1.35")
    terminal.press("u")
    terminal.wait_for("[u Used by]")
    terminal.wait_for("container/default/native-1")
    terminal.press("[")
    terminal.wait_for("[1 Tree]")
    # And in the pane, from the container to its image.
    terminal.press(":v1/default/containers/web-1\r")
    terminal.wait_for("[Decoded]")
    terminal.press("TT\t")
    terminal.wait_for("[Page]")
    terminal.press("t")
    terminal.wait_for("→ image")
    terminal.press("\r")
    terminal.wait_for("v1/default/images/docker.io%2Flibrary%2Fbusybox:1.35")
    terminal.press("[")
    terminal.wait_for(" v1/default/containers/web-1 ")
    terminal.press("yp")
    terminal.wait_for("sent 27 bytes to the terminal's clipboard (OSC 52): path")
    assert terminal.copied == [b"v1/default/containers/web-1"]
    terminal.press("?")
    terminal.wait_for("boltview reads and never writes")
    terminal.press("\x1b")
    terminal.wait_until_gone("boltview reads and never writes")
    terminal.press("q")
    assert terminal.wait_for_end() == 0
    assert is_as_it_was(terminal)


def test_suspended_and_resumed(start: Start) -> None:
    terminal = start("--demo")
    terminal.wait_for("▸ k8s.io")
    terminal.press("j\x1a")
    terminal.wait_for_stop()
    assert terminal.settings == terminal.before
    assert terminal.modes - {7} == {25}
    terminal.signal(signal.SIGCONT)
    terminal.wait_for_modes({1000, 1049})
    terminal.press("j")
    terminal.wait_for("v1/default")
    terminal.press("q")
    assert terminal.wait_for_end() == 0
    assert is_as_it_was(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_told_to_end(start: Start, number: signal.Signals) -> None:
    terminal = start("--demo")
    terminal.wait_for("▸ k8s.io")
    terminal.signal(number)
    assert terminal.wait_for_end() == 128 + number
    assert is_as_it_was(terminal)


def test_a_connection_that_breaks(start: Start) -> None:
    terminal = start("--demo")
    terminal.wait_for("▸ k8s.io")
    assert terminal.hang_up() == 128 + signal.SIGHUP


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


def test_damage_that_was_met_is_listed_in_the_end(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "meta.db"
    path.write_bytes(META_24.read_bytes()[: 158 * 4096])
    terminal = start(str(path), "--no-state")
    terminal.wait_for("page-missing")
    terminal.press("q")
    assert terminal.wait_for_end() == 4
    assert "boltview: damage: " in terminal.sent.decode().split("\x1b[?1049l")[-1]


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
