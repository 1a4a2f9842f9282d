r"""Go's regular expressions (RE2 syntax) for Python's `re`, as far as they differ.

`$` and `\z` mean the end of the text, classes such as `[[:alpha:]]` are known, `\w`, `\d`, `\s` and
`\b` are of ASCII, and what RE2 cannot do (looking around, back references) is refused.
"""

import re

_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "ascii": "\\x00-\\x7F",
    "blank": "\\t ",
    "cntrl": "\\x00-\\x1F\\x7F",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": "!-/:-@\\[-`{-~",
    "space": "\\t\\n\\v\\f\\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
_PIECE = re.compile(
    r"\\Q(?P<literal>.*?)(?:\\E|$)"
    r"|\\(?P<escaped>.)"
    r"|\[:(?P<class>\^?[a-z]+):\]"
    r"|(?P<group>\(\?(?:[=!]|<[=!]|>|\(|#|P=))"
    r"|(?P<flags>\(\?[imsU-]+[:)])"
    r"|(?P<open>\[\^?\]?)"
    r"|(?P<close>\])"
    r"|(?P<possessive>[*+?}]\+)"
    r"|(?P<end>\$)",
    re.DOTALL,
)


class BadRegex(Exception):
    """Go would not compile it, or Python cannot; the message says why."""


def compile_go(pattern: str) -> re.Pattern[str]:
    """Compile a regular expression of Go.

    Raises:
        BadRegex: it is none.
    """
    pieces: list[str] = []
    at = 0
    is_class = is_multiline = False
    for match in _PIECE.finditer(pattern):
        pieces.append(pattern[at : match.start()])
        at = match.end()
        kind, text = match.lastgroup, match[0]
        if kind == "flags":
            is_multiline = is_multiline or "m" in text.partition("-")[0]
        piece = _translate(match, is_class=is_class, is_multiline=is_multiline)
        is_class = (is_class or kind == "open") and not (is_class and kind == "close")
        pieces.append(piece)
    try:
        return re.compile("".join((*pieces, pattern[at:])), re.ASCII)
    except (re.error, RecursionError, OverflowError) as error:
        raise BadRegex(f"{pattern!r}: {error}") from error


def _translate(match: re.Match[str], *, is_class: bool, is_multiline: bool) -> str:
    kind, text = match.lastgroup, match[0]
    if kind == "literal":
        return re.escape(match["literal"])
    if kind == "escaped":
        return _escape(match["escaped"], is_class=is_class)
    if is_class:
        return _in_class(match)
    if kind in {"group", "possessive"} or (kind == "flags" and "U" in text):
        raise BadRegex(f"{text}: not known to Go, or not here")
    return r"\Z" if kind == "end" and not is_multiline else text


def _escape(character: str, *, is_class: bool) -> str:
    if character in "123456789Z":
        raise BadRegex(f"\\{character}: not known to Go")
    return r"\Z" if character == "z" and not is_class else f"\\{character}"


def _in_class(match: re.Match[str]) -> str:
    if match.lastgroup == "class":
        name = match["class"]
        if name not in _CLASSES:
            raise BadRegex(f"{match[0]}: no such class of characters")
        return _CLASSES[name]
    return match[0].replace("[", "\\[") if match.lastgroup == "open" else match[0]
