"""The path of a carved record: where it was, how that was told, and how sure it is.

Three witnesses: pointers that lead to the record's page, what the record says of itself, and what
stands beside it. Pointers alone err when a page was used again; a record alone may not say all.
"""

from collections.abc import Iterator
from typing import NamedTuple

from boltview.bolt.bucket import Bucket
from boltview.bolt.bulk import Contents
from boltview.bolt.errors import Damage
from boltview.bolt.revision import Revision
from boltview.forensics.grammar import NOT_TOLD, Grammar, Kind, Path
from boltview.forensics.pointers import Pointers
from boltview.forensics.telling import Told, told
from boltview.forensics.whereabouts import Whereabouts
from boltview.schema.model import is_placeholder

HIGH, MEDIUM, LOW, NONE = "high", "medium", "low", "none"
UNATTRIBUTED = "unattributed"
_NAMESPACE = "<namespace>"
_MOST_NAMES = 1000


class Attribution(NamedTuple):
    """Where a record was."""

    path: Path
    """Its bucket; `NOT_TOLD` for components that cannot be told."""
    by: str
    """How it was told; `unattributed` if it was not."""
    confidence: str
    """`high`, `medium`, `low`, or `none`."""
    others: tuple[Path, ...] = ()
    """Other paths that cannot be ruled out."""


class Live:
    """The tree of the current revision, asked for single records."""

    def __init__(self, revision: Revision) -> None:
        """Ask this revision."""
        self.revision = revision
        self._buckets: dict[Path, Bucket | None] = {(): revision.root}

    def get(self, path: Path) -> object:
        """Return the entry at a path; None if there is none, a `Damage` if that is in doubt."""
        if not path:
            return self.revision.root
        holder = self._bucket(path[:-1])
        return holder.get(path[-1]) if isinstance(holder, Bucket) else holder

    def _bucket(self, path: Path) -> Bucket | Damage | None:
        if path not in self._buckets:
            found = self.get(path)
            if isinstance(found, Damage):
                return found
            if len(self._buckets) > _MOST_NAMES:
                self._buckets = {(): self.revision.root}
            self._buckets[path] = found if isinstance(found, Bucket) else None
        return self._buckets[path]


class Names:
    """Names that placeholders such as `<namespace>` are known to stand for."""

    def __init__(self, grammar: Grammar, root: Bucket) -> None:
        """Take those in use now."""
        self._found: dict[str, dict[bytes, None]] = {}
        self._grammar = grammar
        for kind in grammar.kinds:
            for path in _collections(kind, root):
                self.learn(kind, path)

    def learn(self, kind: Kind, path: Path) -> None:
        """Take the names on the path of a bucket that holds objects of a kind."""
        for part, key in zip(kind.field.pattern, path, strict=False):
            if is_placeholder(part) and key:
                known = self._found.setdefault(part, {})
                if len(known) < _MOST_NAMES:
                    known[key] = None

    def only(self, part: str) -> bytes:
        """Return the one name known for a placeholder; `NOT_TOLD` if there are several or none."""
        known = self._found.get(part, {})
        return next(iter(known)) if len(known) == 1 else NOT_TOLD

    def of(self, part: str) -> list[bytes]:
        """Return the names known for a placeholder."""
        return list(self._found.get(part, {}))


def _collections(kind: Kind, root: Bucket) -> Iterator[Path]:
    """Yield the paths of the buckets in which objects of a kind lie, as far as the tree has any."""
    waiting: list[tuple[Bucket, int]] = [(root, 0)]
    pattern = kind.field.pattern[:-1]
    while waiting:
        bucket, depth = waiting.pop()
        if depth == len(pattern):
            yield bucket.path
        elif is_placeholder(pattern[depth]):
            for number, entry in enumerate(bucket.entries()):
                if isinstance(entry, Bucket):
                    waiting.append((entry, depth + 1))
                if number > _MOST_NAMES:
                    break
        else:
            below = bucket.get(pattern[depth].encode())
            if isinstance(below, Bucket):
                waiting.append((below, depth + 1))


