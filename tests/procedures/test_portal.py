"""Procedures as pages inside LINE: drawn, taken in, handed in, and nobody else's."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pydantic import JsonValue

from tests.cast import make_resident
from tests.portal.signing import signed_in
from tests.procedures.making import make_section
from tests.procedures.on_page import (
    CHILDREN,
    CHOOSING,
    CHOSEN,
    SHOWING,
    WRITING,
    WRITTEN,
    ask,
    make_open_procedure,
)
from yakuba.files.models import StoredFile
from yakuba.line.models import Outgoing
from yakuba.portal import operations as portal
from yakuba.procedures import operations, rules
from yakuba.procedures.chat import handlers
from yakuba.procedures.models import Run
from yakuba.residents.models import Resident

pytestmark = pytest.mark.django_db


def picture(width: int = 40, height: int = 30) -> SimpleUploadedFile:
    content = BytesIO()
    Image.new("RGB", (width, height), "green").save(content, "JPEG")
    return SimpleUploadedFile("hole.jpg", content.getvalue(), content_type="image/jpeg")


def upload(browser: Client, run: Run, file: SimpleUploadedFile | None = None) -> Any:
    return browser.post(f"/p/run/{run.pk}/file/", {"file": file or picture()})


def begun(resident: Resident, *sections: Any, **fields: Any) -> Run:
    """Open the procedure's link and return the run."""
    procedure = make_open_procedure(*sections, **fields)
    signed_in(resident).get(f"/p/x/{procedure.slug}/")
    return Run.objects.get(resident=resident)


