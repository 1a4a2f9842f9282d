"""The library finds ours and the user's files, explains words, and names the file that is bad."""

import os
from pathlib import Path

import pytest

from boltview.schema.decode import Decoding
from boltview.schema.load import Library
from boltview.schema.model import Field
from boltview.schema.parse import SchemaError
from boltview.schema.values import AnyValue
from tests.schema.sets import PARCELS, with_imports
from tests.schema.small import SMALL, put
from tests.schema.wire import packed, scalar

SHIPPED = {
    "buildkit.cache",
    "containerd.metadata",
    "containerd.mounts",
    "containerd.snapshotter",
    "docker.network",
    "docker.volumes",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "schemas"


def explained(library: Library, glossary: str, word: str) -> str:
    [head] = [head for head in library.heads() if head.id == "small"]
    return library.explain(library.schema(head), glossary, word)


def test_the_shipped_files_are_there_and_whole() -> None:
    library = Library()
    heads = library.heads()
    assert {head.id for head in heads} == SHIPPED
    for head in heads:
        schema = library.schema(head)
        assert (schema.id, schema.title) == (head.id, head.title)
        assert next(schema.fields()).doc
    [file] = library.descriptor_sets()
    assert file.endswith("types.binpb")


def test_files_of_the_users_come_behind_ours(folder: Path) -> None:
    put(folder, z__toml=SMALL, a__toml=SMALL.replace('"small"', '"other"'))
    put(folder, notes__txt="ignored", mine__binpb=with_imports(PARCELS))
    library = Library((str(folder),))
    ids = [head.id for head in library.heads()]
    assert set(ids[:-2]) == SHIPPED
    assert ids[-2:] == ["other", "small"]
    assert list(library.descriptor_sets())[1:] == [str(folder / "mine.binpb")]


def test_a_file_may_be_named_alone(folder: Path) -> None:
    put(folder, one__toml=SMALL, two__toml="broken")
    library = Library((str(folder / "one.toml"),))
    assert [head.id for head in library.heads()][-1] == "small"


def test_a_type_of_the_users_decodes_a_value(folder: Path) -> None:
    put(folder, mine__binpb=with_imports(PARCELS))
    decoding = Decoding(Library((str(folder / "mine.binpb"),)).descriptor_sets)
    value = decoding.value(packed("parcels.Item", scalar(1, 5)), Field(("a",), type="any"))
    assert value.data == AnyValue("parcels.Item", "protobuf", {"weight": "5"})
    assert value.error == ""


@pytest.mark.parametrize("content", [b"", b"hello", with_imports(PARCELS)[:-1]])
def test_a_bad_set_is_told_with_each_any_and_harms_nothing_else(
    folder: Path, content: bytes
) -> None:
    put(folder, mine__binpb=content)
    library = Library((str(folder),))
    assert {head.id for head in library.heads()} == SHIPPED
    decoding = Decoding(library.descriptor_sets)
    raw = packed("containerd.runc.v1.Options")
    value = decoding.value(raw, Field(("a",), type="any"))
    assert value.data == raw
    assert value.error.startswith(f"{folder / 'mine.binpb'}: ")
    assert decoding.value(b"web", Field(("a",), type="string")).data == "web"


@pytest.mark.parametrize("name", ["", "nowhere", "nowhere.toml", "nul\0.toml", "x" * 5000])
def test_a_place_that_does_not_exist_is_told(folder: Path, name: str) -> None:
    place = f"{folder}/{name}" if name else ""
    with pytest.raises(SchemaError, match="no such schema file or folder") as caught:
        Library((place,))
    assert str(caught.value).startswith(place)


def test_a_file_of_another_name_is_refused(folder: Path) -> None:
    put(folder, small__txt=SMALL)
    with pytest.raises(SchemaError, match=r"small\.txt: a schema file ends in \.toml or \.binpb"):
        Library((str(folder / "small.txt"),))


def test_a_folder_that_cannot_be_listed_is_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may list everything, so the refusal is played.
    listdir = os.listdir

    def refuse(place: str) -> list[str]:
        if place == str(folder):
            raise PermissionError(13, "Permission denied")
        return listdir(place)

    put(folder)
    monkeypatch.setattr(os, "listdir", refuse)
    with pytest.raises(SchemaError, match=r"schemas: Permission denied$"):
        Library((str(folder),))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "schema is missing"),
        (b"[schema", "(at "),
        (b"\xff", "not UTF-8"),
        (b"\xef\xbb\xbf" + SMALL.encode(), "(at line 1"),
        (SMALL.encode("utf-16"), "not UTF-8"),
        (SMALL.encode().replace(b"\n", b"\0"), "(at "),
        (b"x = " + b"[" * 100_000, "nested too deep"),
    ],
)
def test_a_bad_file_is_told_by_its_name(folder: Path, content: bytes, fault: str) -> None:
    put(folder, bad__toml=content)
    library = Library((str(folder),))
    with pytest.raises(SchemaError) as caught:
        library.heads()
    assert str(caught.value).startswith(f"{folder / 'bad.toml'}: ")
    assert fault in str(caught.value)


