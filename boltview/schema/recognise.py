"""Which schema a database follows, told by its content and never by its file name."""

from collections.abc import Iterable, Iterator

from boltview.bolt.bucket import Bucket, Pair
from boltview.bolt.revision import Revision
from boltview.schema.parse import Head, Rule

_TRIED = 64
"""Buckets tried for a `*`: a namespace with a telling content is found long before."""


def recognise(revision: Revision, heads: Iterable[Head], path: str = "") -> Head | None:
    """Return the head of the schema that fits best, None if none fits.

    Args:
        revision: the tree to judge.
        heads: the schemas to choose from; of two that fit equally well the later one is taken.
        path: where the file lies, which decides for a database without any bucket.
    """
    best: tuple[int, Head] | None = None
    is_empty = next(revision.root.entries(), None) is None
    for head in heads:
        scores = [rule.score for rule in head.rules if _holds(revision.root, rule)]
        if is_empty and path.endswith(head.empty_paths or ("\0",)):
            scores.append(1)
        if scores and (best is None or max(scores) >= best[0]):
            best = max(scores), head
    return best[1] if best else None


def _holds(root: Bucket, rule: Rule) -> bool:
    return all(_exists(root, pattern) for pattern in rule.has) and all(
        _has_only(root, bucket, names) for bucket, names in rule.only.items()
    )


def _exists(root: Bucket, pattern: str) -> bool:
    components = pattern.removesuffix("/").split("/")
    wanted = Bucket if pattern.endswith("/") else Pair
    return any(isinstance(entry, wanted) for entry in _matches(root, components))


def _matches(bucket: Bucket, components: list[str]) -> Iterator[Bucket | Pair]:
    """Yield what a pattern names; only buckets are descended into."""
    first, *rest = components
    for entry in _children(bucket, first):
        if not rest:
            yield entry
        elif isinstance(entry, Bucket):
            yield from _matches(entry, rest)


def _children(bucket: Bucket, component: str) -> Iterator[Bucket | Pair]:
    if component != "*":
        for name in component.split("|"):
            entry = bucket.get(name.encode())
            if isinstance(entry, Bucket | Pair):
                yield entry
        return
    tried = 0
    for entry in bucket.entries():
        if isinstance(entry, Bucket):
            yield entry
            tried += 1
            if tried == _TRIED:
                return


def _has_only(root: Bucket, path: str, names: frozenset[bytes]) -> bool:
    buckets = list(_matches(root, path.split("/")))
    return bool(buckets) and all(_holds_only(bucket, names) for bucket in buckets)


def _holds_only(bucket: Bucket | Pair, names: frozenset[bytes]) -> bool:
    """Whether a bucket has entries, and none of another name."""
    if not isinstance(bucket, Bucket):
        return False
    seen = 0
    for entry in bucket.entries():
        if not isinstance(entry, Bucket | Pair) or entry.key not in names:
            return False
        seen += 1
    return seen > 0
