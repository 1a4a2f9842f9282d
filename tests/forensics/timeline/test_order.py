"""Events come back in the order of time, also where they do not fit into memory."""

import os
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boltview.bolt.errors import CannotWrite
from boltview.forensics.timeline.event import Event, FileFacts
from boltview.forensics.timeline.order import Ordered

texts = st.text(st.characters(codec=None), max_size=20)
facts = st.none() | st.builds(
    FileFacts, st.integers(0, 2**64), texts, st.integers(0), st.integers(0), st.integers(0)
)
events = st.builds(
    Event,
    at=st.integers(-(2**70), 2**70) | st.integers(0, 3),
    what=texts,
    kind=texts,
    names=st.tuples(texts, texts),
    namespace=texts,
    source=texts,
    place=st.lists(st.binary(max_size=9), max_size=3).map(tuple),
    field=st.lists(texts | st.integers(0), max_size=3).map(tuple),
    note=texts,
    facts=facts,
)


def spill() -> int:
    with TemporaryFile() as file:
        return os.dup(file.fileno())


@given(given_events=st.lists(events, max_size=30), held=st.integers(1, 40))
def test_they_come_back_whole_and_in_order(given_events: list[Event], held: int) -> None:
    ordered = Ordered(spill, held)
    for event in given_events:
        ordered.add(event)
    assert len(ordered) == len(given_events)
    # `sorted` keeps what is equal in the order in which it came.
    assert list(ordered) == sorted(given_events, key=lambda event: event.at)


def test_many_runs() -> None:
    ordered = Ordered(spill, 100)
    times = [(number * 7919) % 10_007 for number in range(10_007)]
    for at in times:
        ordered.add(Event(at, "x" * 200, "k", ("n",), "", "s"))
    assert [event.at for event in ordered] == sorted(times)


def test_nothing_is_written_for_a_few(tmp_path: Path) -> None:
    ordered = Ordered(lambda: pytest.fail("a file was asked for"))
    for at in (2, 1):
        ordered.add(Event(at, "", "k", ("n",), "", "s"))
    assert [event.at for event in ordered] == [1, 2]
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_said_so() -> None:
    ordered = Ordered(lambda: os.open("/dev/full", os.O_RDWR), 1)
    with pytest.raises(CannotWrite, match="No space left"):
        ordered.add(Event(1, "", "k", ("n",), "", "s"))
