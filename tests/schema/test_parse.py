"""A schema file becomes a head and a schema, or a SchemaError that names file and fault."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boltview.schema.model import BUCKET, Field
from boltview.schema.parse import Head, Rule, SchemaError, parse_head, parse_schema
from tests.schema.small import SMALL


def replaced(old: str, new: str) -> str:
    assert SMALL.count(old) == 1
    return SMALL.replace(old, new)


def test_the_head() -> None:
    rule = Rule(50, ("meta/layout", "things/"), {"meta": frozenset({b"layout"})})
    head = Head("f.toml", "small", "Small (small.db)", (rule,), ("/small.db",))
    assert parse_head("f.toml", SMALL) == head


def test_the_schema() -> None:
    schema = parse_schema("f.toml", SMALL)
    assert schema[:5] == (
        "small",
        "Small (small.db)",
        "example.org/small",
        "A schema to try.",
        (b"meta", b"layout"),
    )
    words = {"a*": "Begins with a.", "a.b*": "Begins with a.b.", "*.long*": "Has .long."}
    assert schema.glossaries == {"words": words}
    assert {field.path: field for field in schema.fields()} == {
        "meta": Field(("meta",), BUCKET, "Facts about the file."),
        "meta/layout": Field(("meta", "layout"), "varint", "Version of the layout."),
        "things": Field(("things",), BUCKET, "All things.", sequence="The number last given."),
        "things/<thing>": Field(
            ("things", "<thing>"),
            BUCKET,
            "One thing.",
            "uvarint",
            object="thing",
            glossary="words",
        ),
        "things/<thing>/kind": Field(
            ("things", "<thing>", "kind"),
            "enum",
            "Which one.",
            since="1.2",
            until="2.0",
            written_by="store.go: put",
            unit="bytes",
            values={0: "none", 2: "some"},
            refers="thing/{value}",
            secret=True,
        ),
        "things/<thing>/at": Field(("things", "<thing>", "at"), "time", "When.", presence="always"),
        "things/<thing>/more/<note>": Field(
            ("things", "<thing>", "more", "<note>"), "string", "A note."
        ),
    }


def test_only_the_beginning_is_read_for_a_head() -> None:
    assert parse_head("f.toml", SMALL + '["broken\n') == parse_head("f.toml", SMALL)
    with pytest.raises(SchemaError, match=r"^f\.toml: "):
        parse_schema("f.toml", SMALL + '["broken\n')


@pytest.mark.parametrize("line_break", ["\r\n", "\n"])
def test_line_breaks_of_any_system_will_do(line_break: str) -> None:
    text = SMALL.replace("\n", line_break)
    assert parse_head("f.toml", text) == parse_head("f.toml", SMALL)
    assert list(parse_schema("f.toml", text).fields()) == list(parse_schema("f", SMALL).fields())


def test_a_file_of_nothing_but_a_head_will_do() -> None:
    text = '[schema]\nid = "a"\ntitle = "A"\n'
    assert parse_head("f.toml", text) == Head("f.toml", "a", "A", (), ())
    assert list(parse_schema("f.toml", text).fields()) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("[schema]", "[schema", "(at line 1"),
        ("[schema]", "[scheme]", "schema is missing"),
        ("[schema]", "schema = 5\n[x]", "schema is not a table"),
        ("[schema]", "[[schema]]", "schema is not a table"),
        ('id = "small"', "", "[schema]: id is missing"),
        ('id = "small"', "id = 5", "[schema]: id is not a text"),
        ('id = "small"', 'id = "small"\nid = "b"', "(at line 3"),
        ('title = "Small (small.db)"', "", "[schema]: title is missing"),
        ('title = "Small (small.db)"', "title = [1]", "[schema]: title is not a text"),
        ('["/small.db"]', '"/small.db"', "[schema]: empty_paths is not a list"),
        ('["/small.db"]', "[1]", "[schema]: empty_paths is not a list of texts"),
        ("[[recognise]]", "[recognise]", "recognise is not a list"),
        ("[[recognise]]", "[[recognise]]\nscore = 1\n[[recognise]]", "asks for nothing"),
        ("score = 50", "", "[[recognise]]: score is missing"),
        ("score = 50", 'score = "50"', "[[recognise]]: score is not a whole number"),
        ("score = 50", "score = 5.0", "score is not a whole number"),
        ("score = 50", "score = inf", "score is not a whole number"),
        ("score = 50", "score = true", "score is not a whole number"),
        ("score = 50", "score = 0", "score is not from 1 to 100"),
        ("score = 50", "score = 101", "score is not from 1 to 100"),
        ("score = 50", f"score = {'1' * 5000}", "digits"),
        ('["meta/layout", "things/"]', '"things/"', "[[recognise]]: has is not a list"),
        ('["meta/layout", "things/"]', "[1]", "has is not a list of texts"),
        ('{ "meta" = ["layout"] }', "[1]", "only is not a table"),
        ('{ "meta" = ["layout"] }', '{ "meta" = "layout" }', "only: meta is not a list"),
        ('{ "meta" = ["layout"] }', '{ "meta" = [1] }', "only: meta is not a list of texts"),
        ('"A schema to try."', "[" * 50_000, "nested too deep"),
        ('"A schema to try."', '"A\nB"', "(at line 5"),
        ('"A schema to try."', r'"\ud800"', "(at line 5"),
    ],
    ids=lambda value: value[:30],
)
def test_a_bad_head_is_told(old: str, new: str, fault: str) -> None:
    with pytest.raises(SchemaError) as caught:
        parse_head("f.toml", replaced(old, new))
    assert str(caught.value).startswith("f.toml: ")
    assert fault in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"meta/layout"\nempty', "5\nempty", "[schema]: version_key is not a text"),
        ('"example.org/small"', "5", "[schema]: source is not a text"),
        ('"A schema to try."', "1979-05-27", "[schema]: doc is not a text"),
        ('["meta"]', '[["meta"]]', "meta is not a table"),
        ('["meta"]', '["meta/"]', "meta/: a part of the path is empty"),
        ('["meta"]', '["/meta"]', "/meta: a part of the path is empty"),
        ('["meta"]', '[""]', "a part of the path is empty"),
        ('["meta"]', '["things/<other>"]', "are the same place"),
        ('["meta"]', '["things/<thing>/at"]', "things/<thing>/at are the same place"),
        ('"varint"', '"number"', "meta/layout: unknown type number"),
        ('"varint"', "5", "meta/layout: type is not a text"),
        ('"varint"', '["varint"]', "meta/layout: type is not a text"),
        ('key = "uvarint"', 'key = "time"', "things/<thing>: unknown key type time"),
        ('key = "uvarint"', "key = []", "things/<thing>: key is not a text"),
        ('key = "uvarint"', 'keys = "a"', "things/<thing>: unknown attribute keys"),
        ('key = "uvarint"', 'pattern = "a"', "things/<thing>: unknown attribute pattern"),
        ('parts = ["times"]', 'parts = ["dates"]', "things/<thing>: there is no [part.dates]"),
        ('parts = ["times"]', 'parts = "times"', "things/<thing>: parts is not a list"),
        ('parts = ["times"]', "parts = [[]]", "parts is not a list of texts"),
        ("[glossary", '["x"]\nparts = ["y"]\n[part]\ny = 5\n[glossary', "[part]: y is not a table"),
        ("[part.times.at]", "[part.times]\nat = 5\n[x]", "things/<thing>/at is not a table"),
        ("secret = true", 'secret = "yes"', "kind: secret is not true or false"),
        ("secret = true", "secret = 1", "kind: secret is not true or false"),
        ('{ 0 = "none", 2 = "some" }', '["none"]', "kind: values is not a table"),
        ("0 = ", "zero = ", "kind: values: a key is not a number"),
        ("0 = ", f"{'1' * 5000} = ", "kind: values: a key is not a number"),
        ('0 = "none"', "0 = 0", "kind: values: 0 is not a text"),
        ('doc = "Which one."', "doc = 5", "kind: doc is not a text"),
        ("[glossary.words]", "[glossary]", "[glossary.a*] is not a table"),
        ('"Begins with a."', "5", "[glossary.words]: a* is not a text"),
    ],
    ids=lambda value: value[:30],
)
def test_a_bad_schema_is_told(old: str, new: str, fault: str) -> None:
    with pytest.raises(SchemaError) as caught:
        parse_schema("f.toml", replaced(old, new))
    assert str(caught.value).startswith("f.toml: ")
    assert fault in str(caught.value)


pieces = st.sampled_from(
    ["5", '"x"', "[", "]", "{", "}", "=", "\n", "[[", ".", "true", "inf", "nan", "[]", "{}", '"""',
     "1979-05-27", "<x>", "/", "schema", "part", "recognise", "glossary", "\r", "\0", "é", "99:99"]
)  # fmt: skip


@given(st.data())
def test_a_damaged_file_is_read_or_told(data: st.DataObject) -> None:
    text = SMALL
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 12)))
        text = text[:start] + data.draw(pieces | st.just("")) + text[end:]
    for parse in (parse_head, parse_schema):
        try:
            parse("f.toml", text)
        except SchemaError as error:
            assert str(error).startswith("f.toml: ")  # noqa: PT017 - some damage is harmless


values = st.sampled_from(["5", '"x"', "[]", "{}", "true", "1.5", '["x"]', "[1]", "{ x = 1 }"])


@pytest.mark.parametrize("place", [i for i, line in enumerate(SMALL.splitlines()) if "=" in line])
@given(value=values)
def test_any_attribute_of_another_kind_is_read_or_told(place: int, value: str) -> None:
    lines = SMALL.splitlines()
    lines[place] = f"{lines[place].partition('=')[0]}= {value}"
    for parse in (parse_head, parse_schema):
        try:
            parse("f.toml", "\n".join(lines))
        except SchemaError as error:
            assert str(error).startswith("f.toml: ")  # noqa: PT017 - another kind may be the right one
