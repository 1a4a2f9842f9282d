"""Random graphs: the marks against the rules said plainly; every way to an object, step by step."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from boltview.containerd.mark import Marks
from boltview.containerd.releases import DAEMONS
from tests.containerd.naive import Naive, Object
from tests.containerd.scenes import FUTURE, NOW, PAST, SECOND, Scene

GC = "containerd.io/gc."

BLOBS = [f"b{number}" for number in range(6)]
SNAPSHOTS = [f"s{number}" for number in range(4)]
IMAGES = ["i0", "i1", "i2"]
INGESTS = ["u0", "u1"]
TIMES = [PAST, PAST, FUTURE, "2020-01-01T00:00:00Z", "never"]
CONDITIONS = ["usedat<5s", "usedat>5s", "usedat<1d", "other<5s", "usedat=1s", "other>1s,usedat<2s"]
LABELS = {
    "ref.content.0": BLOBS,
    "ref.content/x": BLOBS,
    "ref.contents": BLOBS,
    "ref.image": IMAGES,
    "ref.snapshot.o": SNAPSHOTS,
    "ref.snapshot.p/x": SNAPSHOTS,
    "bref.container": ["c0", "c1"],
    "bref.content.y": BLOBS,
    "bref.image": IMAGES,
    "bref.snapshot.o": SNAPSHOTS,
    "root": [""],
    "rooted": [""],
    "expire": TIMES,
    "flat": [""],
    "cond.snapshot.o": [f"{condition}|{key}" for condition in CONDITIONS for key in SNAPSHOTS],
    "cond.snapshot/p/1": [f"{condition}|{key}" for condition in CONDITIONS for key in SNAPSHOTS],
    "cond.value-usedat": TIMES,
    "cond.value-usedat.2": TIMES,
}
WEIGHTS = [1 if name.startswith("root") else 4 for name in LABELS]


def labels(source: Random) -> dict[str, str]:
    names = source.choices(list(LABELS), WEIGHTS, k=source.randrange(4))
    return {GC + name: source.choice(LABELS[name]) for name in names}


def random_scene(seed: int) -> Scene:
    """Return a graph dense enough that most rules decide about something in it."""
    source = Random(seed)  # noqa: S311 - reproducible on purpose
    scene = Scene()
    for space in ("n", "m"):
        for key in source.sample(BLOBS, source.randrange(7)):
            scene.blob(key, labels(source), ns=space)
        for place in {f"{source.choice('op')}/{source.choice(SNAPSHOTS)}" for _ in range(5)}:
            parent = source.choice(["", *SNAPSHOTS])
            scene.snapshot(place, parent, labels(source), ns=space)
        for key in source.sample(IMAGES, source.randrange(4)):
            # Few roots of this kind, or nothing goes.
            expire = {GC + "expire": PAST} if source.randrange(3) else {}
            scene.image(key, source.choice(BLOBS), labels(source) | expire, ns=space)
        if source.randrange(2):
            rootfs = source.choice(["", "o/s0", "p/s1"])
            scene.container("c0", rootfs, labels(source), ns=space)
        for key in source.sample(INGESTS, source.randrange(3)):
            expires = source.choice([None, NOW // SECOND - 1, NOW // SECOND])
            scene.ingest(key, expires, source.choice(["", *BLOBS]), ns=space)
        if source.randrange(4) == 0:
            scene.sandbox("x", labels(source), ns=space)
        held = [f"content/{key}" for key in BLOBS] + [f"ingest/{key}" for key in INGESTS]
        held += [f"image/{key}" for key in IMAGES]
        held += [f"snapshot/{name}/{key}" for name in "op" for key in SNAPSHOTS]
        for key in source.sample(["l0", "l1"], source.randrange(3)):
            flat = {GC + "flat": ""} if source.randrange(2) else {}
            own = {GC + "expire": source.choice(TIMES)} if source.randrange(2) else {}
            scene.lease(key, source.sample(held, source.randrange(4)), flat | own, ns=space)
    return scene


scenes = st.integers(0, 2**64).map(random_scene)


@given(scene=scenes, daemon=st.sampled_from(DAEMONS))
def test_the_marks_are_those_of_the_plain_rules(scene: Scene, daemon: str) -> None:
    marks = scene.marks(daemon)
    names = map(marks.graph.name, marks.collectable())
    goes = {(name.kind, name.namespace.decode(), name.key.decode()) for name in names}
    assert goes == Naive(scene.tree, daemon, NOW / SECOND).goes()


@given(scene=scenes, daemon=st.sampled_from(DAEMONS))
def test_every_way_from_a_root_is_one_of_the_plain_rules_and_none_is_shorter(
    scene: Scene, daemon: str
) -> None:
    marks = scene.marks(daemon)
    naive = Naive(scene.tree, daemon, NOW / SECOND)
    distance = distances(naive)
    for number in marks.graph.numbers():
        kind, space, key, _ = one = object_of(marks, number)
        path = marks.path(number)
        known = [
            distance[kind, space, key, flat]
            for flat in (False, True)
            if (kind, space, key, flat) in distance
        ]
        if kind == "sandbox":
            continue
        assert (path is None) == (not known), one
        if path is None:
            continue
        assert len(path) == min(known)
        check(marks, naive, number)


def object_of(marks: Marks, number: int) -> Object:
    name = marks.graph.name(number)
    return name.kind, name.namespace.decode(), name.key.decode(), False


def first(naive: Naive) -> dict[Object, set[Object]]:
    """Return what each lease and sandbox leads to, which are no objects to the plain rules."""
    found: dict[Object, set[Object]] = {}
    for (kind, space, key), record in naive.records.items():
        alone = Naive({}, "1.6", 0)
        alone.now, alone.new, alone.records = naive.now, naive.new, {(kind, space, key): record}
        if kind in {"lease", "sandbox"}:
            found[kind, space, key, False] = set(alone.roots()) - {(kind, space, key, False)}
    return found


def distances(naive: Naive) -> dict[Object, int]:
    """Return the number of steps from a root to everything that one reaches."""
    held = first(naive)
    everything = set(naive.roots())
    # What is a root only because a lease or a sandbox holds it is one step away.
    outside = Naive({}, "1.6", 0)
    outside.now, outside.new = naive.now, naive.new
    outside.records = {
        name: record
        for name, record in naive.records.items()
        if name[0] not in {"lease", "sandbox"}
    }
    steps = dict.fromkeys(outside.roots(), 0)
    steps |= {one: 0 for one in everything if one[0] == "lease"}
    edge = {to: 1 for targets in held.values() for to in targets}
    for one in edge:
        steps.setdefault(one, 1)
    for distance in range(len(naive.records) * 2 + 2):
        for one in [one for one, far in steps.items() if far == distance]:
            for to in naive.next(one):
                if steps.get(to, distance + 2) > distance + 1:
                    steps[to] = distance + 1
    return steps


def check(marks: Marks, naive: Naive, number: int) -> None:
    """Walk a way by the plain rules: it must lead to the object, starting at a root."""
    path = marks.path(number)
    assert path is not None
    here = object_of(marks, path[0].source if path else number)
    held = first(naive)
    assert here in held or here in set(naive.roots())
    reached = {here}
    for edge in path:
        assert object_of(marks, edge.source)[:3] in {one[:3] for one in reached}
        following = {to for one in reached for to in (*naive.next(one), *held.get(one, ()))}
        reached = {to for to in following if to[:3] == object_of(marks, edge.target)[:3]}
        assert reached, edge
    assert object_of(marks, number)[:3] in {one[:3] for one in reached}
