"""Text for the clipboard of the terminal that shows the program, wherever it runs: OSC 52.

A terminal multiplexer stands in between: tmux takes the sequence itself where `set-clipboard` is
`on`, and hands it on within a passthrough where `allow-passthrough` is `on`; screen hands on what
is wrapped, in short pieces. So inside of one both forms are sent; the wrong one is ignored. By
default tmux does neither, but it takes text from its own command.
"""

import shutil
import subprocess
from base64 import b64encode
from collections.abc import Iterator, Mapping

_PATIENCE = 2.0
"""Seconds that tmux may take."""
_PIECE = 250
"""Characters that screen hands on at once, of 256."""


def sequences(data: bytes, environment: Mapping[str, str]) -> Iterator[str]:
    """Yield what to write to the terminal.

    Args:
        data: the text.
        environment: says which multiplexer there is.
    """
    plain = f"\x1b]52;c;{b64encode(data).decode()}\x07"
    term = environment.get("TERM", "")
    yield plain
    if "TMUX" in environment or term.startswith(("tmux", "screen")):
        yield "\x1bPtmux;" + plain.replace("\x1b", "\x1b\x1b") + "\x1b\\"
    if "STY" in environment or (term.startswith("screen") and "TMUX" not in environment):
        pieces = (plain[at : at + _PIECE] for at in range(0, len(plain), _PIECE))
        yield "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)


def give_to_tmux(data: bytes, environment: Mapping[str, str]) -> bool:
    """Put text into tmux's buffer, and so into the terminal's clipboard; return whether it is."""
    program = shutil.which("tmux") if "TMUX" in environment else None
    if program is None:
        return False
    try:
        done = subprocess.run(  # noqa: S603 - the program found on PATH, without a shell
            [program, "load-buffer", "-w", "-"],
            input=data,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
