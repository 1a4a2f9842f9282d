"""`boltview images`, `content` and `ingests`: what the content store holds, finished or not."""

from boltview.cli.objects import object_parser, run_kind
from boltview.report.objects.content import BLOBS, INGESTS
from boltview.report.objects.images import KIND as IMAGES

_EXAMPLES = {
    "images": """\
  boltview images /var/lib/containerd
  boltview images --demo busybox:1.35 -n default
  boltview images meta.db --filter 'unpacked!=overlayfs' --sort -size
""",
    "content": """\
  boltview content /var/lib/containerd --sort -size
  boltview content --demo 0e5c10247f81 -n default
  boltview content meta.db --filter on_disk=no
""",
    "ingests": """\
  boltview ingests /var/lib/containerd
  boltview ingests --demo partial-upload
  boltview ingests meta.db --filter state=stuck
""",
}
_DOCS = {
    "images": "List images with platforms, size and whether they are unpacked, or show one.",
    "content": "List the records of blobs, and whether their files are there, or show one.",
    "ingests": "List the uploads that were not committed: how far, how old, stuck or not.",
}
_KINDS = {kind.name: kind for kind in (IMAGES, BLOBS, INGESTS)}


def run(name: str, argv: list[str]) -> int:
    """List images, blobs or uploads, or show one."""
    kind = _KINDS[name]
    return run_kind(kind, object_parser(kind, _DOCS[name], _EXAMPLES[name]), argv)
