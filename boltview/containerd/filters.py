"""containerd's filter language: `labels.app==web`, `name~=^docker`, `kind!=view,parent`.

A filter is a list of selectors joined by commas, all of which must hold; of several filters one is
enough. A selector is a field path alone (the field is present), or a field path, one of `==`, `!=`
and `~=`, and a value. Grammar from containerd `pkg/filters`.
"""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from boltview.containerd.goregex import BadRegex, compile_go

Fields = Callable[[list[str]], str | None]
"""Gives the value of a field path of an object, None if it is not present."""
Filter = Callable[[Fields], bool]

_BLANK = re.compile(r"\s+")
_OPERATOR = re.compile("[=!~]+")
_FIELD = re.compile("[A-Za-z0-9_]+")
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\.)*"|/(?:[^/\\\n]|\\.)*/|\|(?:[^|\\\n]|\\.)*\|')
_ESCAPE = re.compile(
    r"\\(?:([abfnrtv\\])|([0-7]{3})|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))",
    re.DOTALL,
)
_NAMED = dict(zip("abfnrtv\\", "\a\b\f\n\r\t\v\\", strict=True))
_QUOTES = '"/|'
_SEPARATORS = ",."
_LAST_CODE_POINT = 0x10FFFF
_LAST_BYTE = 0xFF
_SURROGATES = range(0xD800, 0xE000)


class BadFilter(Exception):
    """A filter does not follow the grammar; the message says where."""


class Selector(NamedTuple):
    """One condition."""

    path: list[str]
    operator: str
    """`==`, `!=`, `~=`, or empty: the field is present."""
    value: str = ""

    def matches(self, fields: Fields) -> bool:
        """Whether an object fulfils it; a field that is not present reads as empty."""
        value = fields(self.path)
        match self.operator:
            case "==":
                return value == self.value
            case "!=":
                return (value or "") != self.value
            case "~=":
                return _search(self.value, value or "")
            case _:
                return value is not None


def parse_all(texts: Iterable[str]) -> Filter:
    """Return a filter that holds when one of these does; without any, it always holds.

    Raises:
        BadFilter: one does not follow the grammar.
    """
    alternatives = [parse(text) for text in texts]
    if not alternatives:
        return lambda _fields: True
    return lambda fields: any(
        all(selector.matches(fields) for selector in selectors) for selectors in alternatives
    )


def parse(text: str) -> list[Selector]:
    """Parse one filter; an empty one has no conditions.

    Raises:
        BadFilter: it does not follow the grammar.
    """
    return _Parser(text).selectors() if text else []


def _search(pattern: str, value: str) -> bool:
    try:
        return compile_go(pattern).search(value) is not None
    except BadRegex:
        # As the daemon does: it notes the fault in its log and finds nothing.
        return False


class _Parser:
    """Reads a filter from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def selectors(self) -> list[Selector]:
        found = [self._selector()]
        while self._at < len(self._text):
            if self._text[self._at] != ",":
                raise self._fault(self._at, "unexpected input")
            self._at += 1
            found.append(self._selector())
        return found

    def _selector(self) -> Selector:
        path = [self._field()]
        while self._text.startswith(".", self._at):
            self._at += 1
            path.append(self._field())
        if self._at == len(self._text) or self._text[self._at] == ",":
            return Selector(path, "")
        operator = self._operator()
        return Selector(path, operator, self._value(is_pattern=operator == "~="))

    def _field(self) -> str:
        start = self._start()
        if self._text[start : start + 1] in {*_QUOTES}:
            return self._quoted(start, '"')
        return self._take(_FIELD, start, "expected field or quoted")

    def _operator(self) -> str:
        start = self._start()
        found = self._take(_OPERATOR, start, 'expected an operator ("=="|"!="|"~=")')
        if found not in {"==", "!=", "~="}:
            raise self._fault(start, f'unsupported operator "{found}"')
        return found

    def _value(self, *, is_pattern: bool) -> str:
        start = self._start()
        first = self._text[start : start + 1]
        if first and first in _QUOTES:
            return self._quoted(start, _QUOTES if is_pattern else '"')
        if not first or first in _SEPARATORS or _OPERATOR.match(first):
            raise self._fault(start, "expected value or quoted")
        end = start
        while end < len(self._text) and _is_value(self._text[end]):
            end += 1
        if end == start:
            raise self._fault(start, "expected value or quoted")
        self._at = end
        return self._text[start:end]

    def _quoted(self, start: int, allowed: str) -> str:
        match = _QUOTED.match(self._text, start)
        if match is None:
            raise self._fault(start, "quoted literal not terminated")
        quote = self._text[start]
        if quote not in allowed:
            raise self._fault(start, "invalid quote encountered")
        self._at = match.end()
        return self._unquote(match[0][1:-1], quote, start)

    def _unquote(self, text: str, quote: str, start: int) -> str:
        def replace(match: re.Match[str]) -> str:
            named, octal, byte, short, long, other = match.groups()
            if named:
                return _NAMED[named]
            if other:
                if other != quote:
                    raise self._fault(start, "unquoting failed: quote syntax error")
                return quote
            code = int(octal, 8) if octal else int(byte or short or long, 16)
            if code > (_LAST_BYTE if octal else _LAST_CODE_POINT):
                raise self._fault(start, "unquoting failed: quote syntax error")
            if octal or byte:
                # A byte of its own, perhaps no UTF-8, as keys are held in objects.
                return bytes([code]).decode(errors="surrogateescape")
            return "\ufffd" if code in _SURROGATES else chr(code)

        replaced = _ESCAPE.sub(replace, text)
        return replaced.encode(errors="surrogateescape").decode(errors="surrogateescape")

    def _start(self) -> int:
        """Skip blanks; they may stand before fields, operators and values."""
        blank = _BLANK.match(self._text, self._at)
        return blank.end() if blank else self._at

    def _take(self, pattern: re.Pattern[str], start: int, wanted: str) -> str:
        match = pattern.match(self._text, start)
        if match is None:
            raise self._fault(start, wanted)
        self._at = match.end()
        return match[0]

    def _fault(self, at: int, what: str) -> BadFilter:
        text = self._text
        place = f"{text[:at]} >|{text[at]}|< {text[at + 1 :]}" if at < len(text) else text
        return BadFilter(f"filters: parse error: [{place}]: {what}")


def _is_value(character: str) -> bool:
    """Whether an unquoted value may hold it: anything visible but a comma."""
    return character != "," and character.isprintable() and not character.isspace()
