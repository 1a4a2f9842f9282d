"""What containerd's client makes of an image: the manifest it would run, size, platforms, gaps.

From containerd `core/images/image.go` (Size, Manifest, Platforms, Check). Unlike `describe` of
`boltview/containerd/manifests.py`, this follows one platform only, sees only blobs that the
namespace has a record of, and stops where the client would have stopped.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from boltview.containerd.content import ContentStore
from boltview.containerd.files import NotReadable
from boltview.containerd.manifests import (
    CONFIGS,
    MAX_DESCRIPTORS,
    Descriptor,
    Platform,
    children,
    config_platform,
    diff_ids,
)
from boltview.containerd.platforms import Preference, normalize

_UNKNOWN = "unknown"
"""System or architecture of what is no image, such as an attestation."""


class Missing(NotReadable):
    """A blob is not there for this namespace, or nothing fits the platform."""


class Size(NamedTuple):
    """Sum of the descriptors of one platform."""

    size: int
    problem: str
    """Why it is not complete; empty if it is."""


class Check(NamedTuple):
    """How much of what one platform needs is there."""

    required: tuple[Descriptor, ...] | None
    """Config and layers; None if the manifest could not be found."""
    present: tuple[Descriptor, ...]


class ImageView:
    """The images of one namespace as a client on one platform sees them.

    Args:
        store: the content store; None if it is not there.
        is_recorded: whether the namespace has a record of a digest.
        host: the client's platform.
        is_new: whether the client is of 2.x, which looks at variants and skips unknown platforms.
    """

    __slots__ = ("_host", "_is_new", "_is_recorded", "_store")

    def __init__(
        self,
        store: ContentStore | None,
        is_recorded: Callable[[str], bool],
        host: Preference,
        *,
        is_new: bool,
    ) -> None:
        """Read nothing yet."""
        self._store = store
        self._is_recorded = is_recorded
        self._host = host
        self._is_new = is_new

    def size(self, target: Descriptor) -> Size:
        """Return what `images ls` shows: each descriptor's size, as often as it is met."""
        total = 0
        try:
            for descriptor in self._walk(target, self._best_children):
                total += descriptor.size
        except NotReadable as error:
            return Size(total, str(error))
        return Size(total, "")

    def platforms(self, target: Descriptor) -> list[Platform]:
        """Return the platforms that index and configs name, in the order they are met.

        Raises:
            NotReadable: a blob on the way is not there or not what it should be.
        """
        found: list[Platform] = []

        def step(descriptor: Descriptor) -> list[Descriptor]:
            platform = descriptor.platform
            if platform:
                is_image = _UNKNOWN not in {platform.os, platform.architecture}
                if is_image or not self._is_new:
                    found.append(platform)
                return []
            if descriptor.media_type in CONFIGS:
                found.append(self._config_platform(descriptor))
            return self._children(descriptor)

        for _ in self._walk(target, step):
            pass
        return found

    def check(self, target: Descriptor) -> Check:
        """Return what config and layers are there; a manifest that is not found is a result too.

        Raises:
            NotReadable: a document is not what it should be.
        """
        try:
            required = self._manifest(target)
        except Missing:
            return Check(None, ())
        return Check(required, tuple(found for found in required if self._is_there(found.digest)))

    def diff_ids(self, target: Descriptor) -> tuple[str, ...]:
        """Return the digests of the unpacked layers.

        Raises:
            NotReadable: manifest or config is not there or not what it should be.
        """
        config = self._manifest(target)[0]
        return diff_ids(self._need(config.digest), config)

    def _manifest(self, target: Descriptor) -> tuple[Descriptor, ...]:
        """Return config and layers of the manifest that the host would run."""
        found: list[tuple[Descriptor, ...]] = []

        def step(descriptor: Descriptor) -> list[Descriptor]:
            if descriptor.is_index:
                return self._fitting(self._children(descriptor))[:1]
            if not descriptor.is_manifest:
                raise Missing(f"unexpected media type {descriptor.media_type}")
            below = self._children(descriptor)
            if not below:
                raise NotReadable(f"{descriptor.digest}: a manifest without a config")
            if descriptor.digest == target.digest or self._fits(descriptor, below[0]):
                found.append(tuple(below))
            return []

        for _ in self._walk(target, step):
            pass
        if not found:
            raise Missing(f"manifest {target.digest}: no match for the platform")
        return found[0]

    def _fits(self, manifest: Descriptor, config: Descriptor) -> bool:
        platform = manifest.platform or self._config_platform(config)
        return self._host.rank(platform) is not None

    def _best_children(self, descriptor: Descriptor) -> list[Descriptor]:
        found = self._children(descriptor)
        below = self._fitting(found)
        if not descriptor.is_index:
            return [child for child in found if child in below]
        if not below:
            raise Missing("no match for platform in manifest")
        return below[:1]

    def _fitting(self, found: list[Descriptor]) -> list[Descriptor]:
        return [found[index] for index in self._host.best_first(item.platform for item in found)]

    def _config_platform(self, config: Descriptor) -> Platform:
        found = config_platform(self._need(config.digest), config) or Platform("", "")
        return normalize(found if self._is_new else found._replace(variant=""))

    def _children(self, descriptor: Descriptor) -> list[Descriptor]:
        if not (descriptor.is_index or descriptor.is_manifest):
            return []
        return children(self._need(descriptor.digest), descriptor)

    def _is_there(self, digest: str) -> bool:
        return (
            self._store is not None
            and self._is_recorded(digest)
            and self._store.size(digest) is not None
        )

    def _need(self, digest: str) -> ContentStore:
        """Return the store that has a blob.

        Raises:
            Missing: it has not, or not for this namespace.
        """
        if self._store is None or not self._is_there(digest):
            raise Missing(f"content digest {digest}: not found")
        return self._store

    @staticmethod
    def _walk(
        target: Descriptor, step: Callable[[Descriptor], list[Descriptor]]
    ) -> Iterator[Descriptor]:
        """Yield each descriptor before its children are looked for, parents first."""
        waiting = [target]
        for _ in range(MAX_DESCRIPTORS):
            if not waiting:
                return
            descriptor = waiting.pop()
            yield descriptor
            waiting += reversed(step(descriptor))
        raise NotReadable(f"{target.digest}: leads to more than {MAX_DESCRIPTORS} blobs")
