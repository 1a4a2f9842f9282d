"""Random programs run by the real bbolt: after each commit our parser reads what bbolt reads."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boltview.bbolt import DB, BucketDump
from tests.differential.compare import compare
from tests.differential.program import Settings, commits
from tests.plugins.figures import Figure

DATABASES = 2_000
_counts: Counter[str] = Counter()

PROGRAMS = st.integers(1, 100).flatmap(lambda n: st.binary(min_size=4 * n, max_size=4 * n))
SETTINGS = st.builds(
    Settings,
    # Mostly small, for speed and for deep trees; each size is drawn all the same.
    st.sampled_from([1024] * 6 + [2048, 2048, 4096, 4096, 8192, 16384, 32768, 65536]),
    st.booleans(),
    st.booleans(),
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder in memory where there is one: thousands of files are written."""
    memory = Path("/dev/shm")  # noqa: S108
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as name:
        yield Path(name)


@pytest.mark.slow
@pytest.mark.usefixtures("library")
def test_random_databases_read_as_bbolt_reads_them(folder: Path, figure: Figure) -> None:
    _counts.clear()

    @settings(
        max_examples=DATABASES,
        deadline=None,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(PROGRAMS, SETTINGS)
    def run(program: bytes, options: Settings) -> None:
        path = folder / "random.db"
        path.unlink(missing_ok=True)
        _run(path, program, options)

    run()
    figure(
        f"compared with bbolt: {_counts['databases']} random databases, "
        f"{_counts['commits']} commits, {_counts['pages']} pages, 0 disagreements; "
        f"after {_counts['leaks']} commits both said that bbolt had leaked a page"
    )
    assert _counts["databases"] >= DATABASES


def _run(path: Path, program: bytes, options: Settings) -> None:
    with DB(
        path,
        page_size=options.page_size,
        no_sync=True,
        no_freelist_sync=options.no_freelist_sync,
        freelist_type="hashmap" if options.hashmap else "array",
    ) as db:
        # Of a new file both metas are empty.
        before: BucketDump = BucketDump(0, {})
        for batch in commits(program, options.page_size):
            with db.update() as tx:
                tx.apply(batch)
            with db.view() as tx:
                before = compare(path, tx, before)
                _counts["leaks"] += bool(tx.check(1))
                _counts["pages"] += tx.meta().high_water
            _counts["commits"] += 1
    # Closed and opened by the other kind of freelist, it is still the same.
    reopened = path.with_suffix(".reopened")
    shutil.copyfile(path, reopened)
    with (
        DB(
            reopened,
            no_sync=True,
            no_freelist_sync=not options.no_freelist_sync,
            freelist_type="array" if options.hashmap else "hashmap",
        ) as db,
        db.view() as tx,
    ):
        assert compare(reopened, tx) == before
    _counts["databases"] += 1
