"""Documents of the detail pane: nothing is lost in wrapping, and large values are not read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from boltview.bolt.bucket import Pair
from boltview.bolt.parts import Part
from boltview.bolt.source import MemorySource
from boltview.browse.chords import Action
from boltview.report.detail import Line
from boltview.tui.document import Document, Text
from boltview.tui.documents import Subject, as_hex, as_json, decoded, page, schema
from boltview.tui.folded import Folded
from boltview.tui.hextab import Hex
from tests.bolt.build import Image
from tests.report.open import at
from tests.tui.stage import composed, opened

TEXT = st.text(st.characters(categories=["L", "N", "P", "S"], max_codepoint=0x9FFF), max_size=60)


class Counting:
    """A source that counts the bytes asked for."""

    def __init__(self, source: MemorySource) -> None:
        self._source = source
        self.size = source.size
        self.asked = 0

    def read(self, offset: int, length: int) -> bytes:
        self.asked += length
        return self._source.read(offset, length)


def content(document: Document, width: int, height: int = 40) -> list[str]:
    count = document.layout(width, height)
    return ["".join(span.text for span in document.line(number)) for number in range(count)]


@given(st.lists(TEXT, max_size=5), st.integers(2, 40))
def test_values_are_wrapped_without_loss(texts: list[str], width: int) -> None:
    lines = content(Text([Line("", text, "title") for text in texts]), width)
    assert "".join(lines) == "".join(texts)
    assert all(cell_len(line) <= width for line in lines)
    assert len(lines) >= len(texts)


@given(st.lists(TEXT.filter(bool), min_size=1, max_size=12), st.integers(14, 60))
def test_prose_is_wrapped_between_words(words: list[str], width: int) -> None:
    lines = content(Text([Line("what", " ".join(words), "doc")]), width)
    assert lines[0].startswith("what       ")
    assert all(line[:11].strip() == "" for line in lines[1:])
    assert "".join(line[11:].replace(" ", "") for line in lines) == "".join(words)
    assert all(cell_len(line) <= width for line in lines)


def test_hex_lines_name_their_place_in_the_file() -> None:
    data = bytes(range(256)) * 2
    document = Hex(MemorySource(data), [Part(5, 40, "value", "", "value")])
    assert document.layout(80, 10) == 3
    assert content(document, 80)[2] == (
        "00000025  25 26 27 28 29 2a 2b 2c]                          │%&'()*+,│"
    )
    assert document.layout(60, 10) == 5
    assert content(document, 60)[4] == "00000025  25 26 27 28 29 2a 2b 2c] │%&'()*+,│"


def large(size: int) -> tuple[Counting, Subject]:
    """Make a database with one value of `size` bytes; return its source and that value."""
    image = Image()
    leaf = image.leaf((b"large", b"line\n" * (size // 5)))
    source = Counting(MemorySource(image.finish(image.leaf(image.bucket(b"b", leaf)))))
    shown = opened(source)
    bucket, entry = at(shown.reading.root, b"b", b"large")
    assert isinstance(entry, Pair)
    source.asked = 0
    return source, Subject(shown, bucket, entry)


def test_a_large_value_is_not_read_to_be_shown() -> None:
    size = 20_000_000
    source, subject = large(size)
    for make in (decoded, as_json, as_hex, schema, page):
        document = make(subject)
        count = document.layout(80, 40)
        for number in (*range(min(count, 50)), count - 1):
            assert document.line(number) is not None
    assert source.asked < 400_000
    text = content(decoded(subject), 200)
    assert any("first 65,536 of 20,000,000 bytes" in line for line in text)
    assert as_hex(subject).layout(80, 40) > size // 16


def test_the_json_of_an_endless_bucket_says_where_it_stops() -> None:
    shown = opened(composed({b"b": {b"%05d" % i: b"x" for i in range(5000)}}, 4096, 80))
    bucket, entry = at(shown.reading.root, b"b")
    assert not isinstance(entry, Pair)
    lines = content(as_json(Subject(shown, bucket, entry)), 100)
    assert "shown: the first 2,000 entries" in lines[0]
    assert len([line for line in lines if line.startswith("  0")]) == 2000


DOCUMENT = {
    "name": "web",
    "args": ["sleep", "1"],
    "mounts": [{"destination": f"/a/long/mount/point/number/{i}", "type": "none"} for i in (1, 2)],
    "many": list(range(50)),
    "text": "one\ntwo \x1b[2J " + "x" * 60,
    "empty": {},
}


def folded(value: object = DOCUMENT, above: int = 0) -> Folded:
    document = Folded(value, Text([Line("", f"above {i}", "note") for i in range(above)]))
    document.layout(50, 8)
    return document


def shown(document: Document) -> list[str]:
    return [line.rstrip() for line in content(document, 50, 8)]


def test_a_document_is_opened_as_far_as_it_reads_well() -> None:
    assert [line[:24] for line in shown(folded())] == [
        '  name: "web"',
        '▸ args: [2] ["sleep", "1',
        "▾ mounts: [2]",
        "  ▾ 0: {2}",
        '      destination: "/a/l',
        '      type: "none"',
        "  ▾ 1: {2}",
        '      destination: "/a/l',
        '      type: "none"',
        "▸ many: [50] [0, 1, 2, 3",
        '▸ text: "one\\ntwo \\u001b',
        "  empty: {}",
    ]


def test_folding_by_the_keys_of_the_tree() -> None:
    document = folded()
    for action in ("down", "down", "toggle"):
        assert document.act(Action(action)) is not None
    assert shown(document)[2].startswith("▸ mounts: [2] [{")
    assert len(shown(document)) == 6
    document.act(Action("down"))
    document.act(Action("in"))
    assert shown(document)[3:6] == ["▾ many: [50]", "    0: 0", "    1: 1"]
    document.act(Action("in"))
    document.act(Action("out"))
    assert document.cursor == 3
    assert document.act(Action("search")) is None


def test_a_long_text_opens_into_lines_that_lose_nothing() -> None:
    document = folded()
    document.act(Action("last"))
    document.act(Action("up"))
    document.act(Action("enter"))
    lines = shown(document)
    at = lines.index("▾ text: 73 characters")
    assert lines[at + 1].strip() == "one"
    rest = "".join(line.strip() for line in lines[at + 2 : -1])
    assert rest == "two \\x1b[2J" + " " * (rest.count(" ") - 1) + "x" * 60
    assert all(cell_len(line) <= 50 for line in lines[at:])


def test_what_stands_above_is_reached_from_the_first_row() -> None:
    document = folded(above=5)
    assert document.cursor == 5
    document.act(Action("last"))
    assert document.top == 5 + 12 - 8
    document.act(Action("first"))
    assert document.top == 5
    for _ in range(5):
        document.act(Action("up"))
    assert document.top == 0
    document.scroll(3)
    assert document.top == 3


def test_another_state_of_a_document_keeps_what_is_open_and_the_cursor() -> None:
    before = folded(above=2)
    for action in ("down", "down", "toggle", "down", "toggle", "down", "down"):
        before.act(Action(action))
    assert before.cursor == 2 + 5
    top, lines = before.top, shown(before)
    later = Folded({"added": 1, **DOCUMENT}, Text([Line("", "above", "note")] * 2))
    later.resume(before)
    assert shown(later)[2:4] == ["  added: 1", lines[2]]
    assert shown(later)[4:] == lines[3:]
    assert later.cursor == 2 + 6
    assert later.top == top


@pytest.mark.parametrize("value", [None, 7, "text", [], {}, "x" * 200, "\u202e\x1b[31m"])
def test_a_document_without_members(value: object) -> None:
    lines = shown(folded(value))
    assert lines
    assert "".join(lines).isprintable()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
KEYS = st.sampled_from(
    ["down", "up", "in", "out", "toggle", "enter", "last", "first", "page-down", "open-below",
     "open-all", "close-all", "next-sibling", "parent"]
)  # fmt: skip


@given(JSON, st.lists(KEYS, max_size=12))
def test_any_document_folds_without_a_line_too_long_or_unprintable(
    value: object, keys: list[str]
) -> None:
    document = folded(value, above=2)
    for key in keys:
        document.act(Action(key))
        total = document.layout(50, 8)
        assert document.cursor is not None
        assert 2 <= document.cursor < total
        assert document.top is not None
        assert 0 <= document.top <= max(total - 8, 0)
    for number in range(document.layout(50, 8)):
        assert "".join(span.text for span in document.line(number)).isprintable()
