"""Every schema file obeys the format, and each way to break it is noticed."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.schemas.strict import faults, glossary_faults

SCHEMAS = Path(__file__).parents[2] / "schemas"
GLOSSARIES = {
    f"{file.stem.removeprefix('glossary.')}.{table}": words
    for file in sorted(SCHEMAS.glob("glossary.*.toml"))
    for table, words in tomllib.loads(file.read_text()).items()
}
FILES = [
    file
    for file in sorted(SCHEMAS.glob("*.toml"))
    if file.name != "types.toml" and not file.name.startswith("glossary.")
]
README = (SCHEMAS / "README.md").read_text()
EXAMPLE = next(
    block for block in re.findall(r"```toml\n(.*?)```", README, re.DOTALL) if "[schema]" in block
)

SMALL = """\
[schema]
id = "small"
title = "Small"
source = "nowhere"
doc = "A schema to break."
version_key = "a/version"

[[recognise]]
score = 50
has = ["a/version", "a/*/"]
only = { "a" = ["version"] }

[part.times.at]
type = "time"
presence = "always"
doc = "When."

["a"]
presence = "always"
doc = "A bucket."

["a/version"]
type = "varint"
unit = "bytes"
presence = "always"
doc = "A number."
values = { 1 = "one" }

["a/<thing>"]
object = "thing"
parts = ["times"]
presence = "optional"
doc = "A thing."

["a/<thing>/owner"]
type = "string"
presence = "optional"
since = "1.2"
until = "2.0.0-rc.3"
refers = "thing/<thing>/{friend}/{value}"
glossary = "g.words"
secret = true
doc = "Whose it is."

["a/<thing>/friend"]
type = "enum"
presence = "optional"
values = { 0 = "none" }
doc = "Who likes it."

["a/<thing>/note"]
type = "string"
presence = "optional"
glossary = "notes"
doc = "Anything."

