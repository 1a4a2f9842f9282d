"""The tree's rules, mount lines of every kind, and sizes of directories."""

import os
import subprocess
from pathlib import Path

import pytest

from boltview.containerd.diskusage import disk_usage
from boltview.containerd.objects import BackendSnapshot, Record, Snapshot
from boltview.containerd.overlay import Chain
from boltview.report.ctr.snapshots import Mount, NoMounts, mount_line, mount_of, tree

ACTIVE = "workdir=/s/snapshots/2/work,upperdir=/s/snapshots/2/fs,lowerdir=/s/snapshots/1/fs"


def snapshot(key: str, parent: str | None = None) -> Snapshot:
    return Snapshot("default", "overlayfs", key, None, parent, (), {}, None, None, Record())


def drawn(*pairs: tuple[str, str | None]) -> list[str]:
    return list(tree(snapshot(*pair) for pair in pairs))


def test_children_hang_below_their_parents_in_the_order_of_the_keys() -> None:
    assert drawn(("a", "m"), ("b", None), ("c", "a"), ("m", None), ("n", "b")) == [
        " m",
        "  \\_ a",
        "    \\_ c",
        " b",
        "  \\_ n",
    ]


def test_a_parent_that_is_missing_is_a_base() -> None:
    assert drawn(("a", "gone"), ("b", "gone")) == [" gone", "  \\_ a", "  \\_ b"]


def test_parents_of_each_other_end() -> None:
    assert drawn(("a", "b"), ("b", "a"), ("c", None)) == [" c"]


def test_a_deep_tree_is_drawn() -> None:
    keys = [f"k{number:05}" for number in range(5000)]
    lines = drawn(*zip(keys, [None, *keys], strict=False))
    assert lines[-1] == "  " * 4999 + "\\_ k04999"


def chain(kind: str, *numbers: int, snapshotter: str = "overlayfs") -> Chain:
    names = [f"default/{number}/k" for number in numbers]
    kinds = [kind, *["Committed"] * len(numbers)]
    found = tuple(
        BackendSnapshot(name, number, own, parent, None, None, {}, None, None, Record())
        for name, number, own, parent in zip(
            names, numbers, kinds, [*names[1:], None], strict=False
        )
    )
    return Chain(snapshotter, "/s", found)


@pytest.mark.parametrize(
    ("kind", "numbers", "new", "old"),
    [
        ("Active", (1,), "bind /s/snapshots/1/fs /T -o rw,rbind", None),
        ("View", (1,), "bind /s/snapshots/1/fs /T -o ro,rbind", None),
        ("View", (2, 1), "bind /s/snapshots/1/fs /T -o ro,rbind", None),
        (
            "View",
            (3, 2, 1),
            "overlay overlay /T -o lowerdir=/s/snapshots/2/fs:/s/snapshots/1/fs,index=off",
            "overlay overlay /T -o index=off,lowerdir=/s/snapshots/2/fs:/s/snapshots/1/fs",
        ),
        (
            "Active",
            (2, 1),
            f"overlay overlay /T -o {ACTIVE},index=off",
            f"overlay overlay /T -o index=off,{ACTIVE}",
        ),
    ],
)
def test_overlay_mounts(kind: str, numbers: tuple[int, ...], new: str, old: str | None) -> None:
    for is_new, wanted in ((True, new), (False, old or new)):
        mount = mount_of(chain(kind, *numbers), is_new=is_new)
        assert mount_line(mount, "/T", is_new=is_new) == f"mount -t {wanted}"


def test_native_mounts() -> None:
    for kind, wanted in (("Active", "2 /T -o rbind,rw"), ("View", "1 /T -o rbind,ro")):
        mount = mount_of(chain(kind, 2, 1, snapshotter="native"), is_new=True)
        assert mount_line(mount, "/T", is_new=True) == f"mount -t bind /s/snapshots/{wanted}"


def test_newer_releases_tidy_the_target_and_omit_empty_options() -> None:
    mount = Mount("x", "y", ())
    assert mount_line(mount, "/a/../b//c/", is_new=True) == "mount -t x y /b/c"
    assert mount_line(mount, "//b", is_new=True) == "mount -t x y /b"
    assert mount_line(mount, "/a/../b/", is_new=False) == "mount -t x y /a/../b/ -o "


@pytest.mark.parametrize(
    "bad",
    [
        chain("Committed", 1),
        chain("Active"),
        chain("Active", 1, snapshotter="devmapper"),
        chain("Active", 2, 1)._replace(snapshots=chain("Active", 2, 1).snapshots[:1]),
    ],
)
def test_what_cannot_be_mounted_says_why(bad: Chain) -> None:
    with pytest.raises(NoMounts, match=r"database|only active"):
        mount_of(bad, is_new=True)


def test_sizes_are_those_of_du(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/file").write_bytes(b"x" * 10_000)
    os.link(tmp_path / "a/file", tmp_path / "a/b/again")
    (tmp_path / "link").symlink_to("/usr")
    with (tmp_path / "hole").open("wb") as file:
        file.truncate(1 << 20)
    said = subprocess.check_output(["du", "-s", "--block-size=1", str(tmp_path)], text=True)
    inodes = subprocess.check_output(["du", "-s", "--inodes", str(tmp_path)], text=True)
    assert disk_usage(str(tmp_path)) == (int(said.split()[0]), int(inodes.split()[0]))
