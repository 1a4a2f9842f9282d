"""Pictures of the screen as SVG: nothing in them is fetched from anywhere."""

import re

_FONT = re.compile(r"@font-face\s*\{[^}]*\}\s*")


def without_fonts(svg: str) -> str:
    """Return a picture without the fonts that it would load from the network; others are named."""
    return _FONT.sub("", svg)
