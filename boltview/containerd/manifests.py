"""What an image is made of: from its target over indexes and manifests to configs and layers.

Media types and shapes from the OCI image specification and Docker's schema 2; which children a
descriptor has from containerd `core/images/image.go: Children`.
"""

from collections.abc import Iterator
from typing import NamedTuple

from boltview.containerd.content import ContentStore
from boltview.containerd.files import (
    NotReadable,
    list_of,
    number_of,
    text_of,
    texts_of,
    value_of,
)

INDEXES = frozenset(
    {
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
    }
)
MANIFESTS = frozenset(
    {
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.docker.distribution.manifest.v2+json",
    }
)
CONFIGS = frozenset(
    {
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.docker.container.image.v1+json",
    }
)
MAX_DESCRIPTORS = 10_000
"""Descriptors visited for one image; a forged index could name more than anybody has time for."""


class Platform(NamedTuple):
    """What an image or manifest runs on."""

    os: str
    architecture: str
    variant: str = ""

    @property
    def text(self) -> str:
        """Such as `linux/arm/v7`."""
        return "/".join(part for part in self if part)


class Descriptor(NamedTuple):
    """A reference from one blob to another."""

    media_type: str
    digest: str
    size: int
    platform: Platform | None = None

    @property
    def is_index(self) -> bool:
        """Whether it leads to manifests."""
        return self.media_type in INDEXES

    @property
    def is_manifest(self) -> bool:
        """Whether it leads to a config and layers."""
        return self.media_type in MANIFESTS


class Manifest(NamedTuple):
    """One manifest of an image: what one platform runs."""

    descriptor: Descriptor
    platform: Platform | None
    """None if neither index nor config says it."""
    config: Descriptor | None
    layers: tuple[Descriptor, ...]
    diff_ids: tuple[str, ...]
    """Digests of the unpacked layers, from the config."""
    problem: str = ""
    """Why it, or its config, could not be read; empty if it could."""

    @property
    def chain_id(self) -> str:
        """Key of the snapshot that all its layers unpack to; empty if they are not known."""
        return chain_ids(self.diff_ids)[-1] if self.diff_ids else ""


class ImageContent(NamedTuple):
    """What the content store says of an image."""

    manifests: tuple[Manifest, ...]
    missing: tuple[Descriptor, ...]
    """Blobs it leads to of which there is no file; other platforms' are normally missing."""
    size: int
    """Bytes of its blobs that are there, each counted once."""
    problems: tuple[str, ...]
    """What could not be read."""

    @property
    def platforms(self) -> list[str]:
        """Platforms of its manifests, sorted."""
        return sorted({found.platform.text for found in self.manifests if found.platform})


def children(store: ContentStore, descriptor: Descriptor) -> list[Descriptor]:
    """Return what a descriptor's blob leads to: config then layers, or manifests.

    Raises:
        NotReadable: the blob is not there or not what the media type says.
    """
    if descriptor.is_manifest:
        document = store.document(descriptor.digest)
        _refuse(document, descriptor, "manifests")
        config = value_of(document, "config")
        first = [] if config is None else [_descriptor(config, descriptor.digest)]
        return first + [
            _descriptor(layer, descriptor.digest) for layer in list_of(document, "layers")
        ]
    if descriptor.is_index:
        document = store.document(descriptor.digest)
        _refuse(document, descriptor, "config")
        return [_descriptor(found, descriptor.digest) for found in list_of(document, "manifests")]
    return []


def describe(store: ContentStore, target: Descriptor) -> ImageContent:
    """Walk everything that an image's target leads to; what is missing or wrong is listed."""
    problems: list[str] = []
    found: list[Manifest] = []
    blobs: dict[str, Descriptor] = {}
    for descriptor, below in _walk(store, target, problems):
        blobs.setdefault(descriptor.digest, descriptor)
        if descriptor.is_manifest and (below or store.size(descriptor.digest) is not None):
            found.append(_manifest(store, descriptor, below))
    sizes = {digest: store.size(digest) for digest in blobs}
    problems += [manifest.problem for manifest in found if manifest.problem]
    return ImageContent(
        tuple(found),
        tuple(blobs[digest] for digest, size in sizes.items() if size is None),
        sum(size for size in sizes.values() if size is not None),
        tuple(dict.fromkeys(problems)),
    )


