"""JSON that can be passed on as it stands: checked to be JSON, and safe on a terminal and a line.

Reading a document into Python only to write it again is most of the work of listing many. What is
checked here may be spliced into other JSON; the check is in C, SQLite's where Python has it, or
else Python's own parser.
"""

from collections.abc import Callable

MAX_SPLICED = 1 << 20
"""Characters checked; a larger document takes the long way, which has its own bounds."""
AT_ONCE = 64
"""Texts that can be checked together; asking costs as much as checking a small one."""


def json_test() -> Callable[[list[str]], bool]:
    """Return the test whether each of some texts is one whole JSON document by RFC 8259.

    It never passes what is none. It may refuse a document that is larger or deeper than most, or
    holds a zero character.
    """
    are_json = _by_sqlite() or _by_parser
    return lambda texts: (
        all(len(text) <= MAX_SPLICED and "\0" not in text for text in texts) and are_json(texts)
    )


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


def _by_sqlite() -> Callable[[list[str]], bool] | None:
    """Return SQLite's own check (`json_valid`): three times as fast as Python's parser."""
    try:
        import sqlite3
    except ImportError:
        return None
    ask = sqlite3.connect(":memory:").execute
    try:
        ask("SELECT json_valid('{}')")
    except sqlite3.OperationalError:
        # Built without its JSON functions, as before 3.38 it could be.
        return None
    questions = [
        "SELECT " + " AND ".join(["1"] + ["json_valid(?)"] * n) for n in range(AT_ONCE + 1)
    ]
    return lambda texts: (
        len(texts) <= AT_ONCE and ask(questions[len(texts)], texts).fetchone() == (1,)
    )


def _by_parser(texts: list[str]) -> bool:
    from boltview.schema.strictjson import decode_json
    from boltview.schema.values import Undecodable

    try:
        for text in texts:
            decode_json(text.encode())
    except Undecodable:
        return False
    return True
