"""A few walks through the application itself; what keys do is tested without it."""

import os
from pathlib import Path

import pytest

from boltview.bolt.bucket import Bucket
from boltview.bolt.errors import UnreadableFile
from boltview.bolt.progress import Progress
from boltview.browse.buckets import Buckets
from boltview.report.opened import Opened
from tests.report.open import META_24
from tests.tui.stage import after, composed, from_file, from_source, opened


def position(text: str) -> str:
    """Return path and row as the line above the hints says them."""
    return text.splitlines()[-2].strip()


@pytest.mark.parametrize(
    ("keys", "shown"),
    [
        ("", "v1"),
        ("down down", "v1/default"),
        (": ctrl+u 4 enter", "v1/empty-ns"),
        ("G", "v1/version"),
        ("G h", "v1"),
        ("j j l l", "v1/default/containers"),
        ("j j right right j left", "v1/default"),
        (": ctrl+u paste:v1/moby/images/docker.io/library/busybox:1.35 enter",
         "v1/moby/images/docker.io%2Flibrary%2Fbusybox:1.35"),
        ("G : ctrl+u paste:v1/moby enter [", "v1/version"),
        ("G : ctrl+u paste:v1/moby enter [ ]", "v1/moby"),
        ("/ paste:moby", "v1/moby"),
        ("/ paste:moby escape", "v1"),
        ("/ paste:moby enter", "v1/moby"),
        ("j r", "v1/build-farm"),
        ("j escape escape q", "v1/build-farm"),
        ("click:tree,8,2", "v1/default"),
        ("click:tree,3,2 j", "v1/default/containers"),
        ("click:page,1,1 j escape j", "v1/build-farm"),
        ("click:hints,27,0 paste:k8s", "v1/k8s.io"),
    ],
)  # fmt: skip
def test_where_keys_lead(keys: str, shown: str) -> None:
    _, text = after(from_file(META_24), keys)
    assert position(text).split(" ")[0] == shown


def test_quitting_ends_with_code_0() -> None:
    app, _ = after(from_file(META_24), "q")
    assert app.return_code == 0


def test_one_ctrl_c_does_not_quit_and_two_do() -> None:
    app, text = after(from_file(META_24), "ctrl+c")
    assert app.return_value is None
    assert "once more, or q, quits" in text
    app, _ = after(from_file(META_24), "ctrl+c ctrl+c")
    assert app.return_value == 0


def test_a_path_that_is_not_there_is_said() -> None:
    _, text = after(from_file(META_24), ": ctrl+u paste:v1/nowhere enter", (120, 24))
    assert "no key nowhere in v1" in text


def test_a_file_that_cannot_be_opened_is_said_on_the_whole_screen() -> None:
    def opener(_progress: Progress) -> Opened:
        raise UnreadableFile("/x/meta.db: Permission\x1b denied")

    app, text = after(opener)
    assert "✗ /x/meta.db: Permission\\x1b denied" in text
    assert "q quits" in text
    assert isinstance(app.error, UnreadableFile)


def test_a_reload_that_fails_keeps_what_is_shown() -> None:
    source = composed({b"b": {b"k": b"v"}})
    calls: list[int] = []

    def opener(progress: Progress) -> Opened:
        calls.append(1)
        if len(calls) > 1:
            raise UnreadableFile("gone")
        return from_source(source)(progress)

    app, text = after(opener, "j r")
    assert len(calls) == 2
    assert "cannot be read again: gone" in text
    assert position(text).startswith("b/k")
    assert app.error is None


def test_a_file_that_shrinks_meanwhile_is_damaged_and_does_not_end_the_browser(
    tmp_path: Path,
) -> None:
    path = tmp_path / "meta.db"
    data = META_24.read_bytes()
    calls: list[int] = []

    def opener(progress: Progress) -> Opened:
        path.write_bytes(data)
        found = from_file(path)(progress)
        calls.append(1)
        os.truncate(path, 8192)
        return found

    _, text = after(opener, "j l j l j t t t = G", (120, 40))
    assert calls == [1]
    assert "✗ damaged: page 54: the file ends before it" in text


def test_a_large_bucket_is_read_on_the_side() -> None:
    # So small pages that there are more leaves than are read at once; `small` is open already.
    keys = {b"%06d" % i: b"" for i in range(2500)}
    source = composed({b"big": keys, b"small": {b"k": b"v"}}, 512, 2)
    reading = opened(source).reading
    big = reading.root.get(b"big")
    assert isinstance(big, Bucket)
    assert Buckets(reading).rows(big) is None
    _, text = after(from_source(source), "enter")
    assert "▾ big  2,500" in text
    assert position(text).endswith("1/2,503")
    _, text = after(from_source(source), "enter G")
    assert position(text).startswith("small/k")
    assert position(text).endswith("2,503/2,503")


def test_a_search_goes_through_every_key_of_an_open_bucket() -> None:
    keys = {b"%06d" % i: b"" for i in range(3000)}
    source = composed({b"big": keys}, 4096, 100)
    _, text = after(from_source(source), "enter / paste:99 enter n n N")
    # 99, 199, 299, …: counted by the obvious program.
    hits = [i for i in range(3000) if "99" in f"{i:06d}"]
    assert f"/99 2/{len(hits)} " in position(text)
    assert position(text).startswith(f"big/{hits[1]:06d}")
