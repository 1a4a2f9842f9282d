"""Random conditions over two namespaces: the marks and the ways, against the rules said plainly."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.containerd.naive import Naive
from tests.containerd.scenes import FUTURE, NOW, PAST, SECOND, Scene
from tests.containerd.test_gc_random import CONDITIONS, GC, check

SNAPSHOTS = ["s0", "s1", "s2"]
TIMES = [PAST, FUTURE, "2027-01-15T07:59:56Z", "2020-01-01T00:00:00Z", "never"]


def conditional_scene(seed: int) -> Scene:
    """Return images and blobs that keep snapshots on conditions, in two namespaces."""
    source = Random(seed)  # noqa: S311 - reproducible on purpose
    scene = Scene()
    for space in ("n", "m"):
        for place in [f"{name}/{key}" for name in "op" for key in SNAPSHOTS]:
            used = {
                f"{GC}cond.value-usedat{suffix}": source.choice(TIMES)
                for suffix in source.sample(["", ".1", "x"], source.randrange(3))
            }
            scene.snapshot(place, source.choice(["", "", *SNAPSHOTS]), used, ns=space)
        for number in range(4):
            labels = {}
            for name in source.sample([".o", "/o/1", ".p", "p/x"], source.randrange(4)):
                condition, key = source.choice(CONDITIONS), source.choice(SNAPSHOTS)
                labels[f"{GC}cond.snapshot{name}"] = f"{condition}|{key}"
            over = {f"{GC}expire": PAST} if source.randrange(2) else {}
            scene.image(f"i{number}", f"b{number}", labels | over, ns=space)
            scene.blob(f"b{number}", labels if source.randrange(2) else {}, ns=space)
    return scene


@settings(max_examples=50)
@given(scene=st.integers(0, 2**64).map(conditional_scene), daemon=st.sampled_from(["2.2", "2.4"]))
def test_conditions_keep_what_the_plain_rules_say_within_one_namespace(
    scene: Scene, daemon: str
) -> None:
    marks = scene.marks(daemon)
    naive = Naive(scene.tree, daemon, NOW / SECOND)
    names = map(marks.graph.name, marks.collectable())
    goes = {(name.kind, name.namespace.decode(), name.key.decode()) for name in names}
    assert goes == naive.goes()
    for number in marks.graph.numbers():
        path = marks.path(number)
        if path is not None:
            check(marks, naive, number)
            spaces = {marks.graph.namespace(edge.source) for edge in path}
            assert spaces <= {marks.graph.namespace(number)}
