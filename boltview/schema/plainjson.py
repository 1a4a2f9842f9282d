"""JSON that can be passed on as it stands: checked to be JSON, and safe on a terminal and a line.

Reading a document into Python only to write it again is most of the work of listing many. What is
checked here may be spliced into other JSON; the check is in C, SQLite's where Python has it, or
else Python's own parser.
"""

from collections.abc import Callable

MAX_SPLICED = 1 << 20
"""Characters checked; a larger document takes the long way, which has its own bounds."""


def json_test() -> Callable[[str], bool]:
    """Return the test whether a text is one whole JSON document by RFC 8259.

    It never passes what is none. It may refuse a document that is larger or deeper than most, or
    holds a zero character.
    """
    is_json = _by_sqlite() or _by_parser
    return lambda text: len(text) <= MAX_SPLICED and "\0" not in text and is_json(text)


def is_plain(text: str) -> bool:
    """Whether a text can go to a terminal, as one line, as it stands: ASCII without controls.

    Of JSON this is enough: other control characters cannot stand in it.
    """
    return (
        text.isascii()
        and "\n" not in text
        and "\x7f" not in text
        and "\r" not in text
        and "\t" not in text
    )


def _by_sqlite() -> Callable[[str], bool] | None:
    """Return SQLite's own check (`json_valid`): four times as fast as Python's parser."""
    try:
        import sqlite3

        valid = sqlite3.connect(":memory:").execute
        is_there = valid("SELECT json_valid('{}')").fetchone() == (1,)
    except (ImportError, sqlite3.Error):
        return None
    if not is_there:
        return None
    return lambda text: valid("SELECT json_valid(?)", (text,)).fetchone() == (1,)


def _by_parser(text: str) -> bool:
    from boltview.schema.strictjson import decode_json
    from boltview.schema.values import Undecodable

    try:
        decode_json(text.encode())
    except Undecodable:
        return False
    return True
