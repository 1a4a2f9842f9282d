"""The tour in the browser: F2 begins it, the tree goes along, Esc leads back to where it began."""

from tests.bolt.build import Tree
from tests.plugins.golden import Golden
from tests.report.open import META_24, SHAPES
from tests.tui.stage import after, composed, from_file, from_source

LABEL = "→ on  ← back  Esc ends"


def test_a_step_and_the_tree_at_its_place(golden: Golden) -> None:
    _, text = after(from_file(META_24), "f2 right right right", (140, 40))
    golden("tui/tour-140x40.txt")(text)


def test_on_a_small_screen_the_pane_has_the_room_and_scrolls(golden: Golden) -> None:
    _, text = after(from_file(META_24), "f2 end left left left down down", (80, 24))
    golden("tui/tour-80x24.txt")(text)


def test_the_end_leads_back_to_the_beginning() -> None:
    _, text = after(from_file(META_24), "3 j j f2 enter G right escape", (120, 30))
    assert LABEL not in text
    assert "[3 Images]" in text
    assert " 3/20" in text.splitlines()[-2]


def test_the_tree_can_be_walked_while_the_tour_waits() -> None:
    _, text = after(from_file(META_24), "f2 left right tab G t", (120, 30))
    assert "Tour 2/14 · What the meta leads to" in text
    assert text.splitlines()[-2].startswith(" v1/version")


def test_hostile_and_damaged_files() -> None:
    _, text = after(from_file(SHAPES / "hostile.db"), "f2 G left", (100, 40))
    assert "An inline bucket has no page of its own" in text
    assert text.replace("\n", "").isprintable()
    tree: Tree = {b"b": {b"%02d" % i: b"v" * 500 for i in range(20)}}
    source = composed(tree)
    data = bytearray(source.read(0, source.size))
    data[3 * 4096] ^= 0xFF
    _, text = after(from_source(type(source)(data)), "f2 G left", (120, 40))
    assert "Damage in this file" in text
