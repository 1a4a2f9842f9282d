"""What a client makes of images that are not whole, not alike, or not honest.

Expected values follow containerd `core/images/image.go`; sizes are sums of the descriptors' own.
"""

import hashlib
import json
from pathlib import Path

import pytest

from boltview.containerd.content import ContentStore
from boltview.containerd.files import Folder, NotReadable
from boltview.containerd.imageview import Check, ImageView, Missing
from boltview.containerd.manifests import Descriptor, Platform
from boltview.containerd.platforms import preference

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"
Json = dict[str, object]


class Store:
    """A content store on disk, and which of its blobs the namespace has a record of."""

    def __init__(self, root: Path) -> None:
        self.blobs = root / "blobs/sha256"
        self.blobs.mkdir(parents=True)
        self.hidden: set[str] = set()
        self._store = ContentStore(Folder(str(root), ""))

    def put(self, media_type: str, content: object, platform: Json | None = None) -> Json:
        raw = content if isinstance(content, bytes) else json.dumps(content).encode()
        name = hashlib.sha256(raw).hexdigest()
        (self.blobs / name).write_bytes(raw)
        found: Json = {"mediaType": media_type, "digest": f"sha256:{name}", "size": len(raw)}
        return found | ({"platform": platform} if platform else {})

    def image(self, architecture: str, platform: Json | None = None, variant: str = "") -> Json:
        config = {"os": "linux", "architecture": architecture, "variant": variant}
        layer = self.put(LAYER, architecture.encode() * 100)
        config_at = self.put(CONFIG, config | {"rootfs": {"diff_ids": [layer["digest"]]}})
        return self.put(MANIFEST, {"config": config_at, "layers": [layer]}, platform)

    def drop(self, what: object) -> None:
        assert isinstance(what, dict)
        (self.blobs / str(what["digest"]).removeprefix("sha256:")).unlink()

    def parts(self, manifest: Json) -> Json:
        name = str(manifest["digest"]).removeprefix("sha256:")
        found: Json = json.loads((self.blobs / name).read_bytes())
        return found

    def view(self, host: str = "amd64", *, is_new: bool = True) -> ImageView:
        own = preference(Platform("linux", host))
        return ImageView(self._store, lambda digest: digest not in self.hidden, own, is_new=is_new)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def target(found: Json) -> Descriptor:
    assert isinstance(found["size"], int)
    return Descriptor(str(found["mediaType"]), str(found["digest"]), found["size"])


def total(*found: object) -> int:
    return sum(item["size"] for item in found if isinstance(item, dict))


def whole(store: Store, manifest: Json) -> int:
    parts = store.parts(manifest)
    assert isinstance(parts["layers"], list)
    return total(manifest, parts["config"], *parts["layers"])


def test_of_an_index_the_best_manifest_counts(store: Store) -> None:
    images = {
        name: store.image(name, {"os": "linux", "architecture": name})
        for name in ("386", "arm64", "amd64")
    }
    index = store.put(INDEX, {"manifests": list(images.values())})
    for host in ("amd64", "arm64"):
        wanted = total(index) + whole(store, images[host])
        assert store.view(host).size(target(index)) == (wanted, "")
    store.drop(images["amd64"])
    # The second best is not taken instead: the index names a better one.
    size = store.view().size(target(index))
    assert size.size == total(index, images["amd64"])
    assert "not found" in size.problem
    assert store.view().check(target(index)) == Check(None, ())


def test_of_an_index_without_a_match_only_itself_counts(store: Store) -> None:
    arm = store.image("arm64", {"os": "linux", "architecture": "arm64"})
    index = store.put(INDEX, {"manifests": [arm]})
    size = store.view().size(target(index))
    assert (size.size, bool(size.problem)) == (total(index), True)
    assert store.view().platforms(target(index)) == [Platform("linux", "arm64")]
    with pytest.raises(Missing, match="no match"):
        store.view().diff_ids(target(index))


def test_a_manifest_without_a_platform_is_judged_by_its_config(store: Store) -> None:
    index = store.put(INDEX, {"manifests": [store.image("amd64")]})
    assert store.view().check(target(index)).required
    assert store.view("s390x").check(target(index)) == Check(None, ())


def test_platforms_of_attestations_are_skipped_by_newer_clients_only(store: Store) -> None:
    unknown: Json = {"os": "unknown", "architecture": "unknown"}
    own: Json = {"os": "linux", "architecture": "amd64"}
    manifests = [store.image("amd64", own), store.image("x", unknown)]
    index = store.put(INDEX, {"manifests": manifests})
    linux = Platform("linux", "amd64")
    assert store.view().platforms(target(index)) == [linux]
    both = [linux, Platform("unknown", "unknown")]
    assert store.view(is_new=False).platforms(target(index)) == both


def test_variants_of_configs_are_seen_by_newer_clients_only(store: Store) -> None:
    image = store.image("arm", variant="v6")
    assert store.view().platforms(target(image)) == [Platform("linux", "arm", "v6")]
    assert store.view(is_new=False).platforms(target(image)) == [Platform("linux", "arm", "v7")]


def test_what_is_missing_is_counted(store: Store) -> None:
    image = store.image("amd64")
    parts = store.parts(image)
    assert isinstance(parts["layers"], list)
    assert isinstance(parts["config"], dict)
    store.drop(parts["layers"][0])
    found = store.view().check(target(image))
    assert found.required is not None
    assert len(found.required) == 2
    assert [item.digest for item in found.present] == [parts["config"]["digest"]]


def test_a_blob_of_another_namespace_is_not_there(store: Store) -> None:
    image = store.image("amd64")
    store.hidden = {str(image["digest"])}
    assert store.view().check(target(image)) == Check(None, ())
    assert store.view().size(target(image)).size == image["size"]


def test_a_document_of_another_kind_is_an_error_not_a_gap(store: Store) -> None:
    index = store.put(INDEX, {"manifests": []})
    for broken in (target(index)._replace(media_type=MANIFEST), target(store.put(MANIFEST, b"{"))):
        with pytest.raises(NotReadable):
            store.view().check(broken)


def test_what_is_no_image_is_unavailable(store: Store) -> None:
    other = store.put("application/octet-stream", b"x")
    assert store.view().check(target(other)) == Check(None, ())
    assert store.view().size(target(other)) == (1, "")
    assert store.view().platforms(target(other)) == []


def test_a_wide_forgery_ends(store: Store) -> None:
    leaf = store.image("amd64")
    for _ in range(6):
        leaf = store.put(INDEX, {"manifests": [leaf] * 50})
    with pytest.raises(NotReadable, match="more than"):
        store.view().platforms(target(leaf))
