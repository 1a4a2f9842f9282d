"""Programs that are measured keep their byte code between runs, as an installed one does."""

import pytest


@pytest.fixture(autouse=True)
def _with_byte_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
