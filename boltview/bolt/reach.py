"""How many pages a revision uses: a walk over every branch and bucket. Whole-file work."""

from boltview.bolt.errors import Damage
from boltview.bolt.revision import Revision


def count_used_pages(revision: Revision) -> int:
    """Count the pages that the tree of a revision reaches, overflow pages included.

    Damaged pages are noted, not counted, and hide what is below them. The metas and the freelist
    are not part of the tree.
    """
    used: set[int] = set()
    waiting = [revision.meta.root]
    while waiting:
        page_id = waiting.pop()
        if page_id in used:
            continue
        page = revision.page(page_id)
        if isinstance(page, Damage):
            continue
        used.update(range(page_id, page_id + page.block.header.overflow + 1))
        for index, element in enumerate(page.elements):
            if index in page.bad:
                revision.note(page.bad[index])
            elif element.child:
                waiting.append(element.child)
            elif element.is_bucket and element.value_size >= revision.layout.bucket.size:
                raw = page.bytes_at(element.value_offset, revision.layout.bucket.size)
                root, _ = revision.layout.bucket.unpack(raw)
                if root:
                    waiting.append(root)
    return len(used)
