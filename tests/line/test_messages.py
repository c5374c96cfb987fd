"""What the talk says, message by message."""

import json
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from yakuba.line import messages
from yakuba.line.messages import cards

FAMILY = "👨‍👩‍👧"
YES = messages.Postback("はい", "procedures:1", shown="はい")


def words_of(said: list[messages.Message]) -> list[str]:
    return [str(message["text"]) for message in said]


def replies_of(message: messages.Message) -> list[Any]:
    below: Any = message["quickReply"]
    return [item["action"] for item in below["items"]]


def bubble_of(message: messages.Message) -> Any:
    return message["contents"]


def texts_in(part: Any) -> list[Any]:
    """Return the text components in `part`, in the order in which they are read."""
    if part["type"] == "text":
        return [part]
    return [text for inner in part.get("contents", []) for text in texts_in(inner)]


def luminance(colour: str) -> float:
    """Source: WCAG 2.2, relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


class TestText:
    def test_says_a_short_text_in_one_message(self) -> None:
        said = messages.text("申請を受け付けました。", quick_replies=[YES])

        assert words_of(said) == ["申請を受け付けました。"]
        assert replies_of(said[0])[0]["label"] == "はい"

    def test_parts_a_long_text_where_a_reader_pauses(self) -> None:
        sentence = "これは役場からの長いお知らせです。"
        said = messages.text(sentence * 400, quick_replies=[YES])

        assert len(said) == 2
        assert all(words.endswith("です。") for words in words_of(said))
        assert "".join(words_of(said)) == sentence * 400

    def test_parts_at_an_empty_line_rather_than_at_a_sentence(self) -> None:
        said = messages.text("一。" * 2000 + "\n\n" + "二。" * 1000)

        assert words_of(said) == ["一。" * 2000, "二。" * 1000]

    def test_never_parts_within_a_letter(self) -> None:
        said = messages.text(FAMILY * 1000)

        assert "".join(words_of(said)) == FAMILY * 1000
        assert all(words.startswith("👨") and words.endswith("👧") for words in words_of(said))

    def test_hangs_the_quick_replies_under_the_last_message_only(self) -> None:
        said = messages.text("あ" * 9000, quick_replies=[YES])

        assert ["quickReply" in message for message in said] == [False, True]

    def test_refuses_a_book(self) -> None:
        with pytest.raises(messages.TooMuchToSay, match="5つまで"):
            messages.text("あ" * 25_001)

    @pytest.mark.parametrize("nothing", ["", " \u3000\n", "\u200b", "\x00", "\ud83d"])
    def test_refuses_to_say_nothing(self, nothing: str) -> None:
        with pytest.raises(messages.NothingToSay, match="空です"):
            messages.text(nothing)

    def test_takes_out_what_line_cannot_carry(self) -> None:
        assert words_of(messages.text("あ\x00い\ud83dう\r\nえ")) == ["あいう\nえ"]


class TestChoices:
    def test_makes_buttons_and_keeps_the_whole_answer_for_the_talk(self) -> None:
        label = "住民票の写し（世帯全員・本籍と続柄の記載あり）"
        buttons = messages.choices(
            [(label, "procedures:1")], ways_out=[messages.Say("やめる", "やめる")]
        )

        assert buttons
        action, way_out = replies_of(messages.text("どれですか。", quick_replies=buttons)[0])
        assert action["label"] == label[:19] + "…"
        assert action["displayText"] == label
        assert way_out == {"type": "message", "label": "やめる", "text": "やめる"}

    def test_leaves_more_than_thirteen_to_a_list_page(self) -> None:
        options = [(f"{number}番", f"a:{number}") for number in range(12)]
        out = messages.Say("やめる", "やめる")

        assert messages.choices(options, ways_out=[out])
        assert messages.choices(options, ways_out=[out, out]) is None

    def test_leaves_labels_that_read_alike_to_a_list_page(self) -> None:
        long = "上市町立中央こども園の一時預かり保育"

        assert (
            messages.choices([(long + "（午前のみ）", "a:1"), (long + "（午後のみ）", "a:2")])
            is None
        )

    def test_does_not_hang_fourteen_buttons_under_a_text(self) -> None:
        with pytest.raises(ValueError, match="14"):
            messages.text("どれですか。", quick_replies=[YES] * 14)


class TestActions:
    def test_a_label_is_cut_by_letters_where_it_is_placed(self) -> None:
        action = messages.Say(FAMILY * 30, "x")

        assert action.json(letters=20)["label"] == FAMILY * 7 + "…"
        assert messages.Say("あ" * 30, "x").json(letters=20)["label"] == "あ" * 19 + "…"

    @pytest.mark.parametrize("data", ["", "x" * 301, "𠮷" * 151, "a\x00"])
    def test_wrong_data_are_a_bug(self, data: str) -> None:
        with pytest.raises(ValueError, match="data"):
            messages.Postback("はい", data).json(letters=20)

    @pytest.mark.parametrize(
        ("uri", "sent"),
        [
            ("https://example.jp/申請?q=1", "https://example.jp/%E7%94%B3%E8%AB%8B?q=1"),
            ("https://example.jp/?q=100%", "https://example.jp/?q=100%25"),
            ("tel:076-472-1111", "tel:076-472-1111"),
            ("line://nv/location", "line://nv/location"),
        ],
    )
    def test_a_link_is_sent_in_ascii(self, uri: str, sent: str) -> None:
        assert messages.Link("開く", uri).json(letters=20)["uri"] == sent

    @pytest.mark.parametrize(
        "uri",
        ["", "example.jp", "javascript:alert(1)", "https://", "https://役場.jp/", "tel:役場", "https://a.jp:x/",
         "https://town.jp@evil.example/", "https://example.jp/" + "a" * 1000, "ftp://example.jp/"],
    )  # fmt: skip
    def test_refuses_a_link_that_line_refuses(self, uri: str) -> None:
        with pytest.raises(messages.LinkNotPossible, match="https://"):
            messages.Link("開く", uri).json(letters=20)

    def test_a_picker_has_bounds_that_line_accepts(self) -> None:
        first, last = date(2026, 11, 1), date(2026, 12, 1)

        picker = messages.PickDate("日付を選ぶ", "a:1", date(2030, 1, 1), first, last)
        alone = messages.PickDate("日付を選ぶ", "a:1", None, first, first)

        assert picker.json(letters=20) == {
            "type": "datetimepicker",
            "label": "日付を選ぶ",
            "data": "a:1",
            "mode": "date",
            "initial": "2026-12-01",
            "min": "2026-11-01",
            "max": "2026-12-01",
        }
        assert "max" not in alone.json(letters=20)

    def test_a_picker_of_moments_wants_japan_time_without_zone(self) -> None:
        naive = messages.PickMoment("選ぶ", "a:1", datetime(2026, 11, 22, 9, 5))
        aware = messages.PickMoment("選ぶ", "a:1", datetime(2026, 11, 22, tzinfo=ZoneInfo("UTC")))

        assert naive.json(letters=20)["initial"] == "2026-11-22T09:05"
        with pytest.raises(ValueError, match="zone"):
            aware.json(letters=20)


class TestCard:
    def test_says_all_of_it_in_one_sentence_for_the_ear(self) -> None:
        message = messages.card(
            kicker="申請の確認",
            title="保育園の申込み",
            facts=[("お名前", "上市 花子"), ("備考", "")],
            note="よろしければ送信してください。",
        )

        assert message["altText"] == (
            "申請の確認。 保育園の申込み。 お名前：上市 花子。 よろしければ送信してください。"
        )

    def test_shows_each_fact_and_that_one_is_empty(self) -> None:
        message = messages.card(title="確認", facts=[("お名前", "上市 花子"), ("備考", " ")])

        shown = [text["text"] for text in texts_in(bubble_of(message)["body"])]
        assert shown == ["確認", "お名前", "上市 花子", "備考", "（未記入）"]

    def test_has_one_main_button_and_at_most_two_quiet_ones(self) -> None:
        message = messages.card(title="確認", main_button=YES, quiet_buttons=[YES, YES])

        footer = bubble_of(message)["footer"]["contents"]
        assert [button["style"] for button in footer] == ["primary", "secondary", "secondary"]
        with pytest.raises(ValueError, match="3 quiet"):
            messages.card(title="確認", quiet_buttons=[YES] * 3)

    def test_counts_the_facts_for_which_there_is_no_room(self) -> None:
        message = messages.card(title="確認", facts=[("項目", "あ" * 500)] * 400)

        shown = [text["text"] for text in texts_in(bubble_of(message)["body"])]
        rows = shown.count("項目")
        assert 10 < rows < 400
        assert shown[-1] == f"ほか{400 - rows}件は、ここに表示できませんでした。"
        assert len(json.dumps(message["contents"])) <= 30_000

    def test_is_readable_in_dark_mode(self) -> None:
        message = messages.card(
            kicker="あ",
            title="い",
            facts=[("う", "え")],
            note="お",
            main_button=YES,
            quiet_buttons=[YES],
        )

        bubble = bubble_of(message)
        for surface in ("body", "footer"):
            assert bubble["styles"][surface]["backgroundColor"] == cards.PAPER
        for text in texts_in(bubble["body"]):
            assert contrast(text["color"], cards.PAPER) >= 7
        # LINE writes white on a primary button and #111111 on a secondary one.
        main, quiet = bubble["footer"]["contents"]
        assert contrast(main["color"], "#FFFFFF") >= 7
        assert contrast(quiet["color"], "#111111") >= 7

    def test_shows_a_picture_and_refuses_one_that_line_cannot_fetch(self) -> None:
        message = messages.card(title="会場", image="https://example.jp/a.jpg")

        assert bubble_of(message)["hero"]["url"] == "https://example.jp/a.jpg"
        with pytest.raises(messages.LinkNotPossible):
            messages.card(title="会場", image="http://example.jp/a.jpg")

    def test_needs_a_title(self) -> None:
        with pytest.raises(messages.NothingToSay):
            messages.card(title=" ", note="本文")


class TestCarousel:
    def test_goes_on_in_a_second_row_after_twelve(self) -> None:
        said = messages.carousel(
            [messages.Card(f"会場{number}") for number in range(15)], quick_replies=[YES]
        )

        assert [len(bubble_of(row)["contents"]) for row in said] == [12, 3]
        assert str(said[1]["altText"]).startswith("会場12。")
        assert ["quickReply" in row for row in said] == [False, True]

    def test_goes_on_in_a_second_row_when_the_cards_are_large(self) -> None:
        large = messages.Card("会場", facts=[("案内", "あ" * 1000)] * 4)

        said = messages.carousel([large] * 4)

        assert [len(bubble_of(row)["contents"]) for row in said] == [1, 1, 1, 1]

    @pytest.mark.parametrize("count", [0, 61])
    def test_refuses_none_and_more_than_a_reply_holds(self, count: int) -> None:
        with pytest.raises(messages.TooMuchToSay):
            messages.carousel([messages.Card("会場")] * count)


class TestPacked:
    def test_makes_requests_of_at_most_five(self) -> None:
        said = messages.text("はい。") * 12

        assert [len(pack) for pack in messages.packed(said)] == [5, 5, 2]
        assert messages.packed([]) == []

    def test_makes_requests_of_at_most_two_megabytes(self) -> None:
        huge: messages.Message = {"type": "text", "text": "x" * 900_000}

        assert [len(pack) for pack in messages.packed([huge] * 3)] == [2, 1]

    def test_moves_quick_replies_to_where_line_shows_them(self) -> None:
        question = messages.text("よろしいですか。", quick_replies=[YES])

        (pack,) = messages.packed([*question, *messages.text("3 / 8")])

        assert "quickReply" not in pack[0]
        assert replies_of(pack[1])[0]["label"] == "はい"
        assert "quickReply" in question[0]

    @pytest.mark.parametrize(
        ("text", "right"),
        [
            ("U" + "0a" * 16, True),
            ("U" + "0A" * 16, False),
            ("U" + "0a" * 16 + "\n", False),
            ("", False),
        ],
    )
    def test_knows_a_user_id(self, text: str, right: bool) -> None:
        assert messages.is_user_id(text) is right


def test_shows_a_place_on_the_map() -> None:
    place = messages.location("役場", "上市町法音寺1", latitude=36.69, longitude=137.36)

    assert place["title"] == "役場"
    with pytest.raises(ValueError, match="earth"):
        messages.location("役場", "上市町法音寺1", latitude=137.36, longitude=36.69)


def test_shows_a_picture_with_itself_as_preview() -> None:
    assert messages.image("https://example.jp/a.jpg") == {
        "type": "image",
        "originalContentUrl": "https://example.jp/a.jpg",
        "previewImageUrl": "https://example.jp/a.jpg",
    }
