"""Each rule of the collector by itself, with the releases it holds for."""

import pytest

from boltview.containerd.releases import DAEMONS
from tests.containerd.scenes import EXACTLY_NOW, FUTURE, NOW, PAST, Scene, Tree

GC = "containerd.io/gc."
SECOND = 10**9


def since(first: str) -> list[tuple[str, bool]]:
    """Return every line of releases, and whether it comes no earlier than `first`."""
    return [(daemon, DAEMONS.index(daemon) >= DAEMONS.index(first)) for daemon in DAEMONS]


@pytest.mark.parametrize("daemon", DAEMONS)
def test_what_nothing_refers_to_goes(daemon: str) -> None:
    scene = Scene().blob("b").snapshot("o/s").ingest("i")
    assert scene.goes(daemon) == {"content/b", "snapshot/o/s", "ingest/i"}


@pytest.mark.parametrize("daemon", DAEMONS)
def test_an_image_keeps_its_target_and_labels_lead_on(daemon: str) -> None:
    manifest = {f"{GC}ref.content.config": "config", f"{GC}ref.content.l.0": "layer"}
    scene = Scene().image("i", "manifest").blob("manifest", manifest).blob("layer")
    scene.blob("config", {f"{GC}ref.snapshot.o": "top"}).blob("other")
    scene.snapshot("o/top", "base").snapshot("o/base").snapshot("native/top")
    assert scene.goes(daemon) == {"content/other", "snapshot/native/top"}


@pytest.mark.parametrize("daemon", DAEMONS)
def test_a_container_stays_and_keeps_its_snapshot_but_not_its_image(daemon: str) -> None:
    scene = Scene().container("c", "o/rw", {f"{GC}ref.content": "b"}).blob("b")
    scene.snapshot("o/rw", "layer").snapshot("o/layer").snapshot("o/free")
    assert scene.goes(daemon) == {"snapshot/o/free"}


@pytest.mark.parametrize("daemon", DAEMONS)
def test_a_container_without_snapshotter_keeps_no_snapshot(daemon: str) -> None:
    scene = Scene().container("c", "/rw").snapshot("o/rw")
    assert scene.goes(daemon) == {"snapshot/o/rw"}


@pytest.mark.parametrize("daemon", DAEMONS)
def test_namespaces_do_not_see_one_another(daemon: str) -> None:
    scene = Scene().image("i", "b", ns="other").blob("b").blob("b", ns="other")
    assert scene.goes(daemon) == {"content/b"}


@pytest.mark.parametrize("daemon", DAEMONS)
@pytest.mark.parametrize(
    ("expire", "stays"),
    [(PAST, False), (FUTURE, True), (EXACTLY_NOW, True), ("tomorrow", True), ("", True)],
)
def test_a_lease_ends_when_its_time_is_over(daemon: str, expire: str, *, stays: bool) -> None:
    scene = Scene().blob("b").lease("l", ["content/b"], {f"{GC}expire": expire})
    assert scene.goes(daemon) == (set() if stays else {"lease/l", "content/b"})


@pytest.mark.parametrize("daemon", DAEMONS)
def test_a_lease_keeps_what_it_lists_and_what_that_refers_to(daemon: str) -> None:
    scene = Scene().lease("l", ["content/b", "snapshot/o/s", "ingest/i", "content/gone"])
    scene.blob("b", {f"{GC}ref.content.0": "c"}).blob("c").blob("d")
    scene.snapshot("o/s", "p").snapshot("o/p").ingest("i", expected="e").blob("e")
    assert scene.goes(daemon) == {"content/d"}


@pytest.mark.parametrize("daemon", DAEMONS)
@pytest.mark.parametrize("value", ["", "false", "x"])
def test_a_flat_lease_follows_no_labels(daemon: str, value: str) -> None:
    scene = Scene().lease("l", ["content/b", "snapshot/o/s", "ingest/i"], {f"{GC}flat": value})
    scene.blob("b", {f"{GC}ref.content.0": "c"}).blob("c")
    scene.snapshot("o/s", "p", {f"{GC}ref.content": "c"}).snapshot("o/p", "q")
    scene.snapshot("o/q", labels={f"{GC}ref.snapshot.o": "r"}).snapshot("o/r")
    # Uploads are never flat: what this one expects is kept, and what that refers to.
    scene.ingest("i", expected="e").blob("e", {f"{GC}ref.content": "f"}).blob("f")
    assert scene.goes(daemon) == {"content/c", "snapshot/o/r"}


