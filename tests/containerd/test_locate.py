"""From a path to the database that is meant: files, roots, images of nodes, hostile links."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from boltview.containerd.locate import CONTAINERD_ROOTS, METADATA, Located, NotLocated, locate

DEFAULT = "var/lib/containerd"


def put(root: Path, *parts: str) -> str:
    """Make a file with the folders above it; return its path."""
    path = root.joinpath(*parts)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"a database")
    return str(path)


def config(root: Path, text: str) -> None:
    path = root / "etc/containerd/config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_file_is_itself_whatever_its_name(tmp_path: Path) -> None:
    path = put(tmp_path, "anything")
    assert locate(path) == Located(path, ())


def test_a_containerd_root(tmp_path: Path) -> None:
    path = put(tmp_path, METADATA)
    assert locate(str(tmp_path)) == Located(path, ())


def test_the_folder_of_the_database(tmp_path: Path) -> None:
    path = put(tmp_path, "meta.db")
    assert locate(str(tmp_path)) == Located(path, ())


@pytest.mark.parametrize("root", CONTAINERD_ROOTS)
def test_every_root_that_distributions_use(root: str, tmp_path: Path) -> None:
    path = put(tmp_path, root, METADATA)
    assert locate(str(tmp_path)) == Located(path, ())


@pytest.mark.parametrize(
    "root",
    [
        "var/lib/containerd",
        "var/lib/rancher/k3s/agent/containerd",
        "var/lib/rancher/rke2/agent/containerd",
        "var/lib/k0s/containerd",
        "var/snap/microk8s/common/var/lib/containerd",
    ],
)
def test_the_roots_of_the_contract_are_known(root: str) -> None:
    assert root in CONTAINERD_ROOTS


def test_several_databases_are_named_with_the_usual_one_first(tmp_path: Path) -> None:
    k3s = put(tmp_path, "var/lib/rancher/k3s/agent/containerd", METADATA)
    plain = put(tmp_path, DEFAULT, METADATA)
    assert locate(str(tmp_path)) == Located(plain, (k3s,))


def test_the_configured_root_comes_first(tmp_path: Path) -> None:
    plain = put(tmp_path, DEFAULT, METADATA)
    mine = put(tmp_path, "data/containerd", METADATA)
    config(tmp_path, 'version = 2\nroot = "/data/containerd"\nstate = "/run/containerd"\n')
    assert locate(str(tmp_path)) == Located(mine, (plain,))


def test_the_default_root_named_in_the_configuration_is_not_given_twice(tmp_path: Path) -> None:
    plain = put(tmp_path, DEFAULT, METADATA)
    config(tmp_path, 'root = "/var/lib/containerd"\n')
    assert locate(str(tmp_path)) == Located(plain, ())


@pytest.mark.parametrize(
    "text",
    [
        "root = 7",
        "root = [",
        'root = "/nowhere"',
        'root = ""',
        'root = "\\u0000"',
        "a = " + "[" * 100_000,
        "\xff",
    ],
)
def test_a_useless_configuration_is_passed_over(text: str, tmp_path: Path) -> None:
    plain = put(tmp_path, DEFAULT, METADATA)
    config(tmp_path, text)
    (tmp_path / "etc/containerd/config.toml").write_bytes(text.encode("latin-1"))
    assert locate(str(tmp_path)) == Located(plain, ())


def test_a_configuration_cannot_lead_out_of_the_image(tmp_path: Path) -> None:
    outside = put(tmp_path, "outside", METADATA)
    image = tmp_path / "image"
    image.mkdir()
    config(image, 'root = "../../../../outside"\n')
    with pytest.raises(NotLocated):
        locate(str(image))
    assert Path(outside).exists()


def test_an_absolute_link_stays_within_the_image(tmp_path: Path) -> None:
    host = put(tmp_path, "data", METADATA)
    image = tmp_path / "image"
    (image / "var/lib").mkdir(parents=True)
    # On the failed node this led to its own /data; here it must not lead to ours.
    (image / "var/lib/containerd").symlink_to(tmp_path / "data")
    with pytest.raises(NotLocated):
        locate(str(image))
    inside = put(image, str(tmp_path / "data").lstrip("/"), METADATA)
    assert locate(str(image)) == Located(inside, ())
    assert inside != host


@pytest.mark.parametrize("target", ["../../data", "/data", "../../../../../data", "./../../data/."])
def test_links_within_the_image_are_followed(target: str, tmp_path: Path) -> None:
    image = tmp_path / "image"
    inside = put(image, "data", METADATA)
    (image / "var/lib").mkdir(parents=True)
    (image / "var/lib/containerd").symlink_to(target)
    assert locate(str(image)) == Located(inside, ())


def test_a_link_in_place_of_the_file_itself(tmp_path: Path) -> None:
    host = put(tmp_path, "host.db")
    link = tmp_path / "image" / DEFAULT / METADATA
    link.parent.mkdir(parents=True)
    link.symlink_to(host)
    with pytest.raises(NotLocated):
        locate(str(tmp_path / "image"))


def test_links_that_go_round_end(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var/lib").symlink_to("/var/lib")
    (tmp_path / "etc").symlink_to("etc")
    with pytest.raises(NotLocated):
        locate(str(tmp_path))


def test_a_folder_or_a_fifo_in_place_of_the_database(tmp_path: Path) -> None:
    (tmp_path / METADATA).mkdir(parents=True)
    with pytest.raises(NotLocated):
        locate(str(tmp_path))
    (tmp_path / METADATA).rmdir()
    os.mkfifo(tmp_path / METADATA)
    with pytest.raises(NotLocated):
        locate(str(tmp_path))


@pytest.mark.parametrize("path", ["", "/nonexistent", "\0", "a" * 5000])
def test_a_path_that_is_none(path: str) -> None:
    with pytest.raises(NotLocated):
        locate(path)


def test_an_empty_folder_says_what_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(NotLocated, match=f"neither {METADATA} nor a known root"):
        locate(str(tmp_path))


@pytest.mark.parametrize("locked", ["", DEFAULT, f"{DEFAULT}/io.containerd.metadata.v1.bolt"])
def test_a_folder_that_may_not_be_looked_into_is_named(locked: str, tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    image = tmp_path / "image"
    put(image, DEFAULT, METADATA)
    (image / locked).chmod(0o700)
    for folder in (tmp_path, *tmp_path.parents[:-1]):
        folder.chmod(folder.stat().st_mode | 0o011)
    program = (
        "import os, sys; from boltview.containerd.locate import *\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "try: print('found', locate(sys.argv[1]))\n"
        "except NotLocated as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(image)],
        capture_output=True,
        text=True,
        check=True,
    )
    place = str(image / locked) if locked else str(image)
    assert done.stdout.startswith(f"{place}: permission denied")
