"""Choosing, LINE's object, checks and differences: pure, without a town."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.richmenus.cast import document, tab
from yakuba.richmenus import definition
from yakuba.richmenus.rules import checking, choosing, difference, objects
from yakuba.richmenus.rules.checking import RED, Surroundings

HERE = objects.Place(menu=7, page_base="https://miniapp.line.me/1650000002-tests001")


def menu(*tabs: dict[str, Any], **more: Any) -> definition.Menu:
    return definition.read(document(*tabs) | more)


def with_action(action: object, **cell: Any) -> definition.Menu:
    one = tab("a", "押す")
    one["cells"][0] |= {"action": action} | cell
    return menu(one)


def said(read: definition.Menu, **around: Any) -> list[str]:
    return [one.sentence for one in checking.findings(read, Surroundings(**around))]


RULES = st.lists(
    st.builds(
        choosing.Rule,
        id=st.integers(1, 9),
        menu=st.integers(1, 4),
        rank=st.sampled_from([0, 50, 100]),
        priority=st.integers(1, 4),
        is_for_everybody=st.booleans(),
    ),
    unique_by=lambda rule: rule.id,
    max_size=8,
)


@given(RULES, st.sets(st.integers(1, 9)))
def test_who_is_meant_by_no_rule_before_everybodys_sees_everybodys(
    rules: list[choosing.Rule], meaning: set[int]
) -> None:
    means = {rule.id: rule.is_for_everybody or rule.id in meaning for rule in rules}

    seen = choosing.chosen(rules, means)
    differing = choosing.before_everybodys(rules)
    usual = choosing.everybodys(rules)

    first = next((rule for rule in differing if means[rule.id]), usual)
    assert seen == first
    reasons = choosing.reasons(rules, means)
    assert [one.verdict for one in reasons].count("chosen") == (0 if seen is None else 1)
    assert len(reasons) == len(rules)


def test_a_disaster_goes_before_every_number_and_the_default_behind() -> None:
    usual = choosing.Rule(1, 1, 100, 1, is_for_everybody=True)
    parents = choosing.Rule(2, 2, 50, 1)
    alarm = choosing.Rule(3, 3, 0, 9999, is_for_everybody=True)

    assert choosing.in_order([usual, parents, alarm]) == [alarm, parents, usual]
    assert choosing.before_everybodys([usual, parents]) == [parents]
    assert choosing.before_everybodys([usual, parents, alarm]) == []


@pytest.mark.parametrize(
    ("action", "wanted"),
    [
        ({"do": "procedure", "slug": "tsuho"}, {"type": "postback", "displayText": "押す"}),
        ({"do": "text", "text": "こんにちは"}, {"type": "postback", "displayText": "押す"}),
        ({"do": "link", "url": "https://example.jp/"}, {"type": "uri", "uri": "https://example.jp/"}),
        ({"do": "telephone", "number": "076-472-1111"}, {"type": "uri", "uri": "tel:0764721111"}),
        ({"do": "telephone", "number": "#8000"}, {"type": "uri", "uri": "tel:#8000"}),
        ({"do": "page", "path": ""}, {"type": "uri", "uri": f"{HERE.page_base}/"}),
        ({"do": "page", "path": "x/tsuho/"}, {"type": "uri", "uri": f"{HERE.page_base}/x/tsuho/"}),
        ({"do": "tab", "key": "b"}, {"type": "richmenuswitch", "richMenuAliasId": "m7-b"}),
        ({"do": "date", "latest": "2026-12-31"}, {"type": "datetimepicker", "mode": "date", "max": "2026-12-31"}),
    ],
)  # fmt: skip
def test_every_action_becomes_lines_own(action: dict[str, str], wanted: dict[str, str]) -> None:
    read = with_action(action)

    area = objects.menu_object(read, read.tabs[0], HERE)["areas"][0]

    assert wanted.items() <= area["action"].items()
    assert area["action"]["label"] == "押す"
    assert len(area["action"].get("data", "")) <= 300


def test_an_area_without_an_action_is_not_there_and_tabs_stand_on_top() -> None:
    silent = tab("a", "押す", "何もしない")
    silent["cells"][1]["action"] = None
    read = menu(silent, tab("b", "もう一つ", name="防災"))

    areas = objects.menu_object(read, read.tabs[0], HERE)["areas"]

    assert [one["action"]["type"] for one in areas] == ["richmenuswitch", "postback"]
    assert areas[0]["bounds"]["y"] == 0
    assert areas[1]["bounds"]["y"] == areas[0]["bounds"]["height"]


@pytest.mark.parametrize(
    ("action", "sentence"),
    [
        (None, "押しても何も起きません"),
        ({"do": "procedure", "slug": ""}, "始める手続が選ばれていません"),
        ({"do": "procedure", "slug": "gone"}, "手続「gone」はありません"),
        ({"do": "procedure", "slug": "old"}, "手続「古い」は保管されています"),
        ({"do": "procedure", "slug": "new"}, "手続「新しい」はまだ公開されていません"),
        ({"do": "procedure", "slug": "paused"}, "いま受け付けていません"),
        ({"do": "text", "text": " "}, "表示する文章が空です"),
        ({"do": "link", "url": ""}, "リンクのアドレスが空です"),
        ({"do": "link", "url": "javascript:alert(1)"}, "リンクのアドレスが正しくありません"),
        ({"do": "link", "url": "https://exa mple.jp"}, "リンクのアドレスが正しくありません"),
        ({"do": "link", "url": "http://[broken"}, "リンクのアドレスが正しくありません"),
        (
            {"do": "link", "url": "https://dead.example.jp/"},
            "開けませんでした（ページがありません）",
        ),
        ({"do": "telephone", "number": "でんわ"}, "電話番号が正しくありません"),
        ({"do": "tab", "key": "z"}, "移る先のタブがありません"),
        ({"do": "date", "latest": "2026-11-01"}, "もう過ぎています"),
        ({"do": "date", "earliest": "あした"}, "書き方が正しくありません"),
        ({"do": "date", "earliest": "2026-12-02", "latest": "2026-12-01"}, "始まりより前"),
    ],
)
def test_what_would_not_work_is_said(action: dict[str, str] | None, sentence: str) -> None:
    found = said(
        with_action(action),
        procedures={
            "old": ("古い", "archived"),
            "new": ("新しい", "draft"),
            "paused": ("休み", "paused"),
        },
        dead_links={"https://dead.example.jp/": "ページがありません"},
        now="2026-11-22T09:00",
    )

    assert any(sentence in one for one in found)


def test_a_good_menu_has_nothing_to_say_and_a_nameless_area_cannot_be_published() -> None:
    assert said(menu()) == []

    nameless = with_action({"do": "page", "path": ""}, title="", label="")
    found = checking.findings(nameless, Surroundings())

    assert [(one.severity, one.tab, one.cell) for one in found] == [(RED, "a", 0)]


def test_areas_that_overlap_or_lie_outside_are_red() -> None:
    one = tab("a", "左", "右")
    one["cells"][1]["at"] = [0, 0, 2, 1]
    assert any("重なっています" in sentence for sentence in said(menu(one)))

    one["cells"][1]["at"] = [1, 0, 5, 1]
    assert any("はみ出しています" in sentence for sentence in said(menu(one)))


def test_the_difference_is_told_in_sentences() -> None:
    before = menu(tab("a", "ごみ"), tab("b", "避難所", name="防災"))
    changed = tab("a", "ごみ・リサイクル", "除雪")
    changed["cells"][0]["action"] = {"do": "procedure", "slug": "gomi"}

    told = difference.differences(before, menu(changed), titles={"gomi": "粗大ごみの申込み"})

    assert told == [
        "タブ「防災」をなくしました。",
        "分け方を変えました（1か所から2か所に）。",
        "「ごみ・リサイクル」の文字を変えました（前は「ごみ」）。",
        "「ごみ・リサイクル」の読み上げを「ごみ・リサイクル」に変えました。",
        "「ごみ・リサイクル」を押したときの動きを変えました：文章「ごみのご案内です。」 → 手続「粗大ごみの申込み」",
        "「除雪」を加えました。",
    ]
    assert difference.differences(before, before) == []
