"""What the screens show: real databases at the sizes people use, with the time held still."""

import pytest

from boltview.tui.app import BoltviewApp
from tests.bolt.build import Tree
from tests.plugins.golden import Golden
from tests.report.open import META_24, SHAPES
from tests.tui.stage import after, composed, from_file, from_source, opened

SMALL, WIDE = (80, 24), (160, 45)
SPEC = ": ctrl+u paste:v1/default/containers/web-1/spec enter"


@pytest.mark.parametrize(
    ("name", "keys", "size"),
    [
        ("first", "", SMALL),
        ("first", "", WIDE),
        ("values", "j j l j j l l l j", SMALL),
        ("spec", SPEC, WIDE),
        ("spec-json", f"{SPEC} t", WIDE),
        ("spec-hex", f"{SPEC} t t", WIDE),
        ("spec-zoomed", f"{SPEC} enter +", SMALL),
        ("search", "E / paste:busy enter n n", SMALL),
        ("searching", "E / paste:busy", SMALL),
        ("chord", "z", SMALL),
        ("help", "?", WIDE),
        ("help", "?", SMALL),
    ],
)
def test_containerd(name: str, keys: str, size: tuple[int, int], golden: Golden) -> None:
    _, text = after(from_file(META_24), keys, size)
    golden(f"tui/{name}-{size[0]}x{size[1]}.txt")(text)


def test_hostile_keys_and_values(golden: Golden) -> None:
    _, text = after(from_file(SHAPES / "hostile.db"), "= : ctrl+u 5 enter", WIDE)
    assert text.replace("\n", "").isprintable()
    golden("tui/hostile-160x45.txt")(text)


def test_an_empty_database() -> None:
    _, text = after(from_file(SHAPES / "empty.db"), "j l E / x enter n G")
    assert "the database holds no bucket" in text


def test_what_the_schema_does_not_know_and_what_does_not_decode_is_marked() -> None:
    image: Tree = {b"createdat": b"no time", b"oddkey": b"1"}
    tree: Tree = {b"v1": {b"ns": {b"images": {b"busybox": image}, b"strange": {b"k": b"v"}}}}
    _, text = after(from_source(composed(tree)), "=")
    rows = {line.split("│")[-1].strip().split("  ")[0] for line in text.splitlines()}
    assert {"! createdat", "? oddkey"} <= rows
    assert any("strange ?" in line for line in text.splitlines())


def test_damage_is_shown_in_its_place() -> None:
    source = composed({b"b": {b"%02d" % i: b"v" * 500 for i in range(20)}})
    data = bytearray(source.read(0, source.size))
    data[3 * 4096] ^= 0xFF  # the second leaf now calls itself another page
    app, text = after(from_source(type(source)(data)), "=", (120, 24))
    lines = text.splitlines()
    at = next(number for number, line in enumerate(lines) if "✗ damaged: page 3" in line)
    assert " 03 " in lines[at - 1]
    assert " 08 " in lines[at + 1]
    assert "✗ damaged: 1 fault met" in lines[1]
    assert isinstance(app, BoltviewApp)


def test_a_live_copy_says_so() -> None:
    note = "consistent copy of revision 499, held by containerd (pid 123)"
    source = composed({b"b": {}})
    _, text = after(lambda _: opened(source, note=note), "", (120, 24))
    assert text.splitlines()[0].startswith(f" meta.db  ⧉ {note}")
