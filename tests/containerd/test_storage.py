"""Content store, snapshotter databases and mount commands: real ones, and hostile ones."""

import hashlib
import json
import os
import shlex
from pathlib import Path

import pytest

from boltview.containerd.content import ContentStore
from boltview.containerd.files import Folder, NotReadable
from boltview.containerd.manifests import Descriptor, chain_ids, describe
from boltview.containerd.objects import BackendSnapshot, Record
from boltview.containerd.overlay import Chain, NotMountable, mount_command
from tests.containerd.nodes import VERSIONS, node_of, outputs, sample

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"


@pytest.mark.parametrize("version", VERSIONS)
def test_platforms_and_sizes_are_what_ctr_listed(version: str) -> None:
    """`ctr images ls` counts one platform; for images of one platform that is all there is."""
    node = sample(version)
    assert node.content is not None
    compared = 0
    for image in node.metadata.images("default"):
        lines = (outputs(version) / "default.images.ls.txt").read_text().splitlines()
        (line,) = [line for line in lines if line.split()[0] == image.name]
        _, media_type, digest, size, unit, platforms = line.split()[:6]
        assert (image.target.media_type, image.target.digest) == (media_type, digest)
        target = Descriptor(media_type, digest, image.target.size or 0)
        content = describe(node.content, target)
        assert content.problems == ()
        assert set(platforms.split(",")) >= set(content.platforms)
        if len(content.manifests) == 1 and media_type == MANIFEST:
            assert unit == "KiB"
            assert f"{content.size / 1024:.1f}" == size
            assert content.missing == ()
            compared += 1
    assert compared == 4


@pytest.mark.parametrize("version", VERSIONS)
def test_chain_ids_are_the_keys_of_unpacked_layers(version: str) -> None:
    node = sample(version)
    assert node.content is not None
    image = node.metadata.image("default", "registry.example.com/team/app:v1.2.3")
    assert image is not None
    assert image.target.digest is not None
    target = Descriptor(image.target.media_type or "", image.target.digest, 0)
    (manifest,) = describe(node.content, target).manifests
    keys = chain_ids(manifest.diff_ids)
    for key, parent in zip(keys, [None, *keys], strict=False):
        snapshot = node.metadata.snapshot("default", "overlayfs", key)
        assert snapshot is not None
        assert snapshot.parent == parent


@pytest.mark.parametrize("version", VERSIONS)
def test_uploads_are_found_by_the_hash_of_their_reference(version: str) -> None:
    node = sample(version)
    assert node.content is not None
    upload = node.content.upload("default/1/partial-upload")
    assert upload is not None
    assert upload.folder.startswith("c7a7592e")
    assert (upload.offset, upload.total) == (0, None)
    assert upload.started_at.startswith("2026-11-23T18:1")
    assert node.content.upload("default/2/partial-upload") is None


class Store:
    """A content store under construction."""

    def __init__(self, root: Path) -> None:
        self.blobs = root / "blobs/sha256"
        self.blobs.mkdir(parents=True)
        self.store = ContentStore(Folder(str(root), ""))

    def put(self, media_type: str, document: object) -> Descriptor:
        raw = document if isinstance(document, bytes) else json.dumps(document).encode()
        digest = hashlib.sha256(raw).hexdigest()
        (self.blobs / digest).write_bytes(raw)
        return Descriptor(media_type, f"sha256:{digest}", len(raw))


def written(descriptor: Descriptor, **more: object) -> dict[str, object]:
    return {
        "mediaType": descriptor.media_type,
        "digest": descriptor.digest,
        "size": descriptor.size,
        **more,
    }


def test_a_blob_that_is_not_its_digest_is_refused(tmp_path: Path) -> None:
    store = Store(tmp_path)
    found = store.put(MANIFEST, {"layers": []})
    (store.blobs / found.digest[7:]).write_text('{"layers": [1]}')
    content = describe(store.store, found)
    assert content.manifests[0].layers == ()
    assert "does not have this digest" in content.problems[0]


@pytest.mark.parametrize(
    "document",
    [
        b"[]",
        b"\xff",
        b"{",
        b'{"layers": [{}]}',
        b'{"layers": [{"digest": 5, "size": 1}]}',
        b'{"layers": [{"digest": "sha256:00", "size": -1}]}',
        b'{"manifests": [{"digest": "a"}], "layers": []}',
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
    ],
)
def test_hostile_manifests_are_named_and_end(tmp_path: Path, document: bytes) -> None:
    store = Store(tmp_path)
    content = describe(store.store, store.put(MANIFEST, document))
    assert len(content.problems) == 1


