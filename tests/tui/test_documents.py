"""Documents of the detail pane: nothing is lost in wrapping, and large values are not read."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from boltview.bolt.bucket import Pair
from boltview.bolt.source import MemorySource
from boltview.report.detail import Line
from boltview.tui.documents import Hex, Subject, Text, as_hex, as_json, decoded
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


def content(document: Text, width: int) -> list[str]:
    count = document.layout(width)
    return ["".join(span.text for span in document.line(number)) for number in range(count)]


@given(st.lists(TEXT, max_size=5), st.integers(2, 40))
def test_values_are_wrapped_without_loss(texts: list[str], width: int) -> None:
    lines = content(Text([Line("", text, "json") for text in texts]), width)
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
    document = Hex(MemorySource(data), 5, 40)
    assert document.layout(80) == 3
    text = "".join(span.text for span in document.line(2))
    assert text.startswith("00000025  25 26 27 28 29 2a 2b 2c")
    assert text.endswith("|%&'()*+,|")
    assert document.layout(60) == 5
    text = "".join(span.text for span in document.line(4))
    assert text == "00000025  25 26 27 28 29 2a 2b 2c  |%&'()*+,|"


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
    for make in (decoded, as_json, as_hex):
        document = make(subject)
        count = document.layout(80)
        for number in (*range(min(count, 50)), count - 1):
            assert document.line(number) is not None
    assert source.asked < 100_000
    text = content(decoded(subject), 200)  # type: ignore[arg-type]
    assert any("first 65,536 of 20,000,000 bytes" in line for line in text)
    assert as_hex(subject).layout(80) == size // 16


def test_the_json_of_an_endless_bucket_says_where_it_stops() -> None:
    shown = opened(composed({b"b": {b"%05d" % i: b"x" for i in range(5000)}}, 4096, 80))
    bucket, entry = at(shown.reading.root, b"b")
    assert not isinstance(entry, Pair)
    lines = content(as_json(Subject(shown, bucket, entry)), 100)  # type: ignore[arg-type]
    assert "shown: the first 2,000 entries" in lines[0]
    assert len([line for line in lines if line.startswith('  "0')]) == 2000
