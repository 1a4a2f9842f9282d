"""The shipped files are found in a checkout, and in a wheel's layout before anything beside it."""

import importlib.util
from pathlib import Path
from types import ModuleType

from boltview import shipped

DEMO = "fixtures/containerd-2.4/root/var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db"


def installed_at(package: Path) -> ModuleType:
    """Load a copy of the module as if the package lay in `package`."""
    package.mkdir(parents=True)
    copy = package / "shipped.py"
    copy.write_bytes(Path(shipped.__file__).read_bytes())
    spec = importlib.util.spec_from_file_location("shipped_elsewhere", copy)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_checkout_has_both_beside_the_package(root: Path) -> None:
    assert shipped.schema_folder() == str(root / "schemas")
    assert shipped.demo_database() == str(root / DEMO)
    assert Path(shipped.schema_folder()).is_dir()
    assert Path(shipped.demo_database()).is_file()


def test_a_wheel_is_preferred_to_folders_that_happen_to_lie_beside_it(tmp_path: Path) -> None:
    module = installed_at(tmp_path / "site" / "boltview")
    (tmp_path / "site" / "schemas").mkdir()
    schemas = tmp_path / "site" / "boltview" / "_shipped" / "schemas"
    demo = tmp_path / "site" / "boltview" / "_shipped" / "demo" / "meta.db"
    schemas.mkdir(parents=True)
    demo.parent.mkdir()
    demo.touch()
    assert module.schema_folder() == str(schemas)
    assert module.demo_database() == str(demo)


def test_with_neither_there_the_checkout_is_named(tmp_path: Path) -> None:
    module = installed_at(tmp_path / "boltview")
    assert module.schema_folder() == str(tmp_path / "schemas")
    assert module.demo_database() == str(tmp_path / DEMO)
