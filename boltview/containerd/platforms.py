"""Which of an image's platforms a host takes, and which it takes first.

From containerd `platforms` (`compare.go: platformVector`, `database.go`), for hosts whose system is
not Windows.
"""

from collections.abc import Iterable
from typing import NamedTuple

from boltview.containerd.manifests import Platform

_ARCHITECTURES = {
    "i386": "386",
    "x86_64": "amd64",
    "x86-64": "amd64",
    "aarch64": "arm64",
    "armhf": "arm",
    "armel": "arm",
}
_FIXED = {"i386": "", "armhf": "v7", "armel": "v6"}
"""Variants that the name of an architecture implies."""
_VARIANTS = {
    ("amd64", "v1"): "",
    ("arm64", "8"): "",
    ("arm64", "v8"): "",
    ("arm64", "v8.0"): "",
    ("arm64", "9"): "v9",
    ("arm64", "9.0"): "v9",
    ("arm64", "v9.0"): "v9",
    ("arm", ""): "v7",
    ("arm", "7"): "v7",
    ("arm", "5"): "v5",
    ("arm", "6"): "v6",
    ("arm", "8"): "v8",
}
_OLDEST_ARM = 5
_ARM64_MINORS = {8: 9, 9: 7}
"""Last known minor version of each major version of arm64."""
_V9_TO_V8 = 5
"""arm64 v9.x runs what is made for v8.(x+5)."""


class Preference(NamedTuple):
    """The platforms that a host takes, the best first, all in normal form."""

    platforms: tuple[Platform, ...]

    def rank(self, platform: Platform) -> int | None:
        """Return 0 for the best platform; None for one that the host does not take."""
        wanted = normalize(platform)
        return next((rank for rank, own in enumerate(self.platforms) if own == wanted), None)

    def best_first(self, platforms: Iterable[Platform | None]) -> list[int]:
        """Return the indexes of those that the host takes, in order; unnamed ones come last."""
        ranked = []
        for index, platform in enumerate(platforms):
            rank = len(self.platforms) if platform is None else self.rank(platform)
            if rank is not None:
                ranked.append((rank, index))
        return [index for _, index in sorted(ranked)]


def preference(host: Platform) -> Preference:
    """Return what a host takes: its own platform, then older variants, then 32 bits."""
    own = normalize(host)
    found = [own]
    version = _number(own.variant)
    if own.architecture == "amd64":
        found += [own._replace(variant=f"v{older}") for older in range(version - 1, 0, -1)]
        found.append(own._replace(architecture="386", variant=""))
    elif own.architecture == "arm":
        found += _arm(own, version - 1)
    elif own.architecture == "arm64":
        variants = _arm64_variants(own.variant or "v8")
        found = [own._replace(variant=variant) for variant in variants]
        found += _arm(own._replace(architecture="arm"), 8) if variants else []
    return Preference(tuple(dict.fromkeys(map(normalize, found))))


def normalize(platform: Platform) -> Platform:
    """Return the one spelling of a platform that others are compared with."""
    os = platform.os.lower() or "linux"
    architecture, variant = platform.architecture.lower(), platform.variant.lower()
    variant = _FIXED.get(architecture, variant)
    architecture = _ARCHITECTURES.get(architecture, architecture)
    variant = _VARIANTS.get((architecture, variant), variant)
    return Platform("darwin" if os == "macos" else os, architecture, variant)


def parse_platform(text: str) -> Platform:
    """Read `linux/arm64/v8`, `linux/amd64`.

    Raises:
        ValueError: it has another form.
    """
    parts = text.split("/")
    if not 2 <= len(parts) <= 3 or not all(parts):  # noqa: PLR2004 - system, architecture, variant
        raise ValueError(f"{text!r} is not a platform such as linux/amd64")
    return Platform(*parts)


def _arm(platform: Platform, newest: int) -> list[Platform]:
    return [
        platform._replace(variant=f"v{version}") for version in range(newest, _OLDEST_ARM - 1, -1)
    ]


def _arm64_variants(variant: str) -> list[str]:
    major_text, _, minor_text = variant.removeprefix("v").partition(".")
    major, minor = _number(major_text), _number(minor_text or "0")
    if not 0 <= minor <= _ARM64_MINORS.get(major, -1):
        return []
    found = [(major, lower) for lower in range(minor, -1, -1)]
    if major == 9:  # noqa: PLR2004 - the one that runs what another is made for
        found += [(8, lower) for lower in range(min(minor + _V9_TO_V8, 9), -1, -1)]
    return [f"v{major}.{lower}" if lower else f"v{major}" for major, lower in found]


def _number(variant: str) -> int:
    digits = variant.removeprefix("v")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 3 else -1  # noqa: PLR2004
