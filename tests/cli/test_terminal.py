"""On a real terminal, colours on: of all control sequences only our own colours arrive there."""

import json
import os
import pty
import re
import subprocess
import unicodedata
from pathlib import Path

import pyte
import pytest

from boltview.cli.output import _STYLES
from tests.bolt.build import Image
from tests.cli.runner import META_24, ROOT, SHAPES, command, environment

HOSTILE = SHAPES / "hostile.db"
OURS = re.compile("|".join(re.escape(f"\x1b[{code}m") for code in ["0", *_STYLES.values()]))
UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def on_terminal(*arguments: str | Path, env: dict[str, str] | None = None) -> str:
    """Run with stdout and stderr on a terminal; return what it received."""
    master, slave = pty.openpty()
    child = subprocess.Popen(
        command(*arguments),
        stdin=subprocess.DEVNULL,
        stdout=slave,
        stderr=slave,
        env=environment(env),
        cwd=ROOT,
    )
    os.close(slave)
    received = b""
    while True:
        try:
            received += os.read(master, 65_536)
        except OSError:  # the other side is closed
            break
    os.close(master)
    child.wait(30)
    return received.decode()


def assert_harmless(received: str) -> None:
    text = OURS.sub("", received).replace("\r\n", "\n").replace("\n", "")
    assert [character for character in text if unicodedata.category(character) in UNSAFE] == []


@pytest.mark.parametrize(
    "words",
    [
        ["ls", HOSTILE],
        ["ls", HOSTILE, "pairs"],
        ["ls", HOSTILE, "buckets", "--json"],
        ["tree", HOSTILE],
        ["tree", HOSTILE, "--jsonl"],
        ["get", HOSTILE],
        ["get", HOSTILE, "pairs"],
        ["get", HOSTILE, "pairs", "--json"],
        ["info", HOSTILE],
        ["get", HOSTILE, "pairs/%1B]52;c;Ym9vbQ==%07"],
        ["get", HOSTILE, "pairs/%1B]52;c;Ym9vbQ==%07", "--hex"],
        ["get", HOSTILE, "pairs/\x1b]52;c;Ym9vbQ==\x07/x"],
        ["get", HOSTILE, "pairs/nothing\x1b[2J"],
        ["info", "\x1b]0;title\x07"],
        ["get", HOSTILE, "--\x1b[31m"],
    ],
    ids=lambda words: " ".join(map(str, words[:1] + words[2:])).encode("unicode_escape").decode(),
)
def test_hostile_bytes_arrive_escaped(words: list[str | Path]) -> None:
    received = on_terminal(*words)
    assert received
    assert_harmless(received)


def test_every_hostile_value_alone() -> None:
    """Each through a command of its own would take long: one bucket holds them all."""
    truth = json.loads(HOSTILE.with_suffix(".json").read_text())["current"]["items"]
    pairs = next(item for item in truth if bytes.fromhex(item["key"]) == b"pairs")
    received = on_terminal("ls", HOSTILE, "pairs")
    assert len(received.splitlines()) == len(pairs["bucket"]["items"])
    assert_harmless(received)


def test_the_screen_shows_the_escapes_and_nothing_happened() -> None:
    screen = pyte.Screen(200, 120)
    stream = pyte.Stream(screen)
    stream.feed(on_terminal("ls", HOSTILE, "pairs"))
    shown = "\n".join(line.rstrip() for line in screen.display)
    assert "\\x1b[2J\\x1b[H" in shown
    assert "\\x1b]0;title\\x07" in shown
    assert screen.title == ""
    first = screen.display[0].rstrip()
    assert first.endswith("0x00")


def test_hostile_labels_and_damage_of_a_known_database(tmp_path: Path) -> None:
    evil = "\x1b]0;pwned\x07\u009b31m\u202e".encode()
    image = Image()
    container = {b"image": evil, b"createdat": evil, b"labels": {evil: evil}, evil: b"x"}
    tree = {b"v1": {evil: {b"containers": {evil: container}, b"labels": {evil: evil}}}}
    root = image.nested({**tree, b"broken": {b"k": b"v"}})  # type: ignore[dict-item]
    path = tmp_path / "meta.db"
    path.write_bytes(image.finish(root))
    for words in (["tree"], ["tree", "--jsonl"], ["get"], ["schema", "--for"], ["info"]):
        received = on_terminal(*words, path)
        assert "pwned" in received or words[0] == "info"
        assert_harmless(received)


def test_colours_are_ours_and_can_be_switched_off() -> None:
    assert "\x1b[1;34m" in on_terminal("ls", META_24)
    for off in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b" not in on_terminal("ls", META_24, env=off)
    assert "\x1b" not in on_terminal("ls", META_24, "--no-color")
    assert "\x1b[1;34m" in on_terminal("ls", META_24, env={"NO_COLOR": ""})


def test_json_has_no_colour() -> None:
    received = on_terminal("get", META_24, "v1/default/containers/web-1", "--json")
    assert "\x1b" not in received
    assert json.loads(received)["snapshotKey"] == "web-1"
