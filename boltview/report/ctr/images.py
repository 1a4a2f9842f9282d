"""What `ctr images` prints: the list, the check for gaps, and the size of the snapshots."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from boltview.containerd.files import NotReadable
from boltview.containerd.imageview import ImageView
from boltview.containerd.manifests import Descriptor, Platform, chain_ids
from boltview.containerd.objects import Image
from boltview.report.ctr.tabwriter import USUAL, tabulate
from boltview.report.ctr.text import NONE, labels_text, shown
from boltview.report.ctr.units import bytes_text

Warn = Callable[[str], None]
"""Takes a sentence about what is not as it should be."""


class Checked(NamedTuple):
    """One image of `images check`."""

    image: Image
    status: str
    size: str
    is_complete: bool
    is_unpacked: bool


def images(found: Iterable[Image], view: ImageView, warn: Warn) -> Iterator[str]:
    """`images ls`; what cannot be read is counted as far as it can, as `ctr` does."""
    rows = [("REF", "TYPE", "DIGEST", "SIZE", "PLATFORMS", "LABELS", "")]
    for image in found:
        target = descriptor(image)
        size = view.size(target)
        if size.problem:
            warn(f"failed calculating size for image {image.name}: {size.problem}")
        rows.append(
            (
                *_described(image),
                bytes_text(size.size),
                _platforms(image, view, warn),
                labels_text(image.labels),
                "",
            )
        )
    return tabulate(rows, USUAL)


def check(
    found: Iterable[Image], view: ImageView, has_snapshot: Callable[[str], bool], warn: Warn
) -> Iterator[Checked]:
    """Yield the facts of `images check`.

    Args:
        found: the images.
        view: how they are seen.
        has_snapshot: whether a snapshot of this key is there, for its snapshotter as well.
        warn: told why the exit code is not 0.
    """
    for image in found:
        target = descriptor(image)
        status, size, is_complete = _status(image, view, warn)
        is_unpacked = False
        try:
            chain = chain_ids(view.diff_ids(target))
            is_unpacked = bool(chain) and has_snapshot(chain[-1])
        except NotReadable as error:
            warn(f"unable to check unpack for {image.name}: {error}")
        yield Checked(image, status, size, is_complete, is_unpacked)


def check_table(found: Iterable[Checked]) -> Iterator[str]:
    """`images check`: nothing at all without images, and rows without a tab at their ends."""
    rows: list[tuple[str, ...]] = [("REF", "TYPE", "DIGEST", "STATUS", "SIZE", "UNPACKED", "")]
    rows += [
        (*_described(item.image), item.status, item.size, str(item.is_unpacked).lower())
        for item in found
    ]
    return tabulate(rows if len(rows) > 1 else [], USUAL)


def ready(found: Iterable[Checked], *, is_new: bool) -> Iterator[str]:
    """`images check -q`: complete images; since 2.0 only if unpacked as well."""
    for item in found:
        if item.is_complete and (item.is_unpacked or not is_new):
            yield shown(item.image.name)


def descriptor(image: Image) -> Descriptor:
    """Return an image's target; what the record lacks is empty, as the daemon would read it."""
    target = image.target
    return Descriptor(target.media_type or "", target.digest or "", target.size or 0)


def _described(image: Image) -> tuple[str, str, str]:
    return shown(image.name), shown(image.target.media_type), shown(image.target.digest)


def _platforms(image: Image, view: ImageView, warn: Warn) -> str:
    try:
        found = view.platforms(descriptor(image))
    except NotReadable as error:
        warn(f"failed resolving platform for image {image.name}: {error}")
        return NONE
    return shown(",".join(sorted({_platform_text(platform) for platform in found}))) or NONE


def _platform_text(platform: Platform) -> str:
    return platform.text if platform.os else "unknown"


def _status(image: Image, view: ImageView, warn: Warn) -> tuple[str, str, bool]:
    try:
        found = view.check(descriptor(image))
    except NotReadable as error:
        warn(f"unable to check {image.name}: {error}")
        return "error", NONE, False
    present = bytes_text(sum(item.size for item in found.present))
    if found.required is None:
        return "unavailable (0/?)", f"{present}/?", False
    required = bytes_text(sum(item.size for item in found.required))
    is_complete = len(found.present) == len(found.required)
    word = "complete" if is_complete else "incomplete"
    count = f"({len(found.present)}/{len(found.required)})"
    return f"{word} {count}", f"{present}/{required}", is_complete
