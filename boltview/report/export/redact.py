r"""Redaction: names and values become pseudonyms; shapes, sizes, times and structure stay.

A pseudonym depends on the text and on a salt that is made for each run and kept nowhere, so the
same text has the same one in every table, and references still join. Texts are replaced word by
word, so that `/`, `:`, `=`, quotes and brackets stay where they are; a word of hex digits becomes
one of as many, any other one as long, but at least eight letters.

What stays as it is: numbers, booleans and times; names of fields and whole values that
`vocabulary.py` knows; keys of labels that a glossary of the schemas knows, without what stands for
its `*`; names of tables, kinds and reasons that are this program's own. A number in a document
under a name that is not known is hidden too. Sentences about faults are dropped.
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from boltview.report.export.table import (
    BOOLEAN,
    INTEGER,
    JSON,
    TIME,
    Column,
    Row,
    value_at,
)
from boltview.report.export.vocabulary import ALGORITHMS, FIELDS, VALUES
from boltview.report.objects.shapes import Json

HIDDEN = "(hidden)"
"""Instead of a sentence that could quote anything."""
_WORD = re.compile(r"[^\s/:@,=|&?;\"'{}\[\]()<>%]+")
_HEX = re.compile(r"[0-9a-f]{12,}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")
_BACKEND = re.compile(r"([^/]+)/(\d{1,10})/(.+)", re.DOTALL)
_SHORT_NUMBER = re.compile(r"\d{1,3}")
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_SHORTEST = 8
_REMEMBERED = 1 << 16
_PARTS = 3
"""Of the name of an object: kind, namespace, key."""
_ALWAYS = frozenset({"not there"})
"""Sentences that quote nothing."""


class Redactor:
    """Hides names and values, the same ones in the same way.

    Args:
        salt: what the pseudonyms depend on; who knows it can test guesses.
        globs: patterns of well-known keys, in which `*` stands for anything.
    """

    __slots__ = ("_globs", "_hide", "_known_key", "_salt", "word")

    def __init__(self, salt: bytes, globs: Iterable[str]) -> None:
        """Prepare; nothing is remembered yet."""
        self._salt = hashlib.sha256(salt).digest()
        parts = [glob.split("*") for glob in sorted(globs, key=len, reverse=True)]
        self._globs = [
            (fixed, re.compile("(.*)".join(map(re.escape, fixed)), re.DOTALL)) for fixed in parts
        ]
        self.word = lru_cache(_REMEMBERED)(self._word)
        self._known_key = lru_cache(_REMEMBERED)(self._key)
        self._hide: dict[str, Callable[[object], object]] = {
            "backend": self._backend,
            "drop": lambda _value: None,
            "field": self._field,
            "keep": lambda value: value,
            "key": self._texts,
            "label": self._label,
            "labels": self._labels,
            "message": lambda value: value if value in _ALWAYS or not value else HIDDEN,
            "object": self._object,
            "part": self._part,
            "payload": self._payload,
            "rows": self._payload,
            BOOLEAN: lambda value: value if isinstance(value, bool) else None,
            INTEGER: lambda value: value if isinstance(value, int) else None,
            JSON: self._payload,
            TIME: lambda value: value,
        }

    def row(self, row: Row) -> Row:
        """Return a row of which nothing is left but what its columns say may be."""
        data: Json = {}
        for column in row.table.columns:
            value = value_at(row.data, column.keys)
            if column.name == "faults" and value is not None:
                value = _bare_faults(value)
            elif value is not None:
                value = self._hide.get(column.hide or column.type, self.value)(value)
            _put(data, column, value)
        return Row(row.table, data)

    def value(self, value: object) -> object:
        """Hide a text, unless all of it is a well-known value or a time."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict) and isinstance(value.get("hex"), str):
            return self._hex(value)
        return self._payload(value)

    def text(self, text: str) -> str:
        """Hide a text word by word, unless all of it is a well-known value or a time."""
        if text in VALUES or _TIME.fullmatch(text):
            return text
        return _WORD.sub(lambda match: self.word(match[0]), text)

    def _word(self, word: str) -> str:
        """Return the pseudonym of a word."""
        if word in ALGORITHMS:
            return word
        raw = self._salt + word.encode(errors="surrogatepass")
        if _HEX.fullmatch(word):
            return hashlib.shake_256(raw).hexdigest((len(word) + 1) // 2)[: len(word)]
        noise = hashlib.shake_256(raw).digest(max(len(word), _SHORTEST))
        return "".join(_LETTERS[byte & 31] for byte in noise)

    def _hex(self, value: Json) -> Json:
        """Hide bytes that are not text; their number stays."""
        digits = str(value["hex"])
        noise = hashlib.shake_256(self._salt + digits.encode()).hexdigest(len(digits) // 2)
        return {"hex": noise, "error": HIDDEN} if "error" in value else {"hex": noise}

    def _key(self, key: str) -> str:
        """Hide a key of labels, but for what a glossary knows of it."""
        if key in FIELDS:
            return key
        for fixed, pattern in self._globs:
            match = pattern.fullmatch(key)
            if match:
                free = [*map(self._rest, match.groups()), ""]
                return "".join(part + rest for part, rest in zip(fixed, free, strict=True))
        return self.text(key)

    def _rest(self, text: str) -> str:
        return text if _SHORT_NUMBER.fullmatch(text) else self.text(text)

    def _label(self, key: object) -> object:
        return self._known_key(key) if isinstance(key, str) else self.value(key)

    def _labels(self, labels: object) -> object:
        if not isinstance(labels, dict):
            return self._payload(labels)
        return {self._known_key(key): self.value(text) for key, text in labels.items()}

    def _texts(self, value: object) -> object:
        """Hide a key that may begin with a snapshotter's name."""
        if not isinstance(value, str):
            return self.value(value)
        head, slash, rest = value.partition("/")
        if value not in VALUES and slash and head in VALUES:
            return f"{head}/{self.text(rest)}"
        return self.text(value)

    def _object(self, name: object) -> object:
        """Hide the name of an object, but for its kind and for well-known namespaces."""
        kind, *rest = str(name).split("/", _PARTS - 1)
        parts = [self.text(part) for part in rest[:1]]
        if rest[1:]:
            parts.append(str(self._texts(rest[1]) if kind == "snapshot" else self.text(rest[1])))
        return "/".join([kind, *parts])

    def _backend(self, name: object) -> object:
        """Hide the name that a backend knows something by, but for the number in it."""
        match = _BACKEND.fullmatch(name) if isinstance(name, str) else None
        if match is None:
            return self.value(name)
        return f"{self.text(match[1])}/{match[2]}/{self.text(match[3])}"

    def _field(self, field: object) -> object:
        """Hide what is a name in the place of a reference."""
        if not isinstance(field, str):
            return self.value(field)
        head, slash, rest = field.partition("/")
        if not slash or field == "target/digest":
            return field
        return f"{head}/{self._known_key(rest) if head == 'labels' else self.text(rest)}"

    def _part(self, name: object) -> object:
        head, blank, rest = str(name).partition(" ")
        return f"{head} {self.text(rest)}" if head == "snapshotter" and blank else name

    def _payload(self, value: object) -> object:
        """Hide a document: names that are not known, texts, and numbers without a known name.

        Without recursion: documents nest as deep as their writer likes.
        """
        top: list[object] = [value]
        # Of each place that is still to be hidden: what holds it, and whether its name is known.
        waiting: list[tuple[Any, Any, bool]] = [(top, 0, False)]
        while waiting:
            holder, place, is_known = waiting.pop()
            found = holder[place]
            shaped: object
            if isinstance(found, dict) and isinstance(found.get("hex"), str):
                shaped = self._hex(found)
            elif isinstance(found, dict):
                shaped = inner = {self._known_key(key): item for key, item in found.items()}
                # A name that is kept is a known one.
                waiting += [(inner, key, key in FIELDS) for key in inner]
            elif isinstance(found, list):
                shaped = members = list(found)
                waiting += [(members, index, is_known) for index in range(len(members))]
            elif isinstance(found, str):
                shaped = self.text(found)
            elif found is None or isinstance(found, bool) or is_known:
                continue
            else:
                shaped = 0
            holder[place] = shaped
        return top[0]


def _bare_faults(faults: object) -> object:
    """Return faults without their sentences, which could quote what is at fault."""
    if not isinstance(faults, list):
        return None
    return [{"reason": fault["reason"]} for fault in faults]


def _put(data: Json, column: Column, value: object) -> None:
    """Put a value where its column finds it."""
    place = data
    *above, last = column.keys
    for key in above:
        inner = place.setdefault(key, {})
        if not isinstance(inner, dict):
            return
        place = inner
    place[last] = value
