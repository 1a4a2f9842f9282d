"""What each unused page can be: an object's bucket, a bucket of objects, or keys and values."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from boltview.bolt.bucket import Bucket
from boltview.bolt.bulk import BulkReader, Contents
from boltview.bolt.meta import Meta
from boltview.bolt.page import Origin
from boltview.bolt.progress import Progress
from boltview.forensics.assemble import Assembled, Assembler
from boltview.forensics.attribute import MEDIUM, Attribution, Attributor, Live
from boltview.forensics.fragments import Fragment, joined
from boltview.forensics.grammar import NOT_TOLD, Grammar, Kind, Path
from boltview.forensics.loose import Loose, LoosePair
from boltview.forensics.pointers import Pointers
from boltview.forensics.reachable import Reachable
from boltview.forensics.stale import Stale
from boltview.forensics.telling import told
from boltview.forensics.whereabouts import Place, Whereabouts
from boltview.schema.decode import Decoding
from boltview.schema.model import Schema

_EVERY = 256
_MOST_GUESSED = 32
"""Pages of an object that tells what the bucket above it holds: what has more is none."""
_MOST_OF_FRAGMENT = 128
"""Pages that tell what kind of object a page begins: a wrong pointer can lead to very many."""
_MOST_LOOKED_UP = 8
"""Keys of a leaf that are looked for in the tree to tell its bucket."""


class Find(NamedTuple):
    """An object that was found; its bytes stay in the file."""

    kind: Kind
    attribution: Attribution
    pages: tuple[int, ...]
    """Pages that it begins on: several if it was joined from fragments; none for an entry."""
    entry: tuple[int, int]
    """Page and element of an entry of another bucket; (0, 0) for pages of its own."""
    origin: Origin
    is_complete: bool
    fields: frozenset[int]
    """A hash of each key with its content."""
    updated: bytes
    created: bytes

    def order(self) -> tuple[object, ...]:
        """Sort by kind and path, older versions first."""
        field = self.kind.field
        path = self.attribution.path
        return (field.object, field.pattern, path, self.updated, self.created, self.origin.page)


class Finds:
    """The search through the unused pages of a file.

    Attributes:
        pointers: what leads where among them.
        live: the tree, for comparison.
        folded: how often something was found that is in the tree, or was found before.
    """

    def __init__(
        self,
        schema: Schema | None,
        decoding: Decoding,
        found: Reachable,
        previous: Meta | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Read all unused pages once, for what leads where.

        Args:
            schema: what is known of this kind of database; None for an unknown kind.
            decoding: decodes values.
            found: which pages are in use.
            previous: the meta of another revision, whose root page is known by it.
            progress: told how many pages were done.
        """
        self._grammar = Grammar(schema, decoding)
        self._assembler = Assembler(found)
        self._layout = found.space.layout
        self._total = len(found.space.used)
        self._progress = progress
        self._cleared = list(found.cleared)
        self.pointers = Pointers(found, progress)
        revision = found.survey.revision
        self.live = Live(revision)
        # Without a tree its own names must do; beside one they would only mislead.
        is_bare = next(revision.root.entries(), None) is None
        roots = self._grammar.roots() if is_bare else frozenset()
        self._where = Whereabouts(self._assembler, self.pointers, previous, roots)
        self._attributor = Attributor(self._grammar, self._where, self.pointers, self.live)
        self.folded = 0
        self._consumed: set[int] = set()
        self._rest: list[int] = []
        self._seen: dict[tuple[str, Path], list[Find]] = {}
        self._fragments: list[Fragment] = []
        self._named: dict[Path, tuple[Kind, Origin, str]] = {}

    # --- objects ---

    def objects(self) -> Iterator[Find]:
        """Yield every object that was found and is not in the tree as it is."""
        for page_id in self._steps(self.pointers.branches):
            page = self._assembler.page(page_id)
            if page and self._grammar.fitting(dict.fromkeys(page.keys, False), is_whole=False):
                self._rooted(page)
            elif page:
                self._object_branch(page)
        for page_id in self._steps((*self._cleared, *self.pointers.leaves)):
            page = self._assembler.page(page_id)
            if page and page.is_leaf and page_id not in self._consumed:
                self._leaf(page)
        self._join()
        self._settle()
        self._stubs()
        for versions in self._seen.values():
            yield from versions

    def read(self, find: Find) -> tuple[Contents, tuple[str, ...]]:
        """Put an object together again."""
        if find.pages:
            contents: Contents = {}
            lost: list[str] = []
            for page_id in find.pages:
                part = self._assembler.bucket(page_id, find.attribution.path)
                if part:
                    contents |= part.contents
                    lost += part.lost
            if not find.is_complete and not lost:
                lost.append("a part of its bucket was not found")
            return contents, tuple(lost)
        page = self._assembler.page(find.entry[0])
        inner = self._assembler.inline(page, find.entry[1]) if page else None
        if inner is None:
            return {}, ("its page was used again: only its name is left",)
        return inner, ()

    def _steps(self, pages: Iterable[int]) -> Iterator[int]:
        for count, page_id in enumerate(pages):
            if self._progress and count % _EVERY == 0:
                self._progress(page_id, self._total)
            yield page_id

    def _object_branch(self, page: Stale) -> None:
        """Take a branch whose path says that it is an object's, if its keys are that object's."""
        kinds = [self._grammar.at(place.path) for place in self._where.of(page.id)]
        if any(kind and kind.keys.keys() >= set(page.keys) for kind in kinds):
            self._rooted(page)

    def _rooted(self, page: Stale) -> None:
        """Take a page as the root of an object's bucket, if what is below it fits a kind."""
        whole = self._assembler.bucket(page.id, most=_MOST_OF_FRAGMENT)
        if whole is None:
            return
        kinds = self._kinds(whole.contents, is_whole=not whole.lost)
        if len(kinds) > 1:
            paths = [self._grammar.at(place.path) for place in self._where.of(page.id)]
            kinds = [kind for kind in kinds if kind in paths] or kinds
        if not kinds:
            return
        attribution = self._attributor.record(kinds[0], page.id, whole.contents)
        again = self._assembler.bucket(page.id, attribution.path) or whole
        self._note(kinds[0], attribution, again, pages=(page.id,))

    def _kinds(self, contents: Contents, *, is_whole: bool) -> list[Kind]:
        keys = {key: isinstance(content, dict) for key, content in contents.items()}
        if not keys:
            return []
        return [
            kind
            for kind in self._grammar.fitting(keys, is_whole=is_whole)
            if not kind.decodes(contents)
        ]

    def _leaf(self, page: Stale) -> None:
        keys = {
            key: element.is_bucket for key, element in zip(page.keys, page.elements, strict=True)
        }
        is_whole = page.is_whole and not page.first
        if self._grammar.fitting(keys, is_whole=is_whole):
            if not page.first:
                self._rooted(page)
            if page.id in self._consumed:
                return
        if any(keys.values()) and self._collection(page):
            return
        if not all(keys.values()) and self._grammar.fitting(keys, is_whole=False):
            part = self._assembler.bucket(page.id, most=_MOST_OF_FRAGMENT)
            if part and not page.first and (kinds := self._kinds(part.contents, is_whole=False)):
                said = told(kinds[0].name, part.contents)
                self._fragments.append(Fragment.of(kinds[0], part, said))
                self._consumed.update(part.pages)
                return
        self._rest.append(page.id)

    def _collection(self, page: Stale) -> bool:
        """Take a leaf of a bucket that holds objects; False if it is none."""
        place = next(
            (place for place in self._where.of(page.id) if self._grammar.holds(place.path)), None
        )
        kind = self._grammar.holds(place.path) if place else self._guess(page)
        if kind is None:
            return False
        if place:
            self._attributor.names.learn(kind, place.path)
        elif kind.name == "namespace":
            return False
        holder = place or self._holder(kind, page)
        for index, element in enumerate(page.elements):
            if not element.is_bucket:
                continue
            root = page.root(index, self._layout)
            if root == 0:
                self._inline_entry(page, index, kind, holder)
            elif NOT_TOLD not in holder.path:
                path = (*holder.path, page.keys[index])
                self._named.setdefault(path, (kind, page.origin(index), holder.how))
        self._consumed.add(page.id)
        return True

    def _inline_entry(self, page: Stale, index: int, kind: Kind, holder: Place) -> None:
        contents = self._assembler.inline(page, index)
        if contents is None:
            return
        key = page.keys[index]
        attribution = self._attributor.entry(kind, holder.path, holder.how, key, contents)
        part = Assembled(contents, (), (), page.origin(index))
        self._note(kind, attribution, part, entry=(page.id, index))

    def _guess(self, page: Stale) -> Kind | None:
        """Tell from its entries what a bucket of unknown path holds."""
        for index in range(len(page.elements)):
            root = page.root(index, self._layout)
            if root is None:
                return None
            contents = self._assembler.inline(page, index)
            if root:
                below = self._assembler.bucket(root, most=_MOST_GUESSED)
                contents = below.contents if below and not below.lost else None
            if contents:
                kinds = self._kinds(contents, is_whole=True)
                return kinds[0] if len(kinds) == 1 else None
        return None

    def _holder(self, kind: Kind, page: Stale) -> Place:
        """Tell the path of a bucket of objects from keys that are still in the tree."""
        names = self._attributor.names
        pattern = kind.field.pattern[:-1]
        holes = [part for part in pattern if part.startswith("<")]
        if len(holes) == 1:
            found = []
            for name in names.of(holes[0]):
                path = kind.path({holes[0]: name}, NOT_TOLD)[:-1]
                if any(self.live.get((*path, key)) for key in page.keys[:_MOST_LOOKED_UP]):
                    found.append(path)
            if len(found) == 1:
                return Place(found[0], "keys in the tree")
        return Place(kind.path({}, NOT_TOLD)[:-1], "")

    # --- keeping what was found ---

    def _note(
        self,
        kind: Kind,
        attribution: Attribution,
        part: Assembled,
        *,
        pages: tuple[int, ...] = (),
        entry: tuple[int, int] = (0, 0),
    ) -> None:
        """Keep a find, unless it is in the tree as it is or was found before."""
        self._consumed.update(part.pages)
        find = _find(kind, attribution, part)._replace(pages=pages, entry=entry)
        path = attribution.path
        self._named.pop(path, None)
        if self._is_live(path, part.contents, is_complete=find.is_complete):
            self.folded += 1
            return
        if NOT_TOLD in path:
            # Nothing says that two of these are one object, unless they are the same.
            path = (*path, repr(sorted(find.fields)).encode())
        versions = self._seen.setdefault((kind.name, path), [])
        if any(find.fields <= other.fields for other in versions):
            self.folded += 1
            return
        kept = [other for other in versions if not other.fields < find.fields]
        self.folded += len(versions) - len(kept)
        self._seen[kind.name, path] = [*kept, find]

    def _is_live(self, path: Path, contents: Contents, *, is_complete: bool) -> bool:
        if NOT_TOLD in path:
            return False
        entry = self.live.get(path)
        if not isinstance(entry, Bucket):
            return False
        now = BulkReader(self.live.revision).read(entry).contents
        if is_complete:
            return now == contents
        return all(key in now and now[key] == value for key, value in contents.items())

    def _join(self) -> None:
        """Join fragments of objects whose branch page is gone."""
        for parts in joined(self._fragments):
            kind = parts[0].kind
            pages = tuple(part.page for part in parts)
            contents: Contents = {}
            lost: tuple[str, ...] = ()
            for page_id in pages:
                part = self._assembler.bucket(page_id)
                if part:
                    contents |= part.contents
                    lost += part.lost
            attribution = self._attributor.record(kind, pages[0], contents)
            origin = parts[0].origin
            if not kind.is_complete(contents):
                lost = (*lost, "a part of its bucket was not found")
            self._note(kind, attribution, Assembled(contents, pages, lost, origin), pages=pages)

    def _settle(self) -> None:
        """Complete paths of which the key is known by the one bucket that listed that key."""
        listed: dict[tuple[str, bytes], list[Path]] = {}
        for path, (kind, _, _) in self._named.items():
            listed.setdefault((kind.name, path[-1]), []).append(path)
        for (name, path), finds in list(self._seen.items()):
            known = finds[0].attribution
            paths = listed.get((name, known.path[-1]), [])
            if NOT_TOLD not in known.path or len(paths) != 1 or paths[0] not in self._named:
                continue
            del self._seen[name, path]
            del self._named[paths[0]]
            better = Attribution(paths[0], f"{known.by}, a bucket that listed it", MEDIUM)
            settled = [find._replace(attribution=better) for find in finds]
            self._seen.setdefault((name, paths[0]), []).extend(settled)

    def _stubs(self) -> None:
        """Keep the names of objects of which nothing else is left."""
        for path, (kind, origin, how) in list(self._named.items()):
            if (kind.name, path) in self._seen or self.live.get(path) is not None:
                continue
            attribution = Attribution(path, how, MEDIUM)
            find = _find(kind, attribution, Assembled({}, (), (), origin))
            self._seen[kind.name, path] = [find]

    def pairs(self) -> Iterator[LoosePair]:
        """Yield what belongs to no object, but for what the tree has as it is."""
        rest = [page_id for page_id in self._rest if page_id not in self._consumed]
        loose = Loose(self._assembler, self._where, self.live)
        yield from loose.pairs(list(self._steps(rest)))
        self.folded += loose.folded


def _find(kind: Kind, attribution: Attribution, part: Assembled) -> Find:
    """Describe what was put together; its bytes are not kept."""
    contents = part.contents
    is_complete = not part.lost and bool(contents) and kind.is_complete(contents)
    fields = frozenset(hash((key, _frozen(value))) for key, value in contents.items())
    updated, created = contents.get(b"updatedat"), contents.get(b"createdat")
    return Find(
        kind,
        attribution,
        (),
        (0, 0),
        part.origin,
        is_complete,
        fields,
        updated if isinstance(updated, bytes) else b"",
        created if isinstance(created, bytes) else b"",
    )


def _frozen(value: bytes | Contents | None) -> object:
    if isinstance(value, dict):
        return frozenset((key, _frozen(inner)) for key, inner in value.items())
    return value
