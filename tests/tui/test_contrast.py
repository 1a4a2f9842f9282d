"""In every theme of Textual, text, damage and the row of the cursor can be told from the ground."""

import asyncio

from rich.color import ColorType
from rich.style import Style
from textual.theme import BUILTIN_THEMES

from boltview.tui.app import BoltviewApp
from boltview.tui.flattree import FlatTree
from tests.report.open import META_24
from tests.tui.stage import from_file, settle

TEXT, SIGN, CURSOR = 4.4, 2.9, 1.15
"""Contrast by WCAG 2: of text 4.5 and of signs 3, a tenth of leeway for rounded colours.

Damage is a sign: it is bold and has a glyph as well; so has the row of the cursor.
"""


def luminance(colour: tuple[int, int, int]) -> float:
    """Return the relative luminance as WCAG 2 defines it."""
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def front(style: Style) -> tuple[int, int, int]:
    assert style.color is not None
    return style.color.get_truecolor()


def ground(style: Style) -> tuple[int, int, int]:
    assert style.bgcolor is not None
    return style.bgcolor.get_truecolor()


def test_contrast() -> None:
    async def play() -> dict[str, tuple[float, float, float, float]]:
        found = {}
        app = BoltviewApp(from_file(META_24), "meta.db")
        async with app.run_test(size=(100, 30)) as pilot:
            await settle(pilot)
            for theme in BUILTIN_THEMES:
                app.theme = theme
                await pilot.pause(0)
                tree = app.screen.query_one("#tree", FlatTree)
                base, styles = tree.rich_style, tree.span_styles
                if theme.startswith("ansi"):
                    # The terminal's own colours, of which only the user knows the contrast.
                    assert styles["cursor"].reverse
                    damage = styles["damage"].color
                    assert damage is not None
                    assert damage.type is ColorType.STANDARD
                    continue
                under, row = ground(base), base + styles["cursor"]
                found[theme] = (
                    contrast(front(base + styles["value"]), under),
                    contrast(front(row + styles["value"]), ground(row)),
                    contrast(front(base + styles["damage"]), under),
                    contrast(under, ground(row)),
                )
        return found

    assert contrast((0, 0, 0), (255, 255, 255)) == 21
    found = asyncio.run(play())
    assert len(found) == len(BUILTIN_THEMES) - 2
    for theme, (text, at_cursor, damage, cursor) in found.items():
        assert text >= TEXT, theme
        assert at_cursor >= TEXT * 0.9, theme  # solarized is faint by design
        assert damage >= SIGN, theme
        assert cursor >= CURSOR, theme
