"""A database gets the schema whose rules hold with the highest score; the user's win a tie."""

from pathlib import Path

import pytest

from boltview.schema.load import Library
from boltview.schema.parse import Head, Rule
from boltview.schema.recognise import recognise
from tests.bolt.build import Image, Tree
from tests.bolt.reading import current
from tests.schema.databases import reading, revision
from tests.schema.small import SMALL, put

TREE: Tree = {
    b"v1": {
        b"version": b"\x06",
        b"default": {b"images": {b"x": {b"size": b"\x02"}}},
        b"labels": {b"images": b"a plain value"},
    },
    b"flat": {},
    b"key": b"value",
}


def rule(*has: str, only: dict[str, set[str]] | None = None, score: int = 50) -> Rule:
    names = {
        bucket: frozenset(name.encode() for name in found) for bucket, found in (only or {}).items()
    }
    return Rule(score, has, names)


def head(name: str, *rules: Rule, empty_paths: tuple[str, ...] = ()) -> Head:
    return Head(f"{name}.toml", name, name, rules, empty_paths)


def holds(tree: Tree, *rules: Rule) -> bool:
    return recognise(revision(tree), [head("it", *rules)]) is not None


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("v1/", True),
        ("v1", False),
        ("v2/", False),
        ("key", True),
        ("key/", False),
        ("key/x", False),
        ("flat/", True),
        ("flat/x", False),
        ("v1/version", True),
        ("v1/version/", False),
        ("v1/default/images/x/size", True),
        ("v1/*/images/", True),
        ("v1/*/images", True),  # in the bucket labels it is a key
        ("v1/*/images/*/size", True),
        ("*/*/*/*/size", True),
        ("*/", True),
        ("*", False),  # a star stands for buckets alone
        ("v1/*/size", False),
        ("v1/*/containers|images/", True),
        ("v1/*/images|containers/", True),
        ("v1/*/containers|leases/", False),
        ("v0|v1/version", True),
    ],
)
def test_a_pattern_exists(*, pattern: str, expected: bool) -> None:
    assert holds(TREE, rule(pattern)) is expected


@pytest.mark.parametrize(
    ("bucket", "names", "expected"),
    [
        ("v1", {"version", "default", "labels"}, True),
        ("v1", {"version", "default", "labels", "more"}, True),
        ("v1", {"version", "default"}, False),
        ("v1", set(), False),
        ("flat", {"x"}, False),  # at least one child must be there
        ("nowhere", {"x"}, False),
        ("key", {"x"}, False),
        ("v1/version", {"x"}, False),
        ("v1/*", {"images"}, True),
        ("v1/*/images", {"x"}, False),  # one of them is a key
        ("*", {"version", "default", "labels"}, False),
        ("v0|v1", {"version", "default", "labels"}, True),
    ],
)
def test_a_bucket_has_only(*, bucket: str, names: set[str], expected: bool) -> None:
    assert holds(TREE, rule(only={bucket: names})) is expected


def test_all_of_a_rule_must_hold_and_one_rule_is_enough() -> None:
    assert not holds(TREE, rule("v1/", "v2/"))
    assert not holds(TREE, rule("v1/", only={"v1": {"version"}}))
    assert not holds(TREE, rule("v2/", only={"v1/default": {"images"}}))
    assert holds(TREE, rule("v2/"), rule("v1/", only={"v1/default": {"images"}}))
    assert not holds(TREE)


def test_the_highest_score_of_any_rule_decides() -> None:
    low = head("low", rule("v1/", score=60), rule("v2/", score=99))
    high = head("high", rule("v1/", score=10), rule("flat/", score=61))
    for heads in ([low, high], [high, low]):
        assert recognise(revision(TREE), heads) == high


def test_of_equal_scores_the_later_one_is_taken() -> None:
    first, second = head("first", rule("v1/")), head("second", rule("flat/"))
    assert recognise(revision(TREE), [first, second]) == second
    assert recognise(revision(TREE), [second, first]) == first


def test_nothing_is_recognised_without_a_rule_that_holds() -> None:
    assert recognise(revision(TREE), []) is None
    assert recognise(revision(TREE), [head("it", rule("v2/"))]) is None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/var/lib/x/small.db", "small"),
        ("/small.db", "small"),
        ("small.db", None),
        ("/var/lib/x/other.db", None),
        ("", None),
    ],
)
def test_the_path_decides_for_an_empty_database_alone(path: str, expected: str | None) -> None:
    heads = [head("plain"), head("small", empty_paths=("/small.db", "/tiny.db"))]
    found = recognise(revision({}), heads, path)
    assert (found.id if found else None) == expected
    assert recognise(revision({b"x": b""}), heads, path) is None


def test_a_damaged_root_is_not_an_empty_one() -> None:
    image = Image()
    damaged = current(image.finish(image.next_page, high_water=9))
    heads = [head("small", empty_paths=("/small.db",))]
    assert recognise(damaged, heads, "/small.db") is None


def test_a_star_tries_so_many_buckets_and_no_more() -> None:
    spaces: dict[bytes, bytes | Tree] = {b"%03d" % n: {b"x": b""} for n in range(100)}
    early: Tree = {b"v1": {**spaces, b"040": {b"images": {}}}}
    late: Tree = {b"v1": {**spaces, b"099": {b"images": {}}}}
    assert holds(early, rule("v1/*/images/"))
    assert not holds(late, rule("v1/*/images/"))
    # Keys do not count.
    keys: dict[bytes, bytes | Tree] = {b"%03d" % n: b"" for n in range(100)}
    assert holds({b"v1": {**keys, b"x": {b"images": {}}}}, rule("v1/*/images/"))


def test_schemas_of_the_users_take_part(tmp_path: Path) -> None:
    tree: Tree = {b"meta": {b"layout": b"\x02"}, b"things": {}}
    found = reading(tree, tmp_path / "one", small__toml=SMALL)
    assert found.schema
    assert found.schema.id == "small"
    other = SMALL.replace('id = "small"', 'id = "other"')
    found = reading(tree, tmp_path / "two", a__toml=SMALL, b__toml=other)
    assert found.schema
    assert found.schema.id == "other"


@pytest.mark.parametrize(("score", "expected"), [(94, "containerd.metadata"), (95, "small")])
def test_the_users_win_over_ours_from_the_same_score_on(
    tmp_path: Path, score: int, expected: str
) -> None:
    text = SMALL.replace("score = 50", f"score = {score}")
    text = text.replace('["meta/layout", "things/"]', '["v1/version"]')
    text = text.replace('only = { "meta" = ["layout"] }\n', "")
    tree: Tree = {b"v1": {b"version": b"\x06", b"default": {b"images": {}}}}
    found = reading(tree, tmp_path, small__toml=text)
    assert found.schema
    # The rule of ours that holds here has score 95.
    assert found.schema.id == expected


def test_the_users_files_come_in_the_order_they_are_named(tmp_path: Path) -> None:
    one = put(tmp_path / "one", a__toml=SMALL.replace('id = "small"', 'id = "one"'))
    two = put(tmp_path / "two", a__toml=SMALL.replace('id = "small"', 'id = "two"'))
    tree = revision({b"meta": {b"layout": b"\x02"}, b"things": {}})
    for places, expected in (((one, two), "two"), ((two, one), "one")):
        found = recognise(tree, Library(places).heads())
        assert found
        assert found.id == expected
