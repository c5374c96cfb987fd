"""Papers: read again as text, the same bytes for the same words, nothing lost silently."""

import io
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from yakuba.kit.paper import GETA, NoLetters, Paper, _pieces

AT = datetime(2026, 11, 28, 3, 0, tzinfo=UTC)


def letter(words: str = "次のとおり交付します。") -> Paper:
    paper = Paper("住民票の写し 交付のお知らせ", made_at=AT, sender=("上市町", "町民課"))
    paper.text(words)
    paper.table([("受付番号", "08-7K3M9QA-2"), ("手数料", "300円")])
    return paper


def texts(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def test_a_paper_can_be_read_and_searched() -> None:
    read = texts(letter().bytes())

    assert len(read) == 1
    assert "住民票の写し 交付のお知らせ" in read[0]
    assert "08-7K3M9QA-2" in read[0]
    assert "1 / 1" in read[0]


def test_the_same_words_make_the_same_bytes() -> None:
    assert letter().bytes() == letter().bytes()
    assert letter().bytes() != letter("ほかの文").bytes()


def test_the_letters_are_inside() -> None:
    content = letter().bytes()

    assert content.count(b"/FontFile2") == 2  # the regular face and the bold one
    assert len(content) < 200_000  # only the letters that are used


def test_what_the_font_has_not_is_said() -> None:
    paper = letter("\ue000田 \U0003134a")
    content = paper.bytes()

    assert paper.unfit == ["\ue000", "\U0003134a"]
    assert f"{GETA}田" in texts(content)[0]


def test_a_selector_of_shapes_is_left_out() -> None:
    paper = letter("斉\U000e0103藤")
    content = paper.bytes()

    assert paper.unfit == []
    assert "斉藤" in texts(content)[0]


def test_a_long_table_goes_on_with_its_headings() -> None:
    paper = Paper("収納簿", made_at=AT)
    paper.grid(("日", "金額"), [(f"{n}日", f"{n:,}円") for n in range(120)], right=(1,))

    pages = texts(paper.bytes())

    assert len(pages) > 2
    assert all("金額" in page for page in pages)
    assert "119円" in pages[-1]


def test_a_cell_higher_than_a_page_is_written_to_its_end() -> None:
    paper = Paper("長い理由", made_at=AT)
    paper.table([("理由", "長い文です。" * 900 + "おわり")])

    pages = texts(paper.bytes())

    assert len(pages) > 1
    assert "おわり" in pages[-1]


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("はい。次", ["は", "い。", "次"]),
        ("（例）ABC def", ["（例）", "ABC", " ", "def"]),
    ],
)
def test_lines_are_not_torn_at_the_wrong_place(text: str, pieces: list[str]) -> None:
    assert _pieces(text) == pieces


def test_without_letters_somebody_is_told(settings: object, tmp_path: object) -> None:
    from yakuba.kit import paper

    paper._font.cache_clear()
    settings.FONTS = tmp_path  # type: ignore[attr-defined]
    with pytest.raises(NoLetters):
        letter()
    paper._font.cache_clear()
