"""Which platforms a host takes, and in which order: what containerd's own package says."""

from itertools import product

import pytest

from boltview.containerd.manifests import Platform
from boltview.containerd.platforms import normalize, parse_platform, preference
from tests.ctr.conftest import Go

SPELLED = [
    Platform(os, architecture, variant)
    for os, architecture, variant in product(
        ("linux", "Linux"),
        ("amd64", "x86_64", "386", "i386", "arm", "armhf", "armel", "arm64", "aarch64", "s390x"),
        ("", "v1", "v2", "v3", "v5", "6", "v7", "v8", "8", "v8.0", "v8.2", "v9", "9.0", "v9.1"),
    )
]
HOSTS = [
    "linux/amd64",
    "linux/amd64/v3",
    "linux/386",
    "linux/arm/v5",
    "linux/arm/v7",
    "linux/arm64/v8",
    "linux/arm64/v8.2",
    "linux/arm64/v9.1",
    "linux/s390x",
    "linux/riscv64",
]


def asked(platform: Platform) -> dict[str, str]:
    return {
        "os": platform.os,
        "architecture": platform.architecture,
        "variant": platform.variant,
    }


@pytest.mark.parametrize("platform", SPELLED, ids=lambda platform: platform.text)
def test_the_normal_form_is_containerds(go: Go, platform: Platform) -> None:
    theirs = go.ask("normalize", platforms=[asked(platform)])
    assert isinstance(theirs, dict)
    assert normalize(platform) == Platform(
        theirs["os"], theirs["architecture"], theirs.get("variant", "")
    )


@pytest.mark.parametrize("host", HOSTS)
def test_matching_and_order_are_containerds(go: Go, host: str) -> None:
    some = SPELLED[: len(SPELLED) // 2]
    own = preference(parse_platform(host))
    theirs = go.ask("order", platforms=[asked(p) for p in (parse_platform(host), *some)])
    assert isinstance(theirs, list)
    ranks = [own.rank(platform) for platform in some]
    for rank, row in zip(ranks, theirs, strict=True):
        assert row[0] is (rank is not None)
        less = [rank is not None and (other is None or rank < other) for other in ranks]
        assert row[1:] == less


def test_unnamed_platforms_come_last_and_others_not_at_all() -> None:
    own = preference(Platform("linux", "amd64"))
    found = [
        None,
        Platform("linux", "arm64"),
        Platform("linux", "386"),
        Platform("linux", "amd64", "v1"),
        Platform("windows", "amd64"),
    ]
    assert own.best_first(found) == [3, 2, 0]


@pytest.mark.parametrize("text", ["", "linux", "linux/", "/amd64", "linux/arm/v7/x"])
def test_what_is_no_platform_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a platform"):
        parse_platform(text)
