"""Going along references in the browser: Enter, `u`, and back and forward over all views."""

import asyncio
from time import sleep

import pytest
from textual import events

from boltview.bolt.progress import Progress
from boltview.browse.choosing import Choosing
from boltview.browse.palette import Offer
from boltview.containerd.references import Graph
from boltview.report.graph import graph_of
from boltview.report.opened import Opened
from boltview.report.tables import referrers
from boltview.tui.app import BoltviewApp
from tests.bolt.build import Tree
from tests.report.open import ROOT
from tests.tui.stage import (
    composed,
    from_node,
    from_source,
    press,
    screen_text,
    settle,
    stations,
)

WEB = "v1/default/containers/web-1"
SNAPSHOT = "v1/default/snapshots/overlayfs/web-1"
IMAGE = "v1/default/images/docker.io%2Flibrary%2Fbusybox:1.35"


@pytest.fixture(autouse=True)
def at_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def place(text: str) -> str:
    """What the line below the rows says of where the cursor is."""
    return text.splitlines()[-2].split()[0]


def said(text: str) -> str:
    return text.splitlines()[-1].strip()


def test_enter_opens_and_follows_and_the_way_back_crosses_views() -> None:
    ways = [
        "2 f w e b - 1 enter g",  # the container in its table
        "enter",  # opened in the tree
        "enter",  # what it refers to
        "down enter",  # the second of two
        "enter",  # its blobs
        "n o s u c h enter",
        "[",
        "[",
        "[",
        "]",
        "]",
    ]
    _, texts = stations(from_node(), ways, (120, 40))
    table, opened, choice, image, blobs, none, *travels = texts
    assert "[2 Pods]" in table
    assert place(table) == place(opened) == WEB
    assert "[1 Tree]" in opened
    assert "snapshotKey" in opened
    assert "▎snapshot/default/overlayfs/web-1" in choice
    assert " image/default/docker.io/library/busybox:1.35" in choice
    assert "it is the container's root filesystem" in choice
    assert place(choice) == WEB
    assert place(image) == IMAGE
    assert "image/default/docker.io/library/busybox:1.35   [ goes back" in said(image)
    assert "it is what the image stands for" in blobs
    assert place(none) == IMAGE
    assert [place(text) for text in travels] == [WEB, WEB, "v1", WEB, WEB]
    assert ["[2 Pods]" in text for text in travels] == [False, True, False, True, False]


def test_a_field_leads_where_it_says_and_a_snapshot_to_its_parent() -> None:
    ways = [f"paste:x : paste:{WEB}/snapshotKey enter", "enter", "u", "enter", "[ [", "9 2 9"]
    _, texts = stations(from_node(), ways, (160, 45))
    field, snapshot, users, user, back, again = texts
    assert place(field) == f"{WEB}/snapshotKey"
    assert place(snapshot) == SNAPSHOT
    assert "[u Used by]" in users
    assert "container  web-1" in users
    assert "yes" in users
    assert place(user) == WEB
    assert place(back) == SNAPSHOT
    # Tables that were made before are read on, although their work is over.
    assert "[9 GC]" in again


def test_what_is_not_there_and_what_is_no_object_are_said() -> None:
    web: Tree = {b"image": b"gone:1", b"labels": {b"app": b"x"}}
    source = composed({b"v1": {b"ns": {b"containers": {b"web": web}, b"labels": {b"a": b"b"}}}})
    ways = [": paste:v1/ns/containers/web enter enter", "enter", "u", "1 g u", "enter"]
    _, texts = stations(from_source(source), ways)
    opened, lost, nobody, no_object, closed = texts
    assert "gone:1" in opened
    assert said(lost) == "image/ns/gone:1: there is no such record"
    assert "nothing refers to container/ns/web: containers are never collected" in nobody
    assert said(no_object) == "this is no part of an object: nothing refers to it"
    assert "containers" not in closed


def test_reading_who_refers_tells_how_far_it_is_stops_and_begins_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def endless(_opened: Opened, progress: Progress) -> Graph:
        while True:
            progress(1_234, 0)
            sleep(0.005)

    monkeypatch.setattr(referrers, "graph_of", endless)

    async def play() -> list[str]:
        app = BoltviewApp(from_node(), "meta.db")
        async with app.run_test(size=(100, 24)) as pilot:
            await settle(pilot)
            for key in f": paste:{SNAPSHOT} enter".split():
                await press(pilot, key)
            app.post_message(events.Key("u", "u"))
            for _ in range(1000):
                await pilot.pause(0.01)
                if "1,234" in screen_text(app):
                    break
            texts = [screen_text(app)]
            for key in ("escape", "u"):
                await press(pilot, key)
                texts.append(screen_text(app))
                monkeypatch.setattr(referrers, "graph_of", graph_of)
            return texts

    reading, stopped, there = asyncio.run(play())
    assert said(reading) == "reading who refers to whom … 1,234   Esc stops"
    assert said(stopped) == "stopped; the key of the view begins again"
    assert "container  web-1" in there


def test_choosing() -> None:
    choosing = Choosing([Offer(str(n), label, "Note") for n, label in enumerate(["ab", "bc", "c"])])
    choosing.move(-1)
    assert choosing.line == "2"
    choosing.type("b")
    assert ([offer.label for offer in choosing.offers], choosing.line) == (["ab", "bc"], "0")
    choosing.choose(1)
    choosing.choose(2)
    assert choosing.line == "1"
    assert choosing.window(1) == (1, choosing.offers[1:])
    choosing.type("note")
    assert len(choosing.offers) == 3
    choosing.type("Bc")
    assert not choosing.offers
    assert choosing.usage
    choosing.move(1)
    assert choosing.chosen == -1
    assert choosing.line is None