def page(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_link_begins_the_procedure_and_later_goes_on_where_it_was_left() -> None:
    procedure = make_open_procedure(CHOOSING, WRITING)
    browser = signed_in(make_resident())

    first = page(browser.get("/p/x/everything/"))
    run = Run.objects.get(procedure=procedure)
    browser.post(f"/p/run/{run.pk}/choosing", CHOSEN | {"rev": ""})
    again = page(browser.get("/p/x/everything/"))

    assert "好きな果物はどれですか。" in first
    assert "好きな場所" in again
    assert "好きな果物" not in again
    assert Run.objects.count() == 1


def test_every_answer_is_taken_shown_to_confirm_and_handed_in_once() -> None:
    hanako = make_resident()
    run = begun(hanako, CHOOSING, WRITING)
    browser = signed_in(hanako)

    browser.post(f"/p/run/{run.pk}/choosing", CHOSEN)
    summary = page(browser.post(f"/p/run/{run.pk}/writing", WRITTEN))
    done = page(browser.post(f"/p/run/{run.pk}", {"submit": "1"}))
    again = page(browser.post(f"/p/run/{run.pk}", {"submit": "1"}))

    for shown in (
        "なし",
        "りんご、ぶどう",
        "7区",
        "令和9年4月1日（木）",
        "昭和25年4月1日",
        "15:00",
        "山田 花子",
    ):
        assert shown in summary, shown
    assert "まだ送られていません" in summary
    assert "受け付けました" in done
    assert "もう送られています" in again
    run.refresh_from_db()
    assert (run.status, run.state) == (Run.Status.DONE, {})


def test_what_was_handed_in_is_said_in_the_talk_by_us() -> None:
    hanako = make_resident()
    run = begun(hanako, CHOOSING)
    browser = signed_in(hanako)

    browser.post(f"/p/run/{run.pk}/choosing", CHOSEN)
    browser.post(f"/p/run/{run.pk}", {"submit": "1"})

    assert Outgoing.objects.filter(user_id=hanako.accounts.get().line_user_id).exists()


def test_what_is_wrong_is_said_at_the_field_and_above_and_what_was_typed_stays() -> None:
    hanako = make_resident()
    run = begun(hanako, WRITING)

    shown = page(
        signed_in(hanako).post(
            f"/p/run/{run.pk}/writing", WRITTEN | {"day": "あさっての次", "short": ""}
        )
    )

    assert "直していただくところが2つあります" in shown
    assert '<a href="#f-day-in">来られる日：' in shown
    assert 'value="あさっての次" id="f-day-in"' in shown
    assert 'id="f-day-error"' in shown
    assert "f-day-error" in shown.partition('id="f-day-in"')[2].partition(">")[0]
    assert 'value="上市川の土手"' not in shown
    assert "ベンチがほしい" in shown


def test_each_question_says_what_it_is_to_whoever_does_not_see_it() -> None:
    hanako = make_resident()
    run = begun(hanako, CHOOSING, WRITING)
    browser = signed_in(hanako)

    choosing = page(browser.get(f"/p/run/{run.pk}/choosing"))
    writing = page(browser.get(f"/p/run/{run.pk}/writing"))

    assert 'aria-describedby="f-sold-hint"' in choosing
    assert choosing.count("<legend") == 5
    assert '<label class="yk-portal-field__label" for="f-district-in">' in choosing
    assert 'inputmode="tel" autocomplete="tel"' in writing
    assert '<label for="f-who-in-fk">セイ（カタカナ）</label>' in writing
    assert writing.count("必須") == 9
    assert writing.count("書かなくてもよい") == 2


def test_a_stored_day_comes_back_as_people_write_it() -> None:
    hanako = make_resident()
    run = begun(hanako, WRITING)
    browser = signed_in(hanako)
    browser.post(f"/p/run/{run.pk}/writing", WRITTEN)

    shown = page(browser.get(f"/p/run/{run.pk}/writing"))

    assert 'value="昭和25年4月1日"' in shown
    assert 'value="930-0393"' in shown


def test_the_page_speaks_the_residents_language() -> None:
    hanako = make_resident()
    run = begun(hanako, CHOOSING)
    browser = signed_in(hanako)
    browser.post("/p/language/", {"language": "en"})

    shown = page(browser.get(f"/p/run/{run.pk}/choosing"))

    assert 'lang="en"' in shown
    assert "Pears" in shown
    assert "Required" in shown
    assert "つぎへ" not in shown


@pytest.mark.parametrize("path", ["", "/showing", "/file/{file}"])
def test_what_is_of_another_resident_is_not_there(path: str) -> None:
    hanako, taro = make_resident(), make_resident()
    run = begun(hanako, SHOWING)
    file = upload(signed_in(hanako), run).json()["file"]

    address = f"/p/run/{run.pk}" + path.format(file=file)
    own, others = signed_in(hanako).get(address), signed_in(taro).get(address)

    assert own.status_code == 200
    assert others.status_code == 404
    assert signed_in(taro).post(f"/p/run/{run.pk}", {"stop": "1"}).status_code == 404
    assert upload(signed_in(taro), run).status_code == 404


def test_nobody_reads_a_photo_through_a_run_of_their_own() -> None:
    hanako, taro = make_resident(), make_resident()
    hers = begun(hanako, SHOWING)
    file = upload(signed_in(hanako), hers).json()["file"]
    signed_in(taro).get("/p/x/everything/")
    his = Run.objects.get(resident=taro)
    browser = signed_in(taro)

    browser.post(f"/p/run/{his.pk}/showing", {"photo": file, "spot:words": "駅の前"})

    assert browser.get(f"/p/run/{his.pk}/file/{file}").status_code == 404
    his.refresh_from_db()
    assert file not in str(his.state)


def test_a_photo_is_sent_first_shown_again_and_goes_along_with_the_form() -> None:
    hanako = make_resident()
    run = begun(hanako, SHOWING)
    browser = signed_in(hanako)

    sent = upload(browser, run).json()
    browser.post(f"/p/run/{run.pk}/showing", {"photo": sent["file"], "spot:words": "駅の前"})
    summary = page(browser.get(f"/p/run/{run.pk}"))
    shown = browser.get(sent["url"])

    assert shown["Content-Type"] == "image/jpeg"
    assert "no-store" in shown["Cache-Control"]
    assert f'src="{sent["url"]}"' in summary
    run.refresh_from_db()
    given = rules.State.from_json(run.state).answers["photo"].value
    assert given == [{"file": sent["file"]}]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.jpg", b"MZ not a photo", "この種類のファイルは受け取れません"),
        ("a.jpg", b"", "中身が空でした"),
    ],
)
def test_what_is_no_photo_gets_a_sentence(name: str, content: bytes, said: str) -> None:
    hanako = make_resident()
    run = begun(hanako, SHOWING)

    answer = upload(signed_in(hanako), run, SimpleUploadedFile(name, content))

    assert answer.status_code == 422
    assert said in answer.json()["problem"]
    assert StoredFile.objects.count() == 0


def test_one_resident_cannot_fill_the_storage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portal, "MOST_UPLOADS", 2)
    hanako = make_resident()
    run = begun(hanako, SHOWING)
    browser = signed_in(hanako)

    answers = [upload(browser, run).status_code for _time in range(3)]

    assert answers == [200, 200, 422]


def test_a_photo_of_a_run_that_was_given_up_is_erased_when_its_days_are_over() -> None:
    from datetime import timedelta

    from yakuba.kit import clock

    hanako = make_resident()
    run = begun(hanako, SHOWING)
    upload(signed_in(hanako), run)

    portal.forget_unused_uploads()
    kept = StoredFile.objects.count()
    with clock.stopped_at(clock.now() + timedelta(days=40)):
        portal.forget_unused_uploads()

    assert (kept, StoredFile.objects.count()) == (1, 0)


