"""The tour's state machine: on, back, to the ends, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from boltview.browse.chords import Action
from boltview.browse.touring import Tour


@given(st.integers(1, 20), st.lists(st.sampled_from(["in", "out", "first", "last", "down"])))
def test_it_stands_where_a_list_would(total: int, names: list[str]) -> None:
    tour, at = Tour(total), 0
    for name in names:
        wanted = {
            "in": min(at + 1, total - 1),
            "out": max(at - 1, 0),
            "first": 0,
            "last": total - 1,
        }
        moved = tour.apply(Action(name))
        if name in wanted:
            assert moved == (wanted[name] != at)
            at = wanted[name]
        else:
            assert moved is None
        assert tour.number == at