def test_an_index_that_leads_to_itself_or_everywhere_ends(tmp_path: Path) -> None:
    store = Store(tmp_path)
    layers = [
        {"mediaType": LAYER, "digest": f"sha256:{number:064x}", "size": 1}
        for number in range(20_000)
    ]
    found = store.put(MANIFEST, {"layers": layers})
    content = describe(store.store, store.put(INDEX, {"manifests": [written(found)] * 3}))
    assert "leads to more than 10000 blobs" in content.problems[0]


@pytest.mark.parametrize("digest", ["sha256:../../x", "../x:y", "sha256:", "a", "", "sha256:a/b"])
def test_digests_cannot_lead_out_of_the_store(tmp_path: Path, digest: str) -> None:
    store = Store(tmp_path / "store")
    (tmp_path / "x").write_text("secret")
    assert store.store.size(digest) is None
    with pytest.raises(NotReadable):
        store.store.blob(digest)


def test_links_cannot_lead_out_of_the_node(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("{}")
    store = Store(tmp_path / "node")
    (store.blobs / ("a" * 64)).symlink_to(tmp_path / "secret")
    (store.blobs / ("b" * 64)).symlink_to("../../../../../secret")
    for letter in "ab":
        assert store.store.size("sha256:" + letter * 64) is None


def test_a_pipe_in_the_way_does_not_hang(tmp_path: Path) -> None:
    store = Store(tmp_path)
    os.mkfifo(store.blobs / ("a" * 64))
    with pytest.raises(NotReadable, match="not a regular file"):
        store.store.blob("sha256:" + "a" * 64)


def snapshot(number: int, kind: str = "Committed", parent: str | None = None) -> BackendSnapshot:
    return BackendSnapshot(f"n{number}", number, kind, parent, None, None, {}, None, None, Record())


def test_mount_commands_are_read_only_and_quoted() -> None:
    chain = Chain("overlayfs", "/a b:c,d", (snapshot(3, "Active", "n1"), snapshot(1)))
    words = shlex.split(mount_command(chain))
    base = "/a b\\:c\\,d/snapshots"
    assert words == [
        "mount", "-t", "overlay", "-o", f"ro,lowerdir={base}/3/fs:{base}/1/fs", "overlay", "TARGET",
    ]  # fmt: skip
    single = Chain("overlayfs", "/root", (snapshot(1),))
    assert mount_command(single) == "mount -o bind,ro /root/snapshots/1/fs TARGET"
    view = Chain("overlayfs", "/root", (snapshot(9, "View", "n1"), snapshot(1)))
    assert mount_command(view) == "mount -o bind,ro /root/snapshots/1/fs TARGET"
    native = Chain("native", "/root", (snapshot(2, "Active", "n1"), snapshot(1)))
    assert mount_command(native) == "mount -o bind,ro /root/snapshots/2 TARGET"


def test_long_chains_fit_into_the_options_of_a_mount() -> None:
    links = [snapshot(n, "Committed", f"n{n - 1}" if n > 1 else None) for n in range(200, 0, -1)]
    command = mount_command(Chain("overlayfs", "/var/lib/containerd/overlay", tuple(links)))
    assert command.startswith("(cd /var/lib/containerd/overlay/snapshots && mount")
    options = shlex.split(command.strip("()"))[7]
    assert len(options) < 4096
    assert options.count("/fs") == 200


@pytest.mark.parametrize(
    "chain",
    [
        Chain("overlayfs", "/r", ()),
        Chain("overlayfs", "/r", (snapshot(2, "Active", "gone"),)),
        Chain("overlayfs", "/r", (snapshot(2)._replace(id=None),)),
        Chain("btrfs", "/r", (snapshot(1),)),
    ],
)
def test_what_cannot_be_mounted_is_refused(chain: Chain) -> None:
    with pytest.raises(NotMountable):
        mount_command(chain)


def test_parts_that_are_not_there_say_so(tmp_path: Path) -> None:
    node = node_of(tmp_path, {b"ns": {b"images": {}}})
    parts = {part.name: part.problem for part in node.all_parts()}
    assert set(parts.values()) == {"not there"}
    assert "content store" in parts


def test_a_part_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    folder = tmp_path / "var/lib/containerd/io.containerd.snapshotter.v1.overlayfs"
    folder.mkdir(parents=True)
    (folder / "metadata.db").write_bytes(b"x" * 100_000)
    node = node_of(tmp_path, {b"ns": {b"images": {}}})
    assert node.snapshotters == {}
    (part,) = [part for part in node.parts() if part.name == "snapshotter overlayfs"]
    assert part.problem
    assert part.problem != "not there"