def test_a_photo_that_was_handed_in_outlives_the_run() -> None:
    from datetime import timedelta

    from yakuba.kit import clock

    hanako = make_resident()
    run = begun(hanako, make_section("photos", ask("photo", "photo", "写真")))
    browser = signed_in(hanako)
    sent = upload(browser, run).json()
    browser.post(f"/p/run/{run.pk}/photos", {"photo": sent["file"]})
    browser.post(f"/p/run/{run.pk}", {"submit": "1"})

    with clock.stopped_at(clock.now() + timedelta(days=40)):
        portal.forget_unused_uploads()

    assert StoredFile.objects.filter(pk=sent["file"]).exists()


def test_people_are_added_and_taken_out_and_what_was_filled_in_stays() -> None:
    hanako = make_resident()
    run = begun(hanako, CHILDREN)
    browser = signed_in(hanako)
    first = page(browser.get(f"/p/run/{run.pk}/children"))
    item = first.partition('name="item" value="')[2].partition('"')[0]

    more = page(
        browser.post(
            f"/p/run/{run.pk}/children",
            {"item": item, f"children[{item}].called": "はるちゃん", "add": "1"},
        )
    )
    items = [part.partition('"')[0] for part in more.split('name="item" value="')[1:]]
    less = page(browser.post(f"/p/run/{run.pk}/children", {"item": items, "remove": items[1]}))

    assert "2人目のお子さん" in more
    assert 'value="はるちゃん"' in more
    assert "2人目のお子さん" not in less


def test_giving_up_erases_the_answers() -> None:
    hanako = make_resident()
    run = begun(hanako, CHOOSING)
    browser = signed_in(hanako)
    browser.post(f"/p/run/{run.pk}/choosing", CHOSEN)

    shown = page(browser.post(f"/p/run/{run.pk}/choosing", {"stop": "1"}))

    assert "この入力は終わっています" in shown
    run.refresh_from_db()
    assert (run.status, run.state) == (Run.Status.STOPPED, {})


def test_before_sign_in_the_public_text_of_the_procedure_is_there() -> None:
    make_open_procedure(CHOOSING, summary={"ja": "果物についてのアンケートです。"})

    shown = page(Client().get("/p/?liff.state=%2Fx%2Feverything%2F"))

    assert "果物についてのアンケートです。" in shown
    assert "好きな果物" not in shown


def test_my_page_leads_back_to_what_is_unfinished() -> None:
    hanako = make_resident()
    run = begun(hanako, CHOOSING)

    shown = page(signed_in(hanako).get("/p/"))

    assert f'href="/p/run/{run.pk}"' in shown
    assert "つづきから始められます" in shown


def test_furigana_stands_above_the_words_on_pages_and_behind_them_in_the_talk() -> None:
    hanako = make_resident()
    fruit: JsonValue = {
        "choices": [
            {"id": "pear", "label": {"ja": "梨《なし》"}},
            {"id": "b", "label": {"ja": "<別>"}},
        ]
    }
    section = make_section(
        "one",
        ask("fruit", "choice", "果物《くだもの》は？", options=fruit, hint={"ja": "一《ひと》つ"}),
        ask("day", "date", "日付《ひづけ》"),
        title={"ja": "果物《くだもの》のこと"},
    )
    run = begun(hanako, section, title={"ja": "調査《ちょうさ》"})

    drawn = page(signed_in(hanako).get(f"/p/run/{run.pk}/one"))

    assert "<h1><ruby>果物<rp>（</rp><rt>くだもの</rt>" in drawn
    assert "<title>果物のこと｜" in drawn
    assert "<ruby>梨<rp>" in drawn
    assert "&lt;別&gt;" in drawn
    assert 'label="日付"' in drawn
    assert "《" not in drawn
    said = str([row.messages for row in Outgoing.objects.all()])
    assert "《" not in said
    assert run.procedure.title == "調査"


def test_the_talk_writes_readings_in_brackets_and_leaves_them_out_of_buttons() -> None:
    fruit: JsonValue = {
        "choices": [
            {"id": "pear", "label": {"ja": "梨《なし》"}},
            {"id": "b", "label": {"ja": "桃"}},
        ]
    }
    section = make_section("one", ask("fruit", "choice", "果物《くだもの》は？", options=fruit))
    procedure = make_open_procedure(section)
    turn = operations.begin(procedure=procedure, resident=make_resident())

    handlers.speak(turn, turn.run.resident or make_resident(), reply_to=None)

    said = str(Outgoing.objects.get().messages)
    assert "果物（くだもの）は？" in said
    assert "'label': '梨'" in said
