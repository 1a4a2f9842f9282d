"""Makes the pictures of the README from the program itself: `make screenshots`."""

import asyncio
import re
from pathlib import Path
from typing import NamedTuple

from textual import events
from textual.pilot import Pilot

from boltview.bolt.progress import Progress
from boltview.cli.options import CommandParser, add_path, parse
from boltview.cli.session import open_database
from boltview.report.opened import Opened
from boltview.tui.app import BoltviewApp

DOCS = Path(__file__).resolve().parent
FIXTURES = DOCS.parent / "fixtures"
SHOWN_PATH = "/var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db"
NOW = "2026-11-24T00:00:00Z"
"""Some hours after the fixture node; a day after the databases of gc-pairs."""
SIZE = (132, 36)
_PATIENCE = 1_000


class Picture(NamedTuple):
    """One picture: how to get to what it shows."""

    name: str
    keys: tuple[str, ...]
    """Keys as they are pressed; `:PATH` goes to a path."""
    database: str = "containerd-2.4/root"


PICTURES = (
    Picture("browser", (":v1/default/containers/web-1/spec", "z z")),
    Picture("pods", ("2", "j", "j")),
    Picture("garbage", ("9", "j", "j"), "gc-pairs/1.before.db"),
    Picture("hex", (":v1/default/containers/web-1/createdat", "t", "t", "tab", "J", "J", "J")),
    Picture("tour", ("f2", "right", "right", "right", "right")),
)


def open_fixture(database: str) -> Opened:
    """Open a fixture under the path that it has on a node, at a fixed time."""
    parser = CommandParser("browse", "", "")
    add_path(parser)
    arguments = parse(parser, [str(FIXTURES / database), "--at", NOW, "--utc"])
    return open_database(arguments, arguments.path)._replace(path=SHOWN_PATH)


async def draw(picture: Picture) -> str:
    """Return the browser as SVG after some keys."""

    def opened(_: Progress) -> Opened:
        return open_fixture(picture.database)

    app = BoltviewApp(opened, "meta.db")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot, app)
        for key in picture.keys:
            if key.startswith(":"):
                await pilot.press(":", "ctrl+u")
                app.post_message(events.Paste(key[1:]))
                await pilot.press("enter")
            else:
                await pilot.press(*key.split())
            await settle(pilot, app)
        return app.export_screenshot(title="boltview")


async def settle(pilot: Pilot[int], app: BoltviewApp) -> None:
    """Wait until all that was asked for is shown."""
    for _ in range(_PATIENCE):
        await pilot.pause(0.02)
        if app.is_settled:
            await pilot.pause(0.2)
            if app.is_settled:
                return
    raise SystemExit("the browser does not come to rest")


def without_fonts(text: str) -> str:
    """Return the SVG without fonts from the network: a picture must not call anybody."""
    text = re.sub(r"@font-face\s*\{[^}]*\}\s*", "", text)
    text = text.replace("Fira Code", "DejaVu Sans Mono, Menlo, Consolas")
    # Textual numbers its pictures by chance; the same picture is the same file.
    return re.sub(r"terminal-\d+", "terminal", text)


if __name__ == "__main__":
    for each in PICTURES:
        target = DOCS / f"{each.name}.svg"
        made = without_fonts(asyncio.run(draw(each)))
        target.write_text(made, encoding="utf-8")
        print(target.relative_to(DOCS.parent))
