r"""The one place where bytes from a database become printable text.

Keys and values are hostile: an escape sequence in a label would otherwise reach the terminal. What
Python does not call printable (control characters, bidi overrides, zero-width characters, lone
surrogates, unassigned code points) is written as `\n`, `\x1b`, `\u202e`. A backslash that could be
taken for such an escape is doubled, so that two different texts never look the same.
"""

import re

_FORMULA_STARTS = frozenset("=+-@\t\r＝＋－＠")  # noqa: RUF001  Excel takes the wide forms too
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_BACKSLASH = "\\"
_ESCAPE_LETTERS = frozenset("nrtuUx\\")
_READABLE_SHARE = 0.75
_ASCII_MAX = 0x7F
_BMP_MAX = 0xFFFF
_FIRST_MARK, _LAST_MARK = 0xDC80, 0xDCFF
"""Code points by which `surrogateescape` marks bytes 0x80..0xFF that are not UTF-8."""


def escape(text: str) -> str:
    """Return `text` as one printable line."""
    if text.isprintable() and _BACKSLASH not in text:
        return text
    return _escaped(text, bytes_marked=False)


def escape_bytes(raw: bytes) -> str:
    r"""Return bytes as one printable line: UTF-8 where it is valid, `\xff` where it is not."""
    try:
        return escape(raw.decode())
    except UnicodeDecodeError:
        return _escaped(raw.decode(errors="surrogateescape"), bytes_marked=True)


def spreadsheet_cell(text: str) -> str:
    """Return escaped text that no spreadsheet takes for a formula: a quote goes before it.

    Numbers are left alone. Text that has such a quote already gets another, so that one quote less
    is always the text.
    """
    if text.lstrip("'")[:1] in _FORMULA_STARTS and not _NUMBER.fullmatch(text):
        return "'" + text
    return text


def body_name(text: str) -> str:
    """Return escaped text as the name in a body file, whose fields `|` parts.

    mactime undoes `%XX`, so that sign is written so as well.
    """
    return text.replace("%", "%25").replace("|", "%7C")


def reads_as_text(raw: bytes) -> bool:
    """Whether bytes are better shown as (escaped) text than as hex: mostly printable UTF-8."""
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        return False
    readable = sum(character.isprintable() or character in _SHORT for character in text)
    return readable >= len(text) * _READABLE_SHARE


def _escaped(text: str, *, bytes_marked: bool) -> str:
    return "".join(
        _escape_character(character, after, bytes_marked=bytes_marked)
        for character, after in zip(text, text[1:] + " ", strict=True)
    )


def _escape_character(character: str, after: str, *, bytes_marked: bool) -> str:
    if character == _BACKSLASH:
        return "\\\\" if after in _ESCAPE_LETTERS or not after.isprintable() else character
    if character.isprintable():
        return character
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    if bytes_marked and _FIRST_MARK <= code <= _LAST_MARK:
        return f"\\x{code - _FIRST_MARK + 0x80:02x}"
    if code <= _ASCII_MAX:
        return f"\\x{code:02x}"
    # U+0080..U+00FF are \u0085, so that \x85 always means a byte.
    return f"\\u{code:04x}" if code <= _BMP_MAX else f"\\U{code:08x}"
