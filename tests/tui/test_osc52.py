"""What is written to a terminal for its clipboard, with and without a multiplexer in between."""

import stat
from base64 import b64decode, b64encode
from pathlib import Path

from boltview.tui.osc52 import give_to_tmux, sequences

PLAIN = "\x1b]52;c;" + b64encode(b"a\x1b[2Jb").decode() + "\x07"


def test_a_terminal_without_a_multiplexer() -> None:
    assert list(sequences(b"a\x1b[2Jb", {"TERM": "xterm-256color"})) == [PLAIN]


def test_tmux_is_given_both_forms() -> None:
    # tmux(1): within \ePtmux; … \e\ every escape is doubled.
    wrapped = "\x1bPtmux;\x1b" + PLAIN + "\x1b\\"
    found = list(sequences(b"a\x1b[2Jb", {"TERM": "tmux-256color", "TMUX": "/tmp/x,1,0"}))  # noqa: S108
    assert found == [PLAIN, wrapped]


def test_screen_is_given_short_pieces() -> None:
    data = bytes(range(256)) * 4
    plain, *_, wrapped = sequences(data, {"TERM": "screen", "STY": "1.pts"})
    pieces = wrapped.split("\x1b\\")[:-1]
    assert all(piece.startswith("\x1bP") and len(piece) < 256 for piece in pieces)
    assert "".join(piece[2:] for piece in pieces) == plain
    assert b64decode(plain[7:-1]) == data


def test_tmux_takes_text_from_its_own_command(tmp_path: Path) -> None:
    got = tmp_path / "got"
    program = tmp_path / "tmux"
    program.write_text(f'#!/bin/sh\n[ "$*" = "load-buffer -w -" ] && cat > {got}\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    import os

    before = os.environ["PATH"]
    os.environ["PATH"] = f"{tmp_path}:{before}"
    try:
        assert give_to_tmux(b"text\x00", {"TMUX": "x"})
        assert got.read_bytes() == b"text\x00"
        assert not give_to_tmux(b"text", {})
        program.write_text("#!/bin/sh\nexit 1\n")
        assert not give_to_tmux(b"text", {"TMUX": "x"})
    finally:
        os.environ["PATH"] = before