@pytest.mark.parametrize("daemon", DAEMONS)
def test_what_is_held_flat_and_otherwise_leads_on(daemon: str) -> None:
    scene = Scene().lease("flat", ["content/b"], {f"{GC}flat": ""}).lease("whole", ["content/b"])
    assert scene.blob("b", {f"{GC}ref.content": "c"}).blob("c").goes(daemon) == set()


@pytest.mark.parametrize(("daemon", "known"), since("2.0"))
def test_leases_hold_images_since_2_0(daemon: str, *, known: bool) -> None:
    expired = {f"{GC}expire": PAST}
    scene = Scene().image("i", "b", expired).blob("b").lease("l", ["image/i"])
    # Before, every image is a root, whatever its labels say.
    assert scene.goes(daemon) == set()
    without = Scene().image("i", "b", expired).blob("b").lease("l")
    assert without.goes(daemon) == ({"image/i", "content/b"} if known else set())
    only_lease = Scene().blob("b").lease("l", ["image/i"]).image("i", "b")
    assert only_lease.goes(daemon) == set()


def test_a_flat_lease_keeps_an_image_and_its_target_alone() -> None:
    labels = {f"{GC}expire": PAST, f"{GC}ref.content": "c"}
    scene = Scene().image("i", "b", labels).lease("l", ["image/i"], {f"{GC}flat": "1"})
    scene.blob("b", {f"{GC}ref.content": "d"}).blob("c").blob("d")
    assert scene.goes("2.0") == {"content/c", "content/d"}


@pytest.mark.parametrize(("daemon", "known"), since("2.0"))
@pytest.mark.parametrize(
    ("expire", "is_over"),
    [(PAST, True), (FUTURE, False), (EXACTLY_NOW, False), ("never", False)],
)
def test_images_expire_since_2_0(daemon: str, *, known: bool, expire: str, is_over: bool) -> None:
    scene = Scene().image("i", "b", {f"{GC}expire": expire}).blob("b")
    assert scene.goes(daemon) == ({"image/i", "content/b"} if known and is_over else set())


@pytest.mark.parametrize(("daemon", "known"), since("2.0"))
def test_labels_refer_to_images_since_2_0(daemon: str, *, known: bool) -> None:
    scene = Scene().container("c", labels={f"{GC}ref.image/base": "i"})
    scene.image("i", "b", {f"{GC}expire": PAST}).blob("b")
    assert scene.goes(daemon) == set()
    if known:
        unnamed = Scene().container("c", labels={f"{GC}ref.imagebase": "i"})
        unnamed.image("i", "b", {f"{GC}expire": PAST})
        assert unnamed.goes(daemon) == {"image/i"}


@pytest.mark.parametrize("daemon", DAEMONS)
def test_gc_expire_means_nothing_on_blobs_and_snapshots(daemon: str) -> None:
    later, before = {f"{GC}expire": FUTURE}, {f"{GC}expire": PAST, f"{GC}root": ""}
    scene = Scene().blob("b", later).snapshot("o/s", labels=later)
    scene.blob("r", before).snapshot("o/r", labels=before)
    assert scene.goes(daemon) == {"content/b", "snapshot/o/s"}