class Attributor:
    """Tells the paths of records."""

    def __init__(
        self, grammar: Grammar, where: Whereabouts, pointers: Pointers, live: Live
    ) -> None:
        """Keep the witnesses."""
        self._grammar = grammar
        self._where = where
        self._known_keys = pointers.names
        self._live = live
        self.names = Names(grammar, live.revision.root)

    def record(self, kind: Kind, root: int, contents: Contents) -> Attribution:
        """Tell the path of a record with pages of its own.

        Args:
            kind: its kind.
            root: its root page.
            contents: what it holds.
        """
        said = told(kind.name, contents)
        paths = [
            place.path for place in self._where.of(root) if self._grammar.at(place.path) is kind
        ]
        agreeing = [path for path in paths if self._agrees(kind, path, said)]
        if agreeing:
            return Attribution(agreeing[0], f"pointer, {said.by}", HIGH)
        if said.key and paths and said.has_aliases:
            others = (*paths[1:], (*paths[0][:-1], said.key))
            return Attribution(paths[0], "pointer", LOW if paths[1:] else MEDIUM, others)
        if said.key and (not paths or self._is_known(kind, said)):
            return self._by_itself(kind, said, paths)
        within = [path for path in paths if _holds(contents, path[-1])]
        if len(within) == 1:
            return Attribution(within[0], "pointer, its own bytes", HIGH)
        if paths:
            others = tuple(paths[1:])
            return Attribution(paths[0], "pointer", LOW if others else MEDIUM, others)
        return self._by_itself(kind, said, paths)

    def entry(
        self, kind: Kind, holder: Path, how: str, key: bytes, contents: Contents
    ) -> Attribution:
        """Tell the path of an entry of a bucket that holds objects of a kind.

        Args:
            kind: the kind.
            holder: path of that bucket, with `NOT_TOLD` where it is not known.
            how: how that path was told; empty if it was not.
            key: the entry's key.
            contents: what it holds.
        """
        said = told(kind.name, contents)
        path = (*holder, key)
        if how and NOT_TOLD not in path:
            return Attribution(path, how, HIGH if self._agrees(kind, path, said) else MEDIUM)
        if said.namespace and said.key in {key, NOT_TOLD}:
            return self._by_itself(kind, said._replace(key=key), [])
        return self._by_itself(kind, Told(NOT_TOLD, key, by="its key"), [])

    def _agrees(self, kind: Kind, path: Path, said: Told) -> bool:
        """Whether a record says nothing else of itself than a path, and something."""
        names = dict(zip(kind.field.pattern, path, strict=True))
        namespace = names.get(_NAMESPACE, NOT_TOLD)
        return said.key == path[-1] and said.namespace in {namespace, NOT_TOLD}

    def _is_known(self, kind: Kind, said: Told) -> bool:
        """Whether what a record says of itself is to be believed against a pointer."""
        if said.is_sure and said.namespace in self.names.of(_NAMESPACE):
            return True
        return hash(said.key) in self._known_keys or bool(
            said.namespace and self._live.get(kind.path({_NAMESPACE: said.namespace}, said.key))
        )

    def _by_itself(self, kind: Kind, said: Told, paths: list[Path]) -> Attribution:
        """Tell a path from the record, and what it leaves open from what is known otherwise."""
        by = [said.by] if said.by else []
        confidence = HIGH if said.is_sure else MEDIUM if said.key else NONE
        names: dict[str, bytes] = {}
        for part in kind.field.pattern[:-1]:
            if not is_placeholder(part):
                continue
            at = kind.field.pattern.index(part)
            pointed = {path[at] for path in paths}
            if part == _NAMESPACE and said.namespace:
                names[part] = said.namespace
            elif len(pointed) == 1:
                names[part] = pointed.pop()
                by.append("pointer")
            elif only := self.names.only(part):
                names[part] = only
                by.append(f"the only {part.strip('<>')}")
                confidence = LOW if confidence != NONE else NONE
            else:
                names[part] = NOT_TOLD
                confidence = LOW if confidence != NONE else NONE
        path = kind.path(names, said.key)
        is_told = any(names.values()) or bool(said.key)
        return Attribution(path, ", ".join(by) if is_told else UNATTRIBUTED, confidence)


def _holds(contents: Contents, key: bytes) -> bool:
    """Whether a key's bytes stand somewhere in a record's values."""
    return any(
        key in value if isinstance(value, bytes) else _holds(value or {}, key)
        for value in contents.values()
    )
