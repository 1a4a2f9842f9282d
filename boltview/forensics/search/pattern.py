"""What is looked for: a text, a regular expression or the beginning of a digest, matched on bytes.

Keys, raw values and decoded text (as UTF-8) are all matched as bytes, so one rule holds for all of
them: `.` is one byte, as for `grep -a` in the C locale.
"""

import re
import warnings
from typing import NamedTuple

_DIGEST = re.compile(r"(?:(sha256|sha384|sha512):)?([0-9a-f]*)")
_ALGORITHMS = (b"sha256", b"sha384", b"sha512")
_ASCII_END = 0x80


class BadPattern(Exception):
    """It cannot be looked for; the message says why."""


class Pattern(NamedTuple):
    """What is looked for."""

    regex: "re.Pattern[bytes]"
    """Matches it within a key, a value, or a piece of decoded text."""
    needles: tuple[bytes, ...]
    """Every match begins with one of these; none if that is not known."""
    is_folded: bool
    """Whether ASCII letters match in either case; the needles are in small ones then."""

    def find(self, raw: bytes) -> tuple[int, int] | None:
        """Return where the first match begins and ends; None if there is none."""
        if self.needles and not self.may_be_in(raw):
            return None
        match = self.regex.search(raw)
        return match.span() if match else None

    def may_be_in(self, raw: bytes) -> bool:
        """Whether bytes hold a needle; without it they hold no match."""
        if self.is_folded:
            raw = raw.lower()
        return not self.needles or any(needle in raw for needle in self.needles)

    def may_match(self, alphabet: frozenset[int]) -> bool:
        """Whether a text of these characters alone can match.

        Args:
            alphabet: the characters; letters in both cases if in any.
        """
        return not self.needles or any(alphabet.issuperset(needle) for needle in self.needles)


def literal(text: str, *, ignore_case: bool = False) -> Pattern:
    """Return the pattern of a text that is looked for as it stands.

    Args:
        text: the text.
        ignore_case: whether letters match in either case.
    """
    raw = _encoded(text)
    if not ignore_case:
        return Pattern(re.compile(re.escape(raw)), (raw,), is_folded=False)
    regex = re.compile(b"".join(map(_either_case, text)), re.IGNORECASE)
    needles = (raw.lower(),) if raw.isascii() else ()
    return Pattern(regex, needles, is_folded=True)


def expression(text: str, *, ignore_case: bool = False) -> Pattern:
    """Return the pattern of a regular expression, in Python's syntax.

    Raises:
        BadPattern: it is none.
    """
    with warnings.catch_warnings():
        # What Python will read differently some day is no matter of the user's.
        warnings.simplefilter("ignore")
        try:
            regex = re.compile(_of_bytes(text, ignore_case), re.IGNORECASE if ignore_case else 0)
        except (re.error, OverflowError, RecursionError) as error:
            raise BadPattern(f"not a regular expression: {error}") from error
    return Pattern(regex, (), is_folded=ignore_case)


def digest(text: str) -> Pattern:
    """Return the pattern of digests that begin so, with or without their algorithm.

    Raises:
        BadPattern: no digest begins so.
    """
    match = _DIGEST.fullmatch(text.lower())
    if match is None or not match[2]:
        raise BadPattern("not the beginning of a digest: sha256: and hex digits, or these alone")
    digits = match[2].encode()
    algorithms = (match[1].encode(),) if match[1] else _ALGORITHMS
    regex = re.compile(b"(?:%s):%s[0-9a-f]*" % (b"|".join(algorithms), digits))
    needles = tuple(b"%s:%s" % (algorithm, digits) for algorithm in algorithms)
    return Pattern(regex, needles, is_folded=False)


def _encoded(text: str) -> bytes:
    """Return the bytes of a text; what came as bytes that are not UTF-8 comes back as they were."""
    return text.encode(errors="surrogateescape")


def _either_case(character: str) -> bytes:
    """Return an expression for a character in any case; bytes know only that of ASCII letters."""
    cases = (character, character.lower(), character.upper())
    forms = {_encoded(form) for form in cases if len(form) == 1}
    if len(forms) == 1 or character.isascii():
        return re.escape(_encoded(character))
    return b"(?:%s)" % b"|".join(re.escape(form) for form in sorted(forms))


def _of_bytes(text: str, ignore_case: bool) -> bytes:  # noqa: FBT001 - a flag of its only caller
    """Turn an expression over characters into one over bytes.

    Raises:
        BadPattern: a class holds a character that is more than one byte.
    """
    pieces: list[bytes] = []
    in_class = is_escaped = False
    begins = -1
    for at, character in enumerate(text):
        if ord(character) >= _ASCII_END:
            raw = _encoded(character)
            if in_class and len(raw) > 1:
                what = f"{character!r} within [ ] is more than one byte; write (?:…|…) instead"
                raise BadPattern(f"not a regular expression: {what}")
            if is_escaped:
                # It means itself in any case, and behind the backslash there will be a group.
                pieces.pop()
            piece = _either_case(character) if ignore_case else raw
            pieces.append(piece if len(raw) == 1 else b"(?:%s)" % piece)
            is_escaped = False
            continue
        pieces.append(character.encode())
        if is_escaped:
            is_escaped = False
        elif character == "\\":
            is_escaped = True
        elif in_class:
            # A bracket right behind the opening one stands for itself.
            in_class = character != "]" or at == begins
        elif character == "[":
            in_class = True
            begins = at + (2 if text[at + 1 : at + 2] == "^" else 1)
    return b"".join(pieces)
