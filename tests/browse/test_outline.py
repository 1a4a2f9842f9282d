"""The outline finds every row, whatever is open, without recursion and without an array of rows."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from boltview.browse.outline import Outline, Place
from tests.browse.toytree import Item, Path, item_at, naive_rows

NAMES = st.lists(st.sampled_from("abcdef"), unique=True, max_size=4).map(sorted)


def items(children: st.SearchStrategy[list[Item] | None]) -> st.SearchStrategy[list[Item]]:
    def with_children(names: list[str]) -> st.SearchStrategy[list[Item]]:
        return st.tuples(*[st.builds(Item, st.just(name), children) for name in names]).map(list)

    return NAMES.flatmap(with_children)


def trees() -> st.SearchStrategy[list[Item]]:
    return st.recursive(items(st.none()), lambda inner: items(st.none() | inner), max_leaves=6)


def place_of(outline: Outline[Item], top: list[Item], path: Path) -> Place[Item]:
    """Find a place by walking names, without any sum."""
    node = outline.top
    for depth, name in enumerate(path):
        names = (
            [item.name for item in item_at(top, path[:depth]).items or []]
            if depth
            else [item.name for item in top]
        )
        position = names.index(name)
        if depth == len(path) - 1:
            return Place(node, position)
        child = node.child(position)
        assert child is not None
        node = child
    raise AssertionError


def path_of(place: Place[Item]) -> Path:
    return (*(key.decode() for key in place.node.path), place.entry.name)


@given(trees(), st.data())
def test_it_agrees_with_a_recursive_walk(top: list[Item], data: st.DataObject) -> None:
    outline: Outline[Item] = Outline(top)
    opened: set[Path] = set()
    for _ in range(data.draw(st.integers(0, 12))):
        rows = list(naive_rows(top, opened))
        buckets = [path for path in rows if item_at(top, path).items is not None]
        if not buckets:
            break
        path = data.draw(st.sampled_from(buckets))
        place = place_of(outline, top, path)
        if path in opened:
            opened.discard(path)
            node = place.opened
            assert node is not None
            forget = data.draw(st.booleans())
            outline.close(node, forget=forget)
            if forget:
                opened = {other for other in opened if other[: len(path)] != path}
        else:
            opened.add(path)
            outline.open(place, place.entry.items or [], place.entry.name.encode())
        if data.draw(st.booleans()):
            continue  # so that sums of several changes are put right at once
        check(outline, list(naive_rows(top, opened)))
    check(outline, list(naive_rows(top, opened)))


def check(outline: Outline[Item], rows: list[Path]) -> None:
    assert len(outline) == len(rows)
    assert [path_of(outline.locate(row)) for row in range(len(rows))] == rows
    for start in range(len(rows) + 1):
        assert [path_of(place) for place in outline.walk(start)] == rows[start:]
    for row in range(len(rows)):
        place = outline.locate(row)
        assert outline.row_of(place) == row
        assert place.depth == len(rows[row]) - 1


def chain(levels: int) -> list[Item]:
    """Nest buckets, innermost first, so that building them does not recurse either."""
    inner: list[Item] = [Item("bottom")]
    for _ in range(levels):
        inner = [Item("b", inner)]
    return inner


def open_chain(levels: int) -> Outline[Item]:
    outline: Outline[Item] = Outline(chain(levels))
    node = outline.top
    for _ in range(levels):
        node = outline.open(Place(node, 0), node.rows[0].items or [], b"b")
    return outline


def test_a_hundred_thousand_nested_levels() -> None:
    # Were the sums above put right at every step, this would take five thousand million steps.
    levels = 100_000
    outline = open_chain(levels)
    assert len(outline) == levels + 1
    place = outline.locate(levels)
    assert (place.entry.name, place.depth) == ("bottom", levels)
    assert outline.row_of(place) == levels
    assert len(list(outline.walk(levels - 5))) == 6
    outline.close(outline.locate(0).opened or outline.top)
    assert len(outline) == 1


def test_a_million_rows_cost_no_memory_each() -> None:
    rows = range(1_000_000)
    outline: Outline[int] = Outline([0, 1, 2])
    tracemalloc.start()
    outline.open(Place(outline.top, 1), rows, b"big")
    assert len(outline) == 1_000_003
    assert outline.locate(1_000_002) == Place(outline.top, 2)
    assert outline.locate(500_000).position == 499_998
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000
