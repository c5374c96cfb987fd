"""What clerks compose becomes messages that LINE takes, in every language, and what is wrong is said with its place."""

import uuid
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulators.line.checks import sending as simulator
from tests.line.test_messages_accepted import RECEIVER, complaints, line, objections
from yakuba.broadcasts.rules import confidential, content, drawing, linting, variables
from yakuba.broadcasts.rules.content import (
    Button,
    Content,
    CouponPart,
    EventPart,
    ImagePart,
    Item,
    LinkPart,
    ListPart,
    NoticePart,
    PagePart,
    Row,
    TextPart,
    Texts,
    VideoPart,
)
from yakuba.broadcasts.rules.drawing import Around, Shown
from yakuba.kit.errors import Refusal

__all__ = ["line"]

MEDIA = uuid.UUID(int=1)
PLACE = Shown(
    "https://town.example.jp/media/abc", "https://town.example.jp/media/abc/small", 1200, 800
)
AROUND = Around(
    media={MEDIA: PLACE},
    page="https://miniapp.line.me/1-a/d/1/",
    why="https://miniapp.line.me/1-a/d/1/why/",
)


def said(ja: str, easy: str = "", en: str = "") -> Texts:
    return Texts(ja=ja, ja_easy=easy, en=en)


words = st.text(max_size=400) | st.sampled_from(["除雪に入ります。", "{町名}"])
long_words = words | st.builds(lambda once, times: once * times, words, st.integers(1, 60))
texts = st.builds(Texts, ja=long_words, ja_easy=words, en=words)
urls = st.sampled_from(
    ["", "https://www.town.example.jp/a?b=c", "http://x", "ないしょ", "tel:1"]
) | st.text(max_size=60)
media = st.sampled_from([None, MEDIA, uuid.UUID(int=2)])
buttons = st.lists(
    st.builds(
        Button,
        kind=st.sampled_from(get_args(Button.model_fields["kind"].annotation)),
        label=texts,
        target=st.sampled_from(
            ["https://a.example.jp", "snow", "076-472-1111", "町民センター", ""]
        ),
    ),
    max_size=3,
)
parts = st.one_of(
    st.builds(TextPart, text=texts),
    st.builds(ImagePart, media=media, alt=texts, url=urls),
    st.builds(VideoPart, media=media, cover=media, alt=texts),
    st.builds(LinkPart, title=texts, words=texts, picture=media, url=urls, label=texts),
    st.builds(
        NoticePart,
        kicker=texts,
        title=texts,
        words=texts,
        picture=media,
        facts=st.lists(st.builds(Row, label=texts, value=texts), max_size=8),
        buttons=buttons,
    ),
    st.builds(EventPart, title=texts, when=texts, where=texts, bring=texts, buttons=buttons),
    st.builds(
        ListPart,
        title=texts,
        words=texts,
        items=st.lists(st.builds(Item, title=texts, words=texts, url=urls), max_size=10),
    ),
    st.builds(CouponPart, title=texts, until=texts, how=texts, code=st.text(max_size=40)),
    st.builds(PagePart, title=texts, lead=texts, text=texts, label=texts),
)
contents = st.builds(Content, parts=st.lists(parts, min_size=1, max_size=5))


class TestWhatIsDrawn:
    @given(composed=contents, language=st.sampled_from(content.LANGUAGES))
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    def test_line_and_the_simulator_take_whatever_is_not_refused(
        self, line: Any, composed: Content, language: str
    ) -> None:
        try:
            messages = drawing.drawn(composed, language=language, around=AROUND)
        except Refusal:
            return

        request = {"to": RECEIVER, "messages": messages}
        assert list(complaints(request)) == []
        assert objections(line, request) == []
        assert simulator.problems(request, simulator.PUSH).details == []

    def test_every_kind_says_what_was_written_and_why_stands_at_the_end(self) -> None:
        composed = Content(
            parts=[
                TextPart(text=said("こんにちは https://www.town.example.jp/a。")),
                VideoPart(media=MEDIA, cover=MEDIA),
                ImagePart(media=MEDIA, alt=said("雪の写真"), url="https://www.town.example.jp/b"),
                CouponPart(title=said("1日券"), until=said("3月まで"), code="AB-12"),
                ListPart(title=said("予定"), items=[Item(title=said("4日"))]),
            ]
        )

        drawn: list[Any] = drawing.drawn(composed, language="ja", around=AROUND)

        assert [one["type"] for one in drawn] == ["text", "video", "flex", "flex", "flex"]
        assert "AB-12" in str(drawn[3])
        assert "届いた理由・受信設定" in str(drawn[4])
        assert "why/" not in str(drawn[:4])

    def test_addresses_lead_through_the_measured_ones_and_nothing_else_does(self) -> None:
        links = {"https://www.town.example.jp/a": "https://y.example.jp/l/x1"}
        composed = Content(
            parts=[
                TextPart(text=said("見てください（https://www.town.example.jp/a）。")),
                LinkPart(title=said("題"), url="https://www.town.example.jp/a"),
            ]
        )

        drawn = drawing.drawn(composed, language="ja", around=Around(links=links))

        assert drawn[0]["text"] == "見てください（https://y.example.jp/l/x1）。"
        assert "https://www.town.example.jp/a" not in str(drawn)

    def test_a_language_that_was_not_written_falls_back_to_japanese(self) -> None:
        part = EventPart(title=said("教室", en="Class"), when=said("4日"))

        drawn = str(drawing.drawn(Content(parts=[part]), language="en", around=Around()))

        assert "Class" in drawn
        assert "When" in drawn
        assert "4日" in drawn


