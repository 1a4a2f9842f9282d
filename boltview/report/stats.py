"""What a database takes: as lines, as a table of buckets, as JSON, and as `bbolt stats` does."""

from struct import pack, unpack

from boltview.bolt.finding import ERROR
from boltview.bolt.stats import BucketUse, FileUse, TreeStats
from boltview.report.findings import bucket_name
from boltview.report.keypath import path_text
from boltview.report.units import exact_size, size_text

HEADINGS = ("BUCKET", "KEYS", "BUCKETS", "PAGES", "SIZE", "FILL", "PIECES", "COMPACTED")


def use_lines(use: FileUse) -> list[tuple[str, str]]:
    """Return labels and texts for the file as a whole."""
    root, size = use.buckets[0].stats, use.page_size
    pages = use.high_water * size
    behind = use.size - pages
    saved = max(pages - use.compact_size, 0)
    less = f"{size_text(saved)} less ({_percent(saved, pages)})"
    compacted = f"about {size_text(use.compact_size)}: {less}"
    if any(fault.severity == ERROR for fault in use.faults):
        compacted = "not known: a part of the tree cannot be read"
    return [
        ("file", f"{exact_size(use.size)}: {use.high_water} pages of {size} bytes"),
        ("in use", f"{_pages(use.tree_pages, size)}, {_percent(root.used, root.alloc)} filled"),
        ("free", _free(use)),
        (
            "behind",
            f"{exact_size(behind)} behind the last page"
            if behind >= 0
            else f"nothing: {exact_size(-behind)} are missing",
        ),
        ("compacted", compacted),
        ("keys", f"{root.keys} in {root.buckets} buckets, {root.inline_buckets} of them inline"),
        ("levels", str(root.depth)),
    ]


def bucket_row(bucket: BucketUse, page_size: int) -> tuple[str, ...]:
    """Return a row under `HEADINGS`; an inline bucket has no pages of its own."""
    stats = bucket.stats
    name = bucket_name(bucket.path)
    if stats.inline_buckets and not stats.pages:
        used = size_text(stats.inline_used)
        return (name, str(stats.keys), str(stats.buckets), "inline", used, "", "", "")
    return (
        name,
        str(stats.keys),
        str(stats.buckets),
        str(stats.pages),
        size_text(stats.alloc),
        _percent(stats.used, stats.alloc),
        str(bucket.fragments),
        size_text(bucket.compact_pages * page_size),
    )


def use_json(use: FileUse) -> dict[str, object]:
    """Return everything as JSON; sizes in bytes."""
    size = use.page_size
    free = use.free
    return {
        "size": use.size,
        "page_size": size,
        "high_water": use.high_water,
        "tree_pages": use.tree_pages,
        "freelist_pages": len(free.freelist),
        "free_pages": len(free.pages) if free.is_known else None,
        "free_bytes": len(free.pages) * size if free.is_known else None,
        "free_runs": use.free_runs,
        "longest_free_run": use.longest_free_run,
        "behind_last_page": use.size - use.high_water * size,
        "compacted_size": use.compact_size,
        "buckets": [_bucket_json(bucket, size) for bucket in use.buckets],
    }


def bbolt_lines(use: FileUse) -> list[str]:
    """Return what `bbolt stats` prints (`command_stats.go`): sums over the root's buckets."""
    total = TreeStats()
    count = 0
    for bucket in use.buckets:
        if len(bucket.path) == 1:
            total = total.plus(bucket.stats)
            count += 1
    branch = _share(total.branch_used, total.branch_alloc)
    leaf = _share(total.leaf_used, total.leaf_alloc)
    inline_n = _share(total.inline_buckets, total.buckets)
    inline = _share(total.inline_used, total.leaf_used)
    return [
        f"Aggregate statistics for {count} buckets",
        "",
        "Page count statistics",
        f"\tNumber of logical branch pages: {total.branch_pages}",
        f"\tNumber of physical branch overflow pages: {total.branch_overflow}",
        f"\tNumber of logical leaf pages: {total.leaf_pages}",
        f"\tNumber of physical leaf overflow pages: {total.leaf_overflow}",
        "Tree statistics",
        f"\tNumber of keys/value pairs: {total.keys}",
        f"\tNumber of levels in B+tree: {total.depth}",
        "Page size utilization",
        f"\tBytes allocated for physical branch pages: {total.branch_alloc}",
        f"\tBytes actually used for branch data: {total.branch_used} ({branch}%)",
        f"\tBytes allocated for physical leaf pages: {total.leaf_alloc}",
        f"\tBytes actually used for leaf data: {total.leaf_used} ({leaf}%)",
        "Bucket statistics",
        f"\tTotal number of buckets: {total.buckets}",
        f"\tTotal number on inlined buckets: {total.inline_buckets} ({inline_n}%)",
        f"\tBytes used for inlined buckets: {total.inline_used} ({inline}%)",
    ]


def _bucket_json(bucket: BucketUse, page_size: int) -> dict[str, object]:
    stats = bucket.stats
    return {
        "path": path_text(bucket.path),
        **stats._asdict(),
        "pages": stats.pages,
        "unused": stats.alloc - stats.used,
        "fragments": bucket.fragments,
        "compacted_size": bucket.compact_pages * page_size,
    }


def _pages(count: int, size: int) -> str:
    return f"{count} pages ({size_text(count * size)})"


def _free(use: FileUse) -> str:
    if not use.free.is_known:
        return "not known: damage hides the freelist or a part of the tree"
    pages = _pages(len(use.free.pages), use.page_size)
    if not use.free_runs:
        return pages
    return f"{pages} in {use.free_runs} pieces, the longest of {use.longest_free_run} pages"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part // whole} %" if whole else "0 %"


def _share(part: int, whole: int) -> int:
    """Return a percentage as Go computes it there: in 32-bit floats, cut."""
    if not whole:
        return 0
    return int(_float32(_float32(_float32(part) * 100) / _float32(whole)))


def _float32(number: float) -> float:
    (rounded,) = unpack("<f", pack("<f", number))
    return float(rounded)
