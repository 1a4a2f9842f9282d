"""JSON values compared field by field: each difference once, at its innermost place."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from boltview.report.nested import ABSENT, FieldChange, field_changes, field_text

scalars = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.text("ab", max_size=2))
documents: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.dictionaries(st.sampled_from(["a", "b", "c.d"]), inner, max_size=3),
    ),
    max_leaves=20,
)


def same(one: object, other: object) -> bool:
    """Equality of JSON, to which true is no 1."""
    return repr(one) == repr(other)


def told(before: object, after: object) -> list[FieldChange]:
    return list(field_changes(before, after))


@given(document=documents)
def test_a_document_does_not_differ_from_itself(document: object) -> None:
    assert told(document, document) == []


@given(before=documents, after=documents)
def test_something_is_told_exactly_if_they_differ(before: object, after: object) -> None:
    ordered = [normal(before), normal(after)]
    assert bool(told(before, after)) == (not same(*ordered))
    for path, old, new in told(before, after):
        assert old is not new
        for side, value in ((before, old), (after, new)):
            if value is not ABSENT and not any(isinstance(step, int) for step in path):
                assert at(side, path) == value


def normal(value: object) -> object:
    """The value with the keys of each object in order."""
    if isinstance(value, dict):
        return {key: normal(value[key]) for key in sorted(value)}
    return [normal(item) for item in value] if isinstance(value, list) else value


def at(value: Any, path: tuple[str | int, ...]) -> object:  # noqa: ANN401 - of any shape
    for step in path:
        value = value[step]
    return value


def test_the_innermost_place_is_told() -> None:
    before = {"process": {"args": ["sh"], "env": ["A=1", "B=2", "C=3"]}, "hostname": "a"}
    after = {"process": {"args": ["sh"], "env": ["A=1", "NEW=0", "B=2", "C=4"]}}
    found = [(field_text(path), old, new) for path, old, new in told(before, after)]
    assert found == [
        ("process.env[1]", ABSENT, "NEW=0"),
        ("process.env[3]", "C=3", "C=4"),
        ("hostname", "a", ABSENT),
    ]


def test_true_is_not_one() -> None:
    assert told({"a": True}, {"a": 1}) == [(("a",), True, 1)]
    assert told([1], [1.0]) == [((0,), 1, 1.0)]


def test_names_that_need_quotes_have_them() -> None:
    assert field_text(["labels", "a.b/c", "", 0]) == 'labels."a.b/c".""[0]'
    assert field_text(['x"\u202e\x1b']) == '"x\\"\\u202e\\u001b"'


def test_depth_and_length_have_no_bounds_of_their_own() -> None:
    deep: object = 1
    for _ in range(2000):
        deep = [deep]
    other: object = 2
    for _ in range(2000):
        other = [other]
    assert [(old, new) for _, old, new in told({"a": deep}, {"a": other})] == [(1, 2)]
    assert len(told(list(range(5000)), list(range(1, 5001)))) == 5000