[glossary.notes]
"x*" = "A word."
"""


def test_there_are_schemas() -> None:
    assert {file.stem for file in FILES} >= {
        "containerd.metadata",
        "containerd.mounts",
        "containerd.snapshotter",
        "docker.network",
        "docker.volumes",
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_schema_obeys_the_format(file: Path) -> None:
    assert faults(file.read_text(), GLOSSARIES.keys()) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_schema_has_the_name_of_its_file(file: Path) -> None:
    assert tomllib.loads(file.read_text())["schema"]["id"] == file.stem


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_schema_is_small_enough_to_be_parsed_at_start(file: Path) -> None:
    assert file.stat().st_size < 60_000


def test_the_example_for_users_obeys_the_format() -> None:
    assert faults(EXAMPLE, set()) == []


def test_the_unbroken_small_schema_obeys_the_format() -> None:
    assert faults(SMALL, {"g.words"}) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('title = "Small"\n', "", "[schema] title: missing"),
        ('title = "Small"\n', 'title = "Small"\ncolour = "red"\n', "colour: unknown attribute"),
        ('"a/version"\n\n[[', '"a/<thing>"\n\n[[', "version_key: names no key"),
        ("score = 50", "score = 101", "score: not from 1 to 100"),
        ("score = 50", "score = 50\nmaybe = 1", "maybe: unknown attribute"),
        ('has = ["a/version", "a/*/"]', "has = []", "has: asks for nothing"),
        ('"a/version", "a/*/"', '"a/versions"', "has: a/versions is not described"),
        ('"a/version", "a/*/"', '"a/version/"', "has: a/version/ is not described"),
        ('"a/version", "a/*/"', '"a/*/owner|pet"', "has: a/*/owner|pet is not described"),
        ('{ "a" = ["version"] }', '{ "a" = ["revision"] }', "only: a/revision is not described"),
        ("[part.times.at]", "[part.dates.at]", "part times: does not exist"),
        ("[part.times.at]", "[part.dates.at]", "part dates: is used nowhere"),
        ("[part.times.at]", "[part.times.owner]", "a/<thing>/owner: described twice"),
        ('doc = "A thing."', "", "a/<thing>: doc: missing"),
        ('doc = "When."', 'doc = "When"', "a/<thing>/at: doc: not 'When'"),
        ('doc = "When."', 'doc = "When.\\nAnd how."', "a/<thing>/at: doc: not 'When."),
        ('presence = "always"\ndoc = "A b', 'doc = "A b', "a: presence: missing"),
        ('type = "varint"', 'type = "int"', "a/version: type: not 'int'"),
        ('type = "varint"', 'type = "time"', "a/version: unit: does not suit the type"),
        ('type = "varint"', 'type = "time"', "a/version: values: does not suit the type"),
        ("values = { 0", "values = { zero", "a/<thing>/friend: values: not numbers"),
        ('values = { 0 = "none" }\n', "", "a/<thing>/friend: values: an enum without names"),
        ('unit = "bytes"', 'unit = "ells"', "a/version: unit: not 'ells'"),
        ('object = "thing"', 'key = "hash"', "a/<thing>: key: not 'hash'"),
        ('unit = "bytes"', 'key = "byte"', "a/version: key: a literal name is not decoded"),
        ('unit = "bytes"', 'sequence = "x"', "a/version: sequence: does not suit the type"),
        ('unit = "bytes"', "colour = 1", "a/version: colour: unknown attribute"),
        ('object = "thing"', "secret = true", "a/<thing>: secret: does not suit the type"),
        ("secret = true", 'secret = "yes"', "a/<thing>/owner: secret: no bool"),
        ('since = "1.2"', 'since = "v1"', "a/<thing>/owner: since: not 'v1'"),
        ('glossary = "g.words"', 'glossary = "g.w"', "a/<thing>/owner: glossary: there is no g.w"),
        ('glossary = "notes"\n', "", "glossary notes: is used nowhere"),
        ('"x*" = "A word."', '"x[" = "A word."', "glossary notes: x[: not a key"),
        ('"x*" = "A word."', '"x*" = "A word"', "glossary notes: x*: no sentence"),
        ('["a/<thing>/friend"]', '["a/<it>/friend"]', "its parent is not described as a bucket"),
        ('["a/<thing>/friend"]', '["a/version/x"]', "its parent is not described as a bucket"),
        ('["a/<thing>/friend"]', '["a/<it>"]', "a/<it>: two placeholders in one place"),
        ('["a/<thing>/friend"]', '["a//friend"]', "a//friend: an empty component"),
        ('refers = "thing/', 'refers = "idea/', "refers: there are no objects idea"),
        ("thing/<thing>/{friend}/{value}", "thing", "refers: names no object"),
        ("/<thing>/{friend}/", "/<namespace>/", "refers: there is no <namespace> here"),
        ("{friend}/{value}", "{foe}/{value}", "refers: there is no {foe} here"),
        ("{friend}/{value}", "friend", "refers: friend is neither <placeholder> nor {key}"),
        (
            'type = "string"\npresence = "optional"\nsince',
            'type = "none"\npresence = "optional"\nsince',
            "a/<thing>/owner: refers: there is no {value} here",
        ),
        ("[part.times.at]", '["b"]\n[[recognise]]\n[part.times.at]', "do not come first"),
        ("[schema]", "[scheme]", "[schema] or [[recognise]] is missing"),
        ("[schema]", "[schema", "not TOML"),
    ],
)
def test_a_broken_schema_is_noticed(old: str, new: str, fault: str) -> None:
    assert SMALL.count(old) >= 1
    broken = SMALL.replace(old, new, 1)
    assert fault in "\n".join(faults(broken, {"g.words"}))


def test_every_glossary_file_is_used() -> None:
    texts = [file.read_text() for file in FILES]
    used = {
        name for text in texts for name in re.findall(r'^glossary = "(.*)"', text, re.MULTILINE)
    }
    assert GLOSSARIES.keys() <= used


def test_glossaries_map_keys_to_sentences() -> None:
    assert list(glossary_faults(GLOSSARIES)) == []
