"""Patterns are matched on bytes, and what cannot be looked for is refused with a reason."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from boltview.forensics.search.hit import excerpt
from boltview.forensics.search.pattern import BadPattern, digest, expression, literal


@given(text=st.text(max_size=6), within=st.text(max_size=30), ignore_case=st.booleans())
def test_a_text_is_found_as_python_finds_it(text: str, within: str, *, ignore_case: bool) -> None:
    raw = within.encode(errors="surrogatepass")
    try:
        pattern = literal(text, ignore_case=ignore_case)
        wanted = text.encode()
    except UnicodeEncodeError:
        return
    found = pattern.find(raw)
    if not ignore_case:
        assert (found[0] if found else -1) == raw.find(wanted)
    elif text.isascii():
        assert (found[0] if found else -1) == raw.lower().find(wanted.lower())
    elif text in within:
        assert found


def test_letters_beyond_ascii_match_in_either_case() -> None:
    assert literal("größe", ignore_case=True).find("GRÖßE".encode()) == (0, 7)
    assert literal("größe").find("GRÖßE".encode()) is None
    assert expression("gr(ö|x)+ß", ignore_case=True).find("GRÖÖßE".encode()) == (0, 8)


@pytest.mark.parametrize(
    ("text", "raw", "span"),
    [
        ("é+", "caféééx", (3, 9)),
        ("\\é?x", "éx", (0, 3)),
        ("[]a]+", "b]a]", (1, 4)),
        ("[^]a]+", "]ab", (2, 3)),
        ("\\[é", "[é", (0, 3)),
        ("[a\\]]é", "]é", (0, 3)),
        ("(?i)AB", "xab", (1, 3)),
        ("^a$", "a", (0, 1)),
        ("\\x0a", "a\n", (1, 2)),
    ],
)
def test_expressions_of_characters_beyond_ascii(text: str, raw: str, span: tuple[int, int]) -> None:
    assert expression(text).find(raw.encode()) == span


@pytest.mark.parametrize("text", ["(", "[", "*", "a{2}{3}", "[aé]", "(?P<n>a)(?P<n>b)", "\\u1234",
                                  "a{99999999999}"])  # fmt: skip
def test_what_is_no_expression_is_refused(text: str) -> None:
    with pytest.raises(BadPattern, match="not a regular expression: "):
        expression(text)


@pytest.mark.parametrize("text", ["", "xyz", "sha256:", "md5:00", "sha256:0g", "00 ", "sha256"])
def test_what_begins_no_digest_is_refused(text: str) -> None:
    with pytest.raises(BadPattern):
        digest(text)


@given(st.text(max_size=300), st.integers(0, 300), st.integers(0, 300))
@example("\U00010000" + "0" * 45, 41, 0)  # the cut falls behind the first of four bytes
def test_an_excerpt_is_a_piece_of_the_text(text: str, start: int, length: int) -> None:
    raw = text.encode(errors="surrogatepass")
    start = min(start, len(raw))
    end = min(start + length, len(raw))
    cut = excerpt(raw, start, end)
    whole = cut.before + cut.match + cut.after
    begin = start - len(cut.before)
    assert raw[begin : begin + len(whole)] == whole
    assert raw[start:end].startswith(cut.match)
    assert cut.is_begun == (begin == 0)
    assert cut.is_ended == (begin + len(whole) == len(raw))
    assert len(whole) <= 40 + 160 + 80 + 9
    if not cut.is_begun and re.fullmatch(r"[^\ud800-\udfff]*", text) and start in _joints(text):
        whole[: len(cut.before)].decode()


def _joints(text: str) -> set[int]:
    return {len(text[:at].encode()) for at in range(len(text) + 1)}
