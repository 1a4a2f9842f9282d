"""Images as rows, as JSON and in full: the record, and what the content store makes of it."""

from collections.abc import Sequence
from functools import cached_property

from boltview.containerd.manifests import Descriptor, ImageContent, Manifest, describe
from boltview.containerd.objects import Image
from boltview.report.detail import Line
from boltview.report.objects.column import Column, text_line
from boltview.report.objects.kind import (
    Kind,
    ObjectView,
    error,
    field,
    labels_lines,
    record_lines,
    title,
)
from boltview.report.objects.shapes import Json, object_json, text_json
from boltview.report.units import exact_size


class ImageView(ObjectView):
    """An image and what is there of it."""

    item: Image

    @cached_property
    def content(self) -> ImageContent | None:
        """What the content store says of it; None without one, or without a target."""
        target, store = self.item.target, self.node.content
        if store is None or not target.digest:
            return None
        return describe(store, Descriptor(target.media_type or "", target.digest, target.size or 0))

    @property
    def has_target(self) -> bool:
        """Whether this namespace has a record of the target."""
        item = self.item
        digest = item.target.digest
        return bool(digest and self.node.metadata.blob(item.namespace, digest))

    @property
    def dangling(self) -> Sequence[str]:
        """The target, if there is no record of it."""
        return [] if self.has_target else ["no record of its target"]

    @property
    def platforms(self) -> list[str] | None:
        """Platforms of the manifests that are there; None if that is not known."""
        return self.content.platforms if self.content else None

    @property
    def size(self) -> int | None:
        """Bytes of the blobs that are there; None if that is not known."""
        return self.content.size if self.content else None

    @property
    def missing(self) -> int | None:
        """Blobs that are not there; those of other platforms normally are not."""
        return len(self.content.missing) if self.content else None

    @cached_property
    def unpacked(self) -> list[str] | None:
        """Snapshotters that hold the layers of one of its manifests unpacked.

        None if that is not known, because the config is not there.
        """
        if self.content is None:
            return None
        chains = {manifest.chain_id for manifest in self.content.manifests} - {""}
        if not chains:
            return None
        metadata = self.node.metadata
        names = {
            snapshotter
            for snapshotter in metadata.snapshotters(self.item.namespace)
            for chain in chains
            if metadata.snapshot(self.item.namespace, snapshotter, chain)
        }
        return sorted(names)


COLUMNS = (
    Column("namespace", lambda view: view.item.namespace, shown="narrow"),
    Column("name", lambda view: view.item.name, "image", "id", "narrow"),
    Column("digest", lambda view: view.item.target.digest, form="id", shown="narrow"),
    Column("platforms", lambda view: view.platforms, shown="narrow"),
    Column("size", lambda view: view.size, form="size", shown="narrow"),
    Column("unpacked", lambda view: view.unpacked, shown="narrow"),
    Column("created", lambda view: view.item.created_at, form="age", shown="narrow"),
    Column("media_type", lambda view: view.item.target.media_type, shown="wide"),
    Column("missing", lambda view: view.missing, "missing blobs", "count", "wide"),
    Column("created_at", lambda view: view.item.created_at, shown="wide"),
    Column("updated_at", lambda view: view.item.updated_at),
    Column("labels", lambda view: view.item.labels),
    Column("annotations", lambda view: view.item.annotations),
)


def _full(view: ImageView) -> list[Line]:
    item, clock, content = view.item, view.clock, view.content
    lines = [title(f"image {text_line(item.namespace)}/{text_line(item.name)}")]
    lines += field("target", item.target.digest) + field("media type", item.target.media_type)
    if not view.has_target:
        lines.append(error("", "this namespace has no record of the target's blob"))
    lines += field("created", item.created_at, clock) + field("updated", item.updated_at, clock)
    if content is None:
        lines += field("content", "not known: the content store is not there")
    else:
        lines += field("platforms", content.platforms)
        lines += field("size", f"{exact_size(content.size)} of blobs that are there")
        lines += field("unpacked", _unpacked(view))
        for manifest in content.manifests:
            lines += _manifest(manifest)
        for missing in content.missing:
            lines += field("missing", _descriptor(missing))
        lines += [error("problem", text_line(problem)) for problem in content.problems]
    lines += labels_lines(item.labels) + labels_lines(item.annotations, "annotations")
    return lines + record_lines(item.record)


def _unpacked(view: ImageView) -> str:
    if view.unpacked is None:
        return "not known: no config is there"
    return f"in {', '.join(view.unpacked)}" if view.unpacked else "no"


def _manifest(manifest: Manifest) -> list[Line]:
    platform = manifest.platform.text if manifest.platform else "platform not known"
    lines = field("manifest", f"{manifest.descriptor.digest} ({platform})")
    if manifest.config:
        lines += field("  config", _descriptor(manifest.config))
    for layer in manifest.layers:
        lines += field("  layer", _descriptor(layer))
    return lines + field("  snapshot", manifest.chain_id)


def _descriptor(descriptor: Descriptor) -> str:
    size = exact_size(descriptor.size)
    return f"{descriptor.digest}  {size}  {descriptor.media_type}"


def _json(view: ImageView) -> Json:
    content = view.content
    return {
        **object_json(view.item),
        "platforms": view.platforms,
        "size": view.size,
        "unpacked": view.unpacked,
        "manifests": None if content is None else [_manifest_json(m) for m in content.manifests],
        "missing": None if content is None else [text_json(d.digest) for d in content.missing],
        "problems": [] if content is None else list(content.problems),
    }


def _manifest_json(manifest: Manifest) -> Json:
    return {
        "digest": text_json(manifest.descriptor.digest),
        "platform": manifest.platform.text if manifest.platform else None,
        "config": text_json(manifest.config.digest) if manifest.config else None,
        "layers": [
            {"digest": text_json(layer.digest), "size": layer.size} for layer in manifest.layers
        ],
        "chain_id": manifest.chain_id or None,
    }


KIND = Kind(
    "images",
    "image",
    "image",
    lambda _view: (),
    COLUMNS,
    lambda node, namespace, clock: (
        ImageView(node, item, clock) for item in node.metadata.images(namespace)
    ),
    ImageView,
    _json,
    _full,
)