@pytest.mark.parametrize("daemon", DAEMONS)
@pytest.mark.parametrize(("offset", "stays"), [(-1, False), (0, True), (1, True)])
def test_an_upload_stays_until_its_time(daemon: str, offset: int, *, stays: bool) -> None:
    scene = Scene().ingest("i", NOW // SECOND + offset, "b").blob("b")
    assert scene.goes(daemon) == (set() if stays else {"ingest/i", "content/b"})


def test_expiry_counts_to_the_nanosecond() -> None:
    scene = Scene().ingest("i", NOW // SECOND).lease("l", labels={f"{GC}expire": EXACTLY_NOW})
    assert scene.goes("2.4", NOW) == set()
    assert scene.goes("2.4", NOW + 1) == {"ingest/i", "lease/l"}


@pytest.mark.parametrize("daemon", DAEMONS)
def test_gc_root_makes_a_root_whatever_its_value(daemon: str) -> None:
    root = {f"{GC}root": "0", f"{GC}ref.content.0": "c"}
    scene = Scene().blob("b", root).blob("c").snapshot("o/s", "p", {f"{GC}root": "x"})
    scene.snapshot("o/p").sandbox("s", {f"{GC}root": ""}).container("x")
    assert scene.goes(daemon) == set()


@pytest.mark.parametrize(("daemon", "known"), since("2.2"))
def test_gc_root_with_more_behind_it_counts_since_2_2(daemon: str, *, known: bool) -> None:
    scene = Scene().blob("b", {f"{GC}rootless": ""}).snapshot("o/s", labels={f"{GC}root.me": ""})
    assert scene.goes(daemon) == (set() if known else {"content/b", "snapshot/o/s"})


@pytest.mark.parametrize("daemon", DAEMONS)
@pytest.mark.parametrize(
    ("label", "known"),
    [
        ("ref.content", True),
        ("ref.content.", True),
        ("ref.content/x/y", True),
        ("ref.contents", False),
        ("ref.contentx.l", False),
        ("reference.content", False),
    ],
)
def test_a_label_is_its_name_or_goes_on_with_a_separator(
    daemon: str,
    label: str,
    *,
    known: bool,
) -> None:
    scene = Scene().blob("b").container("c", labels={GC + label: "b"})
    assert scene.goes(daemon) == (set() if known else {"content/b"})


@pytest.mark.parametrize("daemon", DAEMONS)
@pytest.mark.parametrize(
    ("label", "known"),
    [
        ("ref.snapshot.o", True),
        ("ref.snapshot.o/anything", True),
        ("ref.snapshot.o.x", False),
        ("ref.snapshot/o", False),
        ("ref.snapshot", False),
    ],
)
def test_only_a_slash_ends_the_name_of_a_snapshotter(
    daemon: str, label: str, *, known: bool
) -> None:
    scene = Scene().snapshot("o/a/b").container("c", labels={GC + label: "a/b"})
    assert scene.goes(daemon) == (set() if known else {"snapshot/o/a/b"})


@pytest.mark.parametrize(("daemon", "known"), since("1.7"))
def test_labels_of_sandboxes_count_since_1_7(daemon: str, *, known: bool) -> None:
    scene = Scene().sandbox("s", {f"{GC}ref.content": "b", f"{GC}bref.content": "c"})
    scene.blob("b").snapshot("o/s")
    assert scene.goes(daemon) == ({"snapshot/o/s"} if known else {"content/b", "snapshot/o/s"})


def test_sandboxes_that_1_7_keeps_outside_are_never_roots() -> None:
    scene = Scene().blob("b")
    record: Tree = {b"labels": {f"{GC}ref.content".encode(): b"b"}}
    scene.tree[b"n"] = {b"sandboxes": {b"s": record}}
    for daemon in DAEMONS:
        assert scene.goes(daemon) == {"content/b"}


@pytest.mark.parametrize(("daemon", "known"), since("2.2"))
@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("bref.container", "c"),
        ("bref.container.name", "c"),
        ("bref.content/x", "kept"),
        ("bref.image", "i"),
        ("bref.snapshot.o", "kept"),
        ("bref.snapshot.o/x", "kept"),
    ],
)
def test_back_references_count_since_2_2(
    daemon: str,
    *,
    known: bool,
    label: str,
    value: str,
) -> None:
    scene = Scene().container("c", "o/kept").snapshot("o/kept").image("i", "kept").blob("kept")
    tied = {GC + label: value}
    scene.blob("b", tied).snapshot("o/s", labels=tied)
    goes = set() if known else {"content/b", "snapshot/o/s"}
    assert scene.goes(daemon) == goes
    # What is tied to something that goes itself, goes.
    lost = Scene().blob("b", {f"{GC}bref.content": "c"}).blob("c")
    assert lost.goes(daemon) == {"content/b", "content/c"}


def test_an_expired_image_can_tie_itself_to_what_stays() -> None:
    labels = {f"{GC}expire": PAST, f"{GC}bref.container": "c"}
    scene = Scene().container("c").image("i", "b", labels).blob("b")
    assert scene.goes("2.2") == set()
    assert scene.goes("2.0") == {"image/i", "content/b"}


