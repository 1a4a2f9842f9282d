"""How many columns of a terminal text takes: wide characters two, combining ones none."""

from unicodedata import combining, east_asian_width


def cells(text: str) -> int:
    """Return the columns that printable text takes."""
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def fitted(text: str, width: int) -> str:
    """Return text cut to so many columns, with an ellipsis where something is left out."""
    if cells(text) <= width:
        return text
    used = 0
    for index, character in enumerate(text):
        used += _cells_of(character)
        if used >= width:
            return text[:index] + "…"
    return text


def fitted_end(text: str, width: int) -> str:
    """Return the end of a text, cut to so many columns, with an ellipsis for what is left out."""
    if cells(text) <= width:
        return text
    used = 0
    for index in range(len(text) - 1, -1, -1):
        used += _cells_of(text[index])
        if used >= width:
            return "…" + text[index + 1 :]
    return text


def pieces(text: str, width: int) -> list[str]:
    """Break text anywhere so that each piece takes at most so many columns, at least 2."""
    if text.isascii():
        return [text[at : at + width] for at in range(0, max(len(text), 1), width)]
    found, start, used = [], 0, 0
    for index, character in enumerate(text):
        more = _cells_of(character)
        if used + more > width:
            found.append(text[start:index])
            start, used = index, 0
        used += more
    return [*found, text[start:]]


def _cells_of(character: str) -> int:
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
