"""Makes the pictures of the README from the program itself: `make pictures`."""

import asyncio
import re
from pathlib import Path

from textual import events

from boltview.bolt.database import Database
from boltview.bolt.source import FileSource
from boltview.cli.options import instant
from boltview.report.opened import Opened
from boltview.report.units import Clock, utc
from boltview.schema.load import Library
from boltview.schema.reading import Reading
from boltview.shipped import demo_database
from boltview.tui.app import BoltviewApp

DOCS = Path(__file__).resolve().parent
SIZE = (132, 36)
SHOWN_PATH = "/var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db"
NOW = "2026-11-24T00:00:00Z"
PLACE = "v1/default/containers/web-1/spec"


def opened() -> Opened:
    """Open the demo database under the path that it has on a node, at a fixed time."""
    source = FileSource(demo_database())
    database = Database(source)
    reading = Reading.of(database, Library())
    return Opened(database, reading, SHOWN_PATH, Clock(instant(NOW), utc), source.size)


async def browser() -> str:
    """Return the browser as SVG, a container's spec in its detail pane."""
    app = BoltviewApp(lambda _progress: opened(), "meta.db")
    async with app.run_test(size=SIZE) as pilot:
        while not app.is_settled:
            await pilot.pause(0.01)
        await pilot.press(":", "ctrl+u")
        app.post_message(events.Paste(PLACE))
        await pilot.press("enter", "z", "z")
        await pilot.pause(0.2)
        return app.export_screenshot(title="boltview")


def without_fonts(picture: str) -> str:
    """Return the SVG without fonts from the network: a picture must not call anybody."""
    picture = re.sub(r"@font-face\s*\{[^}]*\}\s*", "", picture)
    return picture.replace("Fira Code", "DejaVu Sans Mono, Menlo, Consolas")


if __name__ == "__main__":
    target = DOCS / "browser.svg"
    target.write_text(without_fonts(asyncio.run(browser())), encoding="utf-8")
    print(target)
