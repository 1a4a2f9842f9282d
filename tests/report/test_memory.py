"""What the browser remembers: read back as it was, bounded, and nothing of what is not right."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boltview.report.memory import MAX_FILES, MAX_TEXT, FileId, Memory, Stay, memory_of, memory_text

NOWHERE = Stay("view-tree", (), (), (), 0)
keys = st.binary(min_size=1, max_size=12)
paths = st.lists(keys, min_size=1, max_size=4).map(tuple)
stays = st.builds(
    Stay, st.just("view-images"), paths, paths, st.lists(paths).map(tuple), st.integers(0, 5)
)
files = st.builds(FileId, st.integers(0, 9), st.integers(0, 2**63), st.text(max_size=20))


@settings(max_examples=30)
@given(st.lists(st.tuples(files, stays), max_size=3))
def test_it_is_read_back_as_it_was(kept: list[tuple[FileId, Stay]]) -> None:
    memory = Memory("nord", "local")
    for file, stay in kept:
        memory = memory.keep(file, stay)
    assert memory_of(memory_text(memory)) == memory
    if kept:
        assert memory.recall(kept[-1][0]) == kept[-1][1]


def test_a_file_is_known_by_its_inode_and_else_by_its_path() -> None:
    one, two = NOWHERE._replace(tab=1), NOWHERE._replace(tab=2)
    memory = Memory().keep(FileId(1, 10, "/a"), one).keep(FileId(1, 20, "/b"), two)
    assert memory.recall(FileId(1, 10, "/moved")) == one
    assert memory.recall(FileId(1, 30, "/b")) == two
    assert memory.recall(FileId(1, 20, "/a")) == two
    assert memory.recall(FileId(2, 10, "/c")) is None
    again = memory.keep(FileId(1, 10, "/moved"), two)
    assert len(again.stays) == 2


def test_it_does_not_grow_without_bound() -> None:
    memory = Memory()
    long = tuple((b"%04d" % number * 50,) for number in range(600))
    for inode in range(2 * MAX_FILES):
        memory = memory.keep(FileId(1, inode, f"/{inode}"), NOWHERE._replace(opened=long))
    assert len(memory.stays) == MAX_FILES
    assert memory.recall(FileId(1, 0, "/0")) is None
    assert memory.recall(FileId(1, 2 * MAX_FILES - 1, "/x"))
    assert len(memory_text(memory)) <= MAX_TEXT
    deep = NOWHERE._replace(path=(b"x" * 100,) * 1000)
    (kept,) = Memory().keep(FileId(1, 1, "/"), deep).stays
    assert 0 < len(kept[1].path) < 100
    huge = Memory().keep(FileId(1, 1, "/" * MAX_TEXT), NOWHERE)
    assert memory_of(memory_text(huge)) == Memory()


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "[]", "{", '{"version": 2}', '{"version": 1, "files": 7, "theme": 9}',
        '{"version": 1, "files": [1, {}, {"device": true, "inode": 1, "path": "/"}]}',
        "[" * 100_000, '{"version": 1, "theme": "' + "x" * MAX_TEXT + '"}',
    ],
)  # fmt: skip
def test_what_is_not_right_is_nothing(text: str) -> None:
    assert memory_of(text) == Memory()


def test_of_what_is_half_right_the_right_half() -> None:
    item = {
        "device": 1, "inode": 2, "path": "/a", "view": 7, "at": "a/%FFb", "row": ["x"],
        "open": ["a", 3, "", "\ud800", "b"], "tab": 10**30,
    }  # fmt: skip
    memory = memory_of(json.dumps({"version": 1, "theme": "x", "files": [item]}))
    assert memory.theme == "x"
    stay = memory.recall(FileId(1, 2, ""))
    assert stay == Stay("", (b"a", b"\xffb"), (), ((b"a",), (b"b",)), 0)


@given(st.text())
def test_any_text_is_harmless(text: str) -> None:
    memory_of(text)
