"""Where the files shipped with the program lie: the schemas and the demo database.

A wheel carries them inside the package, under `_shipped/`; in a checkout, and so in an editable
install, they lie beside it. Only `os.path` is used: every command passes here, and it must not pay
for importlib.resources.
"""

import os.path

_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_SHIPPED = os.path.join(_PACKAGE, "_shipped")
_CHECKOUT = os.path.dirname(_PACKAGE)
_DEMO_IN_CHECKOUT = (
    "fixtures/containerd-2.4/root/var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db"
)


def schema_folder() -> str:
    """Return the absolute path of the folder that holds the schema files (`*.toml`, `*.binpb`)."""
    return _first_that_exists(
        os.path.join(_SHIPPED, "schemas"),
        os.path.join(_CHECKOUT, "schemas"),
    )


def demo_database() -> str:
    """Return the absolute path of the bundled real database, a containerd 2.4 meta.db."""
    return _first_that_exists(
        os.path.join(_SHIPPED, "demo", "meta.db"),
        os.path.join(_CHECKOUT, *_DEMO_IN_CHECKOUT.split("/")),
    )


def _first_that_exists(in_wheel: str, in_checkout: str) -> str:
    """Prefer the wheel's copy; with neither there, opening the checkout's tells what is missing."""
    return in_wheel if os.path.exists(in_wheel) else in_checkout
