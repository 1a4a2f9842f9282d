"""Run the browser without a terminal: open a file, press keys, read the screen as text."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from textual import events
from textual.pilot import Pilot

from boltview.bolt.database import Database
from boltview.bolt.progress import Progress
from boltview.bolt.source import FileSource, MemorySource, Source
from boltview.cli.options import CommandParser, add_path, parse
from boltview.cli.session import open_database
from boltview.report.opened import Opened
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from boltview.tui.app import BoltviewApp, Feed
from tests.bolt.build import Image, Tree
from tests.report.open import CLOCK

SHOWN_PATH = "/var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db"
"""A path that is the same on every machine."""


AT = "2026-11-24T00:00:00Z"
"""The present, as in `CLOCK`."""
_PASTE, _CLICK = "paste:", "click:"
_FLOORS = 2
"""Queues that an event goes through: of the application, then of the screen and its widgets."""


def opened(source: Source, path: str = SHOWN_PATH, note: str = "") -> Opened:
    database = Database(source)
    reading = Reading.of(database, Library())
    return Opened(database, reading, path, CLOCK, source.size, None, note)


def composed(tree: Tree, page_size: int = 4096, per_page: int = 4) -> MemorySource:
    """Make a database of these buckets, keys and values."""
    image = Image(page_size)
    return MemorySource(image.finish(image.nested(tree, per_page)))


def from_file(path: Path) -> Callable[[Progress], Opened]:
    return lambda _progress: opened(FileSource(str(path)))


def from_source(source: Source) -> Callable[[Progress], Opened]:
    return lambda _progress: opened(source)


def from_node(*options: str) -> Callable[[Progress], Opened]:
    """Open the fixture node of containerd 2.4 with all that lies beside its meta.db."""
    parser = CommandParser("browse", "", "")
    add_path(parser)
    arguments = parse(parser, ["fixtures/containerd-2.4/root", "--at", AT, "--utc", *options])
    return lambda progress: open_database(arguments, arguments.path, progress)


def screen_text(app: BoltviewApp) -> str:
    """Return exactly what the screen shows, a line a row.

    The compositor is private to Textual; no public way gives the text. Only this helper knows it.
    """
    strips = app.screen._compositor.render_strips()  # noqa: SLF001 (see above)
    return "".join("".join(part.text for part in strip).rstrip() + "\n" for strip in strips)


async def settle(pilot: Pilot[int]) -> None:
    """Wait until the database is open, the work done, and the detail pane has followed."""
    app = pilot.app
    assert isinstance(app, BoltviewApp)
    for _ in range(500):
        await taken(pilot)
        if app.is_settled:
            await taken(pilot)
        if app.is_settled or app.return_value is not None:
            return
        await pilot.pause(0.01)
    raise AssertionError("the browser does not come to rest")


async def taken(pilot: Pilot[int]) -> None:
    """Wait until what was sent has come through: to the application, the screen, its widgets.

    Not so long as `pilot.press` waits, which is until the processor idles, 0.1 s for every key.
    """
    for _ in range(_FLOORS):
        await pilot.pause(0)


def after(
    opener: Callable[[Progress], Opened],
    keys: str = "",
    size: tuple[int, int] = (80, 24),
    feed: Feed | None = None,
) -> tuple[BoltviewApp, str]:
    """Press keys, separated by spaces; return the application and what it shows then.

    Each waits until all that it asks for is shown. A key `paste:TEXT` is a text that comes all at
    once; `click:WIDGET,X,Y` is the mouse.
    """
    app, texts = stations(opener, [keys], size, feed)
    return app, texts[0]


def stations(
    opener: Callable[[Progress], Opened],
    ways: list[str],
    size: tuple[int, int] = (80, 24),
    feed: Feed | None = None,
    look: Callable[[BoltviewApp], str] = screen_text,
) -> tuple[BoltviewApp, list[str]]:
    """Press the keys of one way after the other; return what `look` sees after each."""

    async def play() -> tuple[BoltviewApp, list[str]]:
        app = BoltviewApp(opener, "meta.db", feed)
        texts = []
        async with app.run_test(size=size) as pilot:
            await settle(pilot)
            for keys in ways:
                for key in keys.split():
                    await press(pilot, key)
                await settle(pilot)
                texts.append(look(app))
            return app, texts

    return asyncio.run(play())


async def press(pilot: Pilot[int], key: str) -> None:
    """Do what a word of `after` says."""
    if key.startswith(_PASTE):
        pilot.app.post_message(events.Paste(key.removeprefix(_PASTE)))
    elif key.startswith(_CLICK):
        widget, x, y = key.removeprefix(_CLICK).split(",")
        await pilot.click(f"#{widget}", offset=(int(x), int(y)))
    else:
        await send(pilot, key)
        await settle(pilot)


async def send(pilot: Pilot[int], key: str) -> None:
    """Press a key, and do not wait for what it asks for."""
    character = " " if key == "space" else key
    pilot.app.post_message(events.Key(key, character if len(character) == 1 else None))
    await taken(pilot)