class TestVariables:
    def test_are_filled_and_an_unknown_one_stays_visible(self) -> None:
        assert variables.filled("{町名}の{地区}", {"町名": "上市町"}) == "上市町の{地区}"

    def test_only_those_that_differ_by_reader_are_asked(self) -> None:
        composed = content.read(content.plain("{町名} {住んでいる地区} {日付}"))

        assert variables.asked(composed) == ["住んでいる地区"]


def found(composed: Content, **more: Any) -> list[str]:
    problems = linting.problems(composed, known=more.pop("known", ()), **more)
    return [f"{'!' if one.is_red else '?'} {one.where}: {one.sentence}" for one in problems]


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("part", "where"),
        [
            (TextPart(), "parts.0.text"),
            (TextPart(text=said("http://old.example.jp を見て")), "parts.0.text"),
            (ImagePart(), "parts.0.media"),
            (VideoPart(media=MEDIA), "parts.0.cover"),
            (LinkPart(title=said("題"), url="www.town.example.jp"), "parts.0.url"),
            (LinkPart(title=said("題"), url="https://a@evil.example"), "parts.0.url"),
            (
                NoticePart(title=said("題"), facts=[Row(label=said("場所"))]),
                "parts.0.facts.0.value",
            ),
            (
                NoticePart(title=said("題"), buttons=[Button(kind="telephone", target="119")]),
                "parts.0.buttons.0.target",
            ),
            (
                EventPart(
                    title=said("題"),
                    when=said("日"),
                    buttons=[Button(kind="procedure", target="old")],
                ),
                "parts.0.buttons.0.target",
            ),
            (ListPart(title=said("題")), "parts.0.items"),
            (CouponPart(title=said("題")), "parts.0.until"),
            (PagePart(title=said("題")), "parts.0.text"),
            (TextPart(text=said("番号 1234 5678 9018")), "parts.0.text"),
            (TextPart(text=said("{血液型}の方へ")), "parts.0.text"),
        ],
    )
    def test_is_red_at_its_place(self, part: Any, where: str) -> None:
        problems = linting.problems(
            Content(parts=[part]), known=["地区"], procedures=["snow"], whole_media=[MEDIA]
        )

        assert [one.where for one in problems if one.is_red] == [where]

    def test_a_file_that_is_not_complete_is_missing(self) -> None:
        part = ImagePart(media=MEDIA)

        assert found(Content(parts=[part]), whole_media=[]) != []
        assert found(Content(parts=[part]), whole_media=[MEDIA]) == []

    def test_whoever_told_nothing_must_read_something(self) -> None:
        composed = content.read(content.plain("{地区}の方へ"))
        answered = composed.model_copy(update={"otherwise": {"地区": said("お住まいの地区")}})

        assert "! otherwise.地区: " in found(composed, known=["地区"])[0]
        assert found(answered, known=["地区"]) == []

    def test_six_bubbles_are_too_many(self) -> None:
        long = TextPart(text=said("雪です。" * 1500))

        assert "吹き出し5つまで" in found(Content(parts=[long, long, long]))[0]

    def test_a_translation_that_is_missing_is_named_only_where_others_are_there(self) -> None:
        both = Content(parts=[EventPart(title=said("教室", en="Class"), when=said("4日"))])
        none = Content(parts=[EventPart(title=said("教室"), when=said("4日"))])

        assert found(both) == [
            "? parts.0.when: 「4日」の英語がまだありません。日本語のまま送られます。"
        ]
        assert found(none) == []


class TestConfidential:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("携帯 090-1234-5678 へ", "telephone"),
            ("振込先は 普通 1234567 です", "account"),
            ("山田太郎様", "name"),
            ("昭和25年4月1日生まれ", "birth"),
            ("hanako@gmail.com まで", "email"),
        ],
    )
    def test_is_a_warning_with_the_words_that_were_found(self, text: str, code: str) -> None:
        warnings = confidential.warnings(content.read(content.plain(text)))

        assert [one.code for one in warnings] == [code]
        assert warnings[0].found in text

    @pytest.mark.parametrize(
        "text",
        [
            "役場 076-472-1111",
            "町民の皆様へ",
            "保護者様へ",
            "生活保護のご相談は福祉課へ",
            "令和8年12月5日（土）10時から",
            "明日の朝6時から除雪に入ります。",
        ],
    )
    def test_the_usual_words_of_a_town_hall_are_none(self, text: str) -> None:
        assert confidential.warnings(content.read(content.plain(text))) == []

    def test_the_town_s_own_mobile_is_none(self) -> None:
        composed = content.read(content.plain("当直 090-1234-5678"))

        assert confidential.warnings(composed, known=["09012345678"]) == []


def test_a_document_of_the_first_version_is_still_read() -> None:
    old = {"schema": 1, "parts": [{"kind": "text", "text": {"ja": "雪", "ja-easy": "", "en": ""}}]}

    assert content.texts(content.read(old)) == [("parts.0.text", "ja", "雪")]
