"""`boltview namespaces`, `leases`, `sandboxes` and `pods`: what holds other objects together."""

from boltview.cli.objects import object_parser, run_kind
from boltview.report.objects.leases import KIND as LEASES
from boltview.report.objects.namespaces import KIND as NAMESPACES
from boltview.report.objects.sandboxes import PODS, SANDBOXES

_EXAMPLES = {
    "namespaces": """\
  boltview namespaces /var/lib/containerd
  boltview namespaces --demo k8s.io
""",
    "leases": """\
  boltview leases /var/lib/containerd
  boltview leases --demo lease-a
  boltview leases meta.db --filter state=expired --at 2026-12-01T00:00:00Z
""",
    "sandboxes": """\
  boltview sandboxes /var/lib/containerd
  boltview sandboxes --demo -o wide
""",
    "pods": """\
  boltview pods /var/lib/containerd
  boltview pods --demo prod/web1
  boltview pods /mnt/failed-node --filter pod_namespace=prod --jsonl
""",
}
_DOCS = {
    "namespaces": "List namespaces and what is in each, or show one.",
    "leases": "List leases with what they hold and until when, or show one in full.",
    "sandboxes": "List sandboxes, or show one in full.",
    "pods": "List pods, joined from sandboxes, containers and CRI's metadata, or show one in full.",
}
_KINDS = {kind.name: kind for kind in (NAMESPACES, LEASES, SANDBOXES, PODS)}


def run(name: str, argv: list[str]) -> int:
    """List namespaces, leases, sandboxes or pods, or show one."""
    kind = _KINDS[name]
    return run_kind(kind, object_parser(kind, _DOCS[name], _EXAMPLES[name]), argv)