def test_a_back_reference_holds_over_an_object_without_a_record() -> None:
    # A name that is referred to is reached, whether there is a record of it or not.
    scene = Scene().container("c", labels={f"{GC}ref.content": "gone"})
    assert scene.blob("b", {f"{GC}bref.content": "gone"}).goes("2.2") == set()


def test_back_references_are_not_followed_from_what_is_held_flat() -> None:
    scene = Scene().lease("l", ["content/a"], {f"{GC}flat": ""}).blob("a")
    assert scene.blob("b", {f"{GC}bref.content": "a"}).goes("2.4") == {"content/b"}


@pytest.mark.parametrize(("daemon", "known"), since("2.3"))
@pytest.mark.parametrize("name", ["cond.snapshot.o", "cond.snapshot/o/x", "cond.snapshoto"])
def test_conditional_references_count_since_2_3(daemon: str, *, known: bool, name: str) -> None:
    scene = Scene().image("i", "b", {GC + name: "usedat<1h|s"}).blob("b")
    scene.snapshot("o/s", labels={f"{GC}cond.value-usedat": PAST})
    assert scene.goes(daemon) == (set() if known else {"snapshot/o/s"})


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("usedat<1h", True),
        ("usedat>1h", False),
        ("usedat>999ms", True),
        ("usedat>1s", False),
        ("usedat<1s", False),
        ("usedat<1000ms1ns", True),
        ("usedat=1s", False),
        ("usedat<1d", False),
        ("created<1h", False),
        ("created<1h,usedat<1h", True),
        ("usedat>1h,usedat<2s", True),
        ("usedat>1h&usedat<2s", False),
        ("", False),
    ],
)
def test_a_condition_is_about_the_time_of_use(condition: str, *, holds: bool) -> None:
    scene = Scene().image("i", "b").blob("b", {f"{GC}cond.snapshot.o": f"{condition}|s"})
    scene.snapshot("o/s", labels={f"{GC}cond.value-usedat.x": PAST})
    assert scene.goes("2.3") == (set() if holds else {"snapshot/o/s"})


def test_a_condition_needs_its_bar_its_time_and_a_kept_bearer() -> None:
    used = {f"{GC}cond.value-usedat": PAST}
    without_bar = Scene().image("i", "b", {f"{GC}cond.snapshot.o": "usedat<1h"})
    assert without_bar.snapshot("o/s", labels=used).goes("2.4") == {"snapshot/o/s"}
    without_time = Scene().image("i", "b", {f"{GC}cond.snapshot.o": "usedat<1h|s"})
    assert without_time.snapshot("o/s").goes("2.4") == {"snapshot/o/s"}
    loose = Scene().blob("b", {f"{GC}cond.snapshot.o": "usedat<1h|s"}).snapshot("o/s", labels=used)
    assert loose.goes("2.4") == {"content/b", "snapshot/o/s"}


def test_any_time_of_a_snapshot_will_do() -> None:
    used = {f"{GC}cond.value-usedat.a": "2020-01-01T00:00:00Z", f"{GC}cond.value-usedat.b": PAST}
    scene = Scene().image("i", "b", {f"{GC}cond.snapshot.o": "usedat<1h|s"})
    assert scene.snapshot("o/s", labels=used).goes("2.4") == set()


def test_a_circle_that_nothing_else_holds_goes() -> None:
    scene = Scene().blob("a", {f"{GC}ref.content": "b"}).blob("b", {f"{GC}ref.content": "a"})
    assert scene.goes("2.4") == {"content/a", "content/b"}


def test_after_a_removal_goes_what_only_that_kept() -> None:
    scene = Scene().image("i", "b").image("j", "c").blob("b").blob("c").lease("l", ["content/c"])
    assert scene.goes(after=["image/n/i"]) == {"content/b"}
    assert scene.goes(after=["image/n/j"]) == set()
    assert scene.goes(after=["image/n/j", "lease/n/l"]) == {"content/c"}
    live = {"content/n/c", "image/n/j", "lease/n/l"}
    marks = scene.marks(after=["image/n/i"])
    assert {marks.graph.name(number).text for number in marks.live()} == live


def test_a_removed_object_leads_nowhere_even_where_something_refers_to_it() -> None:
    scene = Scene().container("c", "o/s").snapshot("o/s", "p").snapshot("o/p")
    assert scene.goes(after=["snapshot/n/o/s"]) == {"snapshot/o/p"}
