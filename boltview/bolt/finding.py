"""What `check` finds: a fault with its code, how bad it is, whose it is, and what it means.

Codes are stable: scripts may test for them. The meaning of a code is written for a person who has
never heard of pages and has a node that does not start.
"""

from typing import NamedTuple

from boltview.bolt.errors import Damage

Path = tuple[bytes, ...]

ERROR = "error"
"""Records are lost or in danger, or bbolt refuses the file, crashes on it or damages it further."""
WARNING = "warning"
"""Nothing is lost and all can be read, but a part of the file is not as bbolt writes it."""
NOTE = "note"
"""Nothing is wrong with the database; something beside it is worth knowing."""


class Meaning(NamedTuple):
    """What a code says."""

    severity: str
    text: str


_LOST = "The records on this page and below it cannot be read."
_ELEMENT = "This record, or what lies below it, cannot be trusted and is left out."
_BUCKET = "This bucket and all below it cannot be read."

MEANINGS = {
    # The metas.
    "meta-invalid": Meaning(
        ERROR,
        "One of the two copies of the file's head is unusable. The other one is read; if this was "
        "the newer, bbolt silently goes back by one transaction.",
    ),
    "meta-missing": Meaning(ERROR, "The file ends before its second head."),
    "meta-header": Meaning(
        ERROR, "The head's own data may be right, but bbolt's check and tools stop at this page."
    ),
    "meta-page-size": Meaning(
        ERROR, "With a wrong page size every page is looked for in the wrong place."
    ),
    "meta-root": Meaning(ERROR, "The root of everything lies where no page can be."),
    "meta-freelist": Meaning(ERROR, "bbolt cannot open the file for writing."),
    "meta-flags": Meaning(WARNING, "bbolt always writes 0 here and ignores it."),
    "meta-sequence": Meaning(WARNING, "bbolt never counts up the sequence of the root bucket."),
    "meta-foreign": Meaning(
        ERROR,
        "The two heads cannot have been written one after the other: one is from another file or "
        "another time, or transactions between them were lost.",
    ),
    "truncated": Meaning(
        ERROR, "The end of the file is missing, as after a broken copy; bbolt crashes reading it."
    ),
    # Pages of the tree.
    "page-id": Meaning(
        ERROR,
        "The page was never written, was zeroed, or another page lies in its place. "
        f"{_LOST} bbolt panics here.",
    ),
    "page-type": Meaning(ERROR, f"This is no page of a tree. {_LOST} bbolt panics here."),
    "page-count": Meaning(ERROR, f"The number of elements is impossible. {_LOST}"),
    "page-overflow": Meaning(
        ERROR, "The page claims more room than it has: its data would run into other pages."
    ),
    "page-spare": Meaning(WARNING, "Pages are claimed that hold nothing. Nothing is lost."),
    "page-range": Meaning(ERROR, f"It points to a page that cannot exist. {_LOST}"),
    "page-missing": Meaning(ERROR, f"The file was cut off before this page ends. {_LOST}"),
    "page-unreadable": Meaning(
        ERROR, f"The disk did not deliver these bytes: copy the disk before anything else. {_LOST}"
    ),
    "page-shared": Meaning(
        ERROR,
        "A page has two places: what is changed or deleted in one damages the other. "
        "It was read at the first place only. bbolt's check does not end if this is a loop.",
    ),
    "page-place": Meaning(
        ERROR,
        "The keys are not where a search looks for them: bbolt lists these records but does not "
        "find them. Often an old or foreign page came back in this place.",
    ),
    "branch-key": Meaning(
        WARNING,
        "The key above a page is not its first key. A search still finds all, but bbolt never "
        "writes this: a key was changed, or an older page came back.",
    ),
    "leaf-empty": Meaning(WARNING, "Only an empty bucket has an empty page; records may be gone."),
    "leaf-depth": Meaning(
        WARNING, "Pages with records lie at different depths, which bbolt never writes."
    ),
    "tree-depth": Meaning(ERROR, f"No real tree is as deep; it is read no further. {_LOST}"),
    # Elements.
    "key-order": Meaning(ERROR, "Searches miss keys on this page, and a write may lose them."),
    "element-bounds": Meaning(ERROR, f"It lies outside its page; bbolt may crash. {_ELEMENT}"),
    "element-place": Meaning(ERROR, f"It does not begin where it must. {_ELEMENT}"),
    "element-size": Meaning(ERROR, f"Its length does not fit to what follows. {_ELEMENT}"),
    "element-key": Meaning(ERROR, f"A key has at least one byte. {_ELEMENT}"),
    "element-flags": Meaning(ERROR, f"Neither a value nor a bucket. {_ELEMENT}"),
    "element-count": Meaning(ERROR, "The page's header counts its elements wrong."),
    # Buckets.
    "bucket-size": Meaning(ERROR, "A bucket's entry has a wrong length. bbolt may crash on it."),
    "bucket-root": Meaning(ERROR, _BUCKET),
    "bucket-cycle": Meaning(
        ERROR, f"A bucket contains itself: bbolt's check never ends. {_BUCKET}"
    ),
    "bucket-shared": Meaning(
        ERROR,
        "Two buckets have the same pages: what is changed or deleted in one damages the other. "
        "They were read for the first only.",
    ),
    "bucket-depth": Meaning(ERROR, "Buckets within buckets without end; read no further."),
    "inline-size": Meaning(ERROR, f"A small bucket has no room for its page. {_BUCKET}"),
    "inline-header": Meaning(ERROR, f"A small bucket's page is none. {_BUCKET}"),
    "inline-count": Meaning(ERROR, f"A small bucket's number of elements is impossible. {_BUCKET}"),
    "inline-bucket": Meaning(ERROR, f"Only a bucket with its own pages holds buckets. {_BUCKET}"),
    "inline-large": Meaning(WARNING, "bbolt would have given this bucket a page of its own."),
    # Free pages.
    "freelist-page": Meaning(
        ERROR, "The list of free pages is unreadable: bbolt cannot open the file for writing."
    ),
    "freelist-count": Meaning(
        ERROR, "The list of free pages is unreadable: bbolt runs out of memory or panics."
    ),
    "freelist-overflow": Meaning(
        ERROR, "The list of free pages is unreadable: bbolt crashes or takes wrong pages for free."
    ),
    "freelist-duplicate": Meaning(
        ERROR, "The page is handed out twice, and two records will overwrite each other."
    ),
    "freelist-range": Meaning(ERROR, "This page cannot be free: a write to it damages the file."),
    "freelist-itself": Meaning(ERROR, "The list calls its own page free."),
    "freelist-order": Meaning(WARNING, "bbolt writes the list of free pages in rising order."),
    "free-reachable": Meaning(
        ERROR,
        "A page in use is listed as free. Its records are still there, but one of the next writes "
        "overwrites them: stop the writer and save them now.",
    ),
    "page-lost": Meaning(
        WARNING,
        "In no tree and not free: room that bbolt will never use again. Where a page above is "
        "damaged, these can be the pages it led to.",
    ),
    # The revision before.
    "previous-damaged": Meaning(
        NOTE,
        "The current data is not affected. It is usual after a writer was stopped in the middle "
        "of a commit; the older revision cannot be trusted.",
    ),
}  # fmt: skip
"""Every code that `check` can give."""


class Finding(NamedTuple):
    """One violation of the file format."""

    code: str
    """A key of `MEANINGS`."""
    page: int | None
    """Page number; None if it concerns the file as a whole."""
    offset: int
    """File offset in bytes."""
    path: Path | None
    """Names of the bucket that owns the page, from the root; None where no bucket does."""
    what: str
    """What is the case, in one sentence."""
    pages: int = 1
    """How many pages from `page` on it is about."""

    @property
    def severity(self) -> str:
        """`error`, `warning` or `note`."""
        return MEANINGS[self.code].severity

    @property
    def meaning(self) -> str:
        """What it means for the database."""
        return MEANINGS[self.code].text


def finding(damage: Damage, path: Path | None = None) -> Finding:
    """Say whose a damage is."""
    return Finding(damage.code, damage.page, damage.offset, path, damage.what)
