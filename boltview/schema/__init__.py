"""Floor 2, meaning: schema files say what each key of a database is, decoders turn bytes to values.

This package knows no particular database; what is known of each stands in `schemas/*.toml`.
"""
