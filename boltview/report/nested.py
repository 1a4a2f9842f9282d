"""Two JSON values compared field by field, for what lies deep in a spec or in a list."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

Step = str | int
"""A key of an object, or a place in a list."""
_BARE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
_LONGEST_LIST = 500
"""Items of lists that are aligned; longer ones are compared place by place."""
_DEEPEST_LIST = 32
"""Steps down to lists that are aligned: comparing two items looks at all that is in them."""


class Absent:
    """Stands on the side that has no such field."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Show what it is."""
        return "ABSENT"


ABSENT = Absent()


class FieldChange(NamedTuple):
    """One field that differs."""

    path: tuple[Step, ...]
    """Empty for the whole value; a place in a list is that after, or before if it is gone."""
    before: object
    after: object


def field_changes(before: object, after: object) -> Iterator[FieldChange]:
    """Yield the innermost fields that differ, in order; without recursion.

    Args:
        before: what `json.loads` could have returned.
        after: the same.
    """
    waiting: list[FieldChange] = [FieldChange((), before, after)]
    while waiting:
        path, old, new = pair = waiting.pop()
        if isinstance(old, dict) and isinstance(new, dict):
            keys = [*old, *(key for key in new if key not in old)]
            inner = [
                FieldChange((*path, str(key)), old.get(key, ABSENT), new.get(key, ABSENT))
                for key in keys
            ]
            waiting += reversed(inner)
        elif isinstance(old, list) and isinstance(new, list):
            waiting += reversed(list(_items(path, old, new)))
        elif not _equal(old, new):
            yield pair


def field_text(path: Sequence[Step]) -> str:
    """Return the way to a field as one writes it for jq: `process.env[3]`, `"a.b"`; escaped."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
            continue
        from boltview.report.jsontext import dumps

        name = step if step and _BARE.issuperset(step) else dumps(step)
        text += f".{name}" if text else name
    return text


def _items(path: tuple[Step, ...], old: list[object], new: list[object]) -> Iterator[FieldChange]:
    """Pair the items of two lists: what stands between the same neighbours belongs together."""
    is_deep = len(path) > _DEEPEST_LIST
    for tag, first, last, start, stop in _stretches(old, new, is_deep=is_deep):
        if tag == "equal":
            continue
        paired = min(last - first, stop - start)
        for nth in range(paired):
            yield FieldChange((*path, start + nth), old[first + nth], new[start + nth])
        for index in range(first + paired, last):
            yield FieldChange((*path, index), old[index], ABSENT)
        for index in range(start + paired, stop):
            yield FieldChange((*path, index), ABSENT, new[index])


def _stretches(
    old: list[object], new: list[object], *, is_deep: bool
) -> Sequence[tuple[str, int, int, int, int]]:
    """Return what differs in two lists as `difflib` does."""
    if is_deep or max(len(old), len(new)) > _LONGEST_LIST:
        return [("replace", 0, len(old), 0, len(new))]
    from difflib import SequenceMatcher

    from boltview.report.jsontext import dumps

    one, other = list(map(dumps, old)), list(map(dumps, new))
    matcher: SequenceMatcher[str] = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.get_opcodes()


def _equal(old: object, new: object) -> bool:
    # JSON's true is no 1, and neither is 1.0.
    return type(old) is type(new) and old == new