def config_platform(store: ContentStore, config: Descriptor) -> Platform | None:
    """Return the platform that an image config names.

    Raises:
        NotReadable: the config is not there or no JSON object.
    """
    document = store.document(config.digest)
    os, architecture = text_of(document, "os"), text_of(document, "architecture")
    return Platform(os, architecture, text_of(document, "variant")) if os or architecture else None


def diff_ids(store: ContentStore, config: Descriptor) -> tuple[str, ...]:
    """Return the digests of the unpacked layers that an image config names.

    Raises:
        NotReadable: the config is not there or no JSON object.
    """
    found = list_of(store.document(config.digest), "rootfs", "diff_ids")
    return tuple(digest for digest in found if isinstance(digest, str))


def chain_ids(diffs: tuple[str, ...]) -> list[str]:
    """Return the key of each layer's snapshot, the base first (OCI image spec, `ChainID`)."""
    # Loads OpenSSL, which a list of objects need not pay.
    import hashlib

    found: list[str] = []
    for diff in diffs:
        both = f"{found[-1]} {diff}" if found else ""
        hashed = hashlib.sha256(both.encode(errors="surrogatepass")).hexdigest()
        found.append(f"sha256:{hashed}" if both else diff)
    return found


def _walk(
    store: ContentStore, target: Descriptor, problems: list[str]
) -> Iterator[tuple[Descriptor, list[Descriptor]]]:
    """Yield each descriptor with its children, parents first, each digest once."""
    seen: set[str] = set()
    waiting = [target]
    while waiting:
        descriptor = waiting.pop()
        if descriptor.digest in seen:
            continue
        seen.add(descriptor.digest)
        below: list[Descriptor] = []
        # The blobs of platforms that nobody wanted are missing in most images.
        if store.size(descriptor.digest) is not None:
            try:
                below = children(store, descriptor)
            except NotReadable as error:
                problems.append(str(error))
        if len(seen) + len(waiting) + len(below) > MAX_DESCRIPTORS:
            problems.append(f"{target.digest}: leads to more than {MAX_DESCRIPTORS} blobs")
            below = []
        yield descriptor, below
        waiting += reversed(below)


def _manifest(store: ContentStore, descriptor: Descriptor, below: list[Descriptor]) -> Manifest:
    config = below[0] if below and _is_config(store, descriptor, below[0]) else None
    layers = tuple(below[1:] if config else below)
    platform, diffs, problem = descriptor.platform, (), ""
    found: tuple[str, ...] = diffs
    if config and config.media_type in CONFIGS and store.size(config.digest) is not None:
        try:
            platform = platform or config_platform(store, config)
            found = diff_ids(store, config)
        except NotReadable as error:
            problem = str(error)
    return Manifest(descriptor, platform, config, layers, found, problem)


def _is_config(store: ContentStore, manifest: Descriptor, first: Descriptor) -> bool:
    return text_of(store.document(manifest.digest), "config", "digest") == first.digest


def _descriptor(found: object, holder: str) -> Descriptor:
    size = number_of(found, "size")
    digest = text_of(found, "digest")
    if not digest or size is None or size < 0:
        raise NotReadable(f"{holder}: a descriptor without digest or size")
    platform = None
    if value_of(found, "platform") is not None:
        known = texts_of(found, "platform")
        names = (known.get(name, "") for name in ("os", "architecture", "variant"))
        platform = Platform(*names)
    return Descriptor(text_of(found, "mediaType"), digest, size, platform)


def _refuse(document: dict[str, object], descriptor: Descriptor, key: str) -> None:
    """Refuse a document whose shape contradicts its media type (`image.go: validateMediaType`)."""
    if document.get(key):
        raise NotReadable(f"{descriptor.digest}: a {descriptor.media_type} that has {key!r}")