def test_a_file_that_vanishes_is_told(folder: Path) -> None:
    put(folder, small__toml=SMALL, mine__binpb=with_imports(PARCELS))
    library = Library((str(folder),))
    [*_, head] = library.heads()
    for file in folder.iterdir():
        file.unlink()
    with pytest.raises(SchemaError, match=r"small\.toml: No such file or directory"):
        library.schema(head)
    with pytest.raises(SchemaError, match=r"mine\.binpb: No such file or directory"):
        library.descriptor_sets()


def test_a_bad_body_is_told_when_it_is_needed(folder: Path) -> None:
    put(folder, small__toml=SMALL.replace('"varint"', '"number"'))
    library = Library((str(folder),))
    [*_, head] = library.heads()
    with pytest.raises(SchemaError, match=r"small\.toml: meta/layout: unknown type number"):
        library.schema(head)


# --- glossaries and types ---


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("a", "Begins with a."),
        ("a.b", "Begins with a.b."),
        ("a.long", "Has .long."),
        ("a.bc/d\n", "Begins with a.b."),
        ("b", ""),
        ("", ""),
        ("A", ""),
    ],
)
def test_the_longest_pattern_that_matches_explains(folder: Path, word: str, sentence: str) -> None:
    library = Library((put(folder, small__toml=SMALL),))
    assert explained(library, "words", word) == sentence


def test_a_glossary_may_have_a_file(folder: Path) -> None:
    put(folder, small__toml=SMALL, glossary__mine__toml='[things]\n"x*" = "An x."\n')
    library = Library((str(folder),))
    assert explained(library, "mine.things", "xy") == "An x."
    assert explained(library, "mine.others", "xy") == ""
    assert explained(library, "yours.things", "xy") == ""
    assert explained(library, "nothing", "xy") == ""


def test_a_glossary_of_the_users_adds_to_ours_and_wins(folder: Path) -> None:
    ours = Library((put(folder, small__toml=SMALL),))
    word = "containerd.io/gc.root"
    shipped = explained(ours, "containerd.labels", word)
    assert shipped
    put(folder, glossary__containerd__toml='[labels]\n"containerd.io/gc.root*" = "Mine."\n')
    library = Library((str(folder),))
    assert explained(library, "containerd.labels", word) == "Mine."
    assert explained(library, "containerd.labels", "containerd.io/gc.expire") != ""


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("[things", "(at "),
        ("things = 5\n", "[things] is not a table"),
        ("[things]\nx = 5\n", "[things]: x is not a text"),
        ("[[things]]\n", "[things] is not a table"),
    ],
)
def test_a_bad_glossary_is_told(folder: Path, content: str, fault: str) -> None:
    put(folder, small__toml=SMALL, glossary__mine__toml=content)
    library = Library((str(folder),))
    with pytest.raises(SchemaError) as caught:
        explained(library, "mine.things", "x")
    assert str(caught.value).startswith(f"{folder / 'glossary.mine.toml'}: ")
    assert fault in str(caught.value)


@pytest.mark.parametrize("prefix", ["", "type.googleapis.com/"])
def test_types_are_explained(folder: Path, prefix: str) -> None:
    library = Library((put(folder, types__toml='["parcels.Item"]\ntitle = "Item"\n'),))
    title, doc = library.any_type(prefix + "containerd.runc.v1.Options")
    assert title == "runc shim options"
    assert doc
    assert library.any_type(prefix + "parcels.Item") == ("Item", "")
    assert library.any_type("parcels.Nothing") == ("", "")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ('"a.B" = 5\n', "a.B is not a table"),
        ('["a.B"]\ntitle = 5\n', "a.B: title is not a text"),
        ('["a.B"]\ndoc = []\n', "a.B: doc is not a text"),
        ('["a.B"', "(at "),
    ],
)
def test_bad_types_are_told(folder: Path, content: str, fault: str) -> None:
    library = Library((put(folder, types__toml=content),))
    with pytest.raises(SchemaError) as caught:
        library.any_type("a.B")
    assert str(caught.value).startswith(f"{folder / 'types.toml'}: ")
    assert fault in str(caught.value)
