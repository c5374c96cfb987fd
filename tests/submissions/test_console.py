"""The clerk's pages: who may see what, what is masked, and what is in the audit."""

from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from tests.cast import make_department, make_resident, make_staff, make_town
from tests.submissions.making import (
    desk_of,
    finish,
    hand_in,
    make_clerk,
    make_procedure,
    make_question,
    make_questions,
    make_section,
)
from yakuba.audit.models import Entry
from yakuba.console import queries as frame
from yakuba.files import operations as files
from yakuba.portal.models import Upload
from yakuba.procedures import operations as procedures
from yakuba.residents.models import Resident
from yakuba.submissions import operations, queries
from yakuba.submissions.console import persons
from yakuba.submissions.models import Submission
from yakuba.townhall import operations as townhall
from yakuba.townhall.models import Membership

pytestmark = pytest.mark.django_db
LIST = "/console/submissions/"


@pytest.fixture(autouse=True)
def _town() -> None:
    make_town()


def page(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def detail(submission: Submission, rest: str = "") -> str:
    return f"{LIST}{submission.pk}/{rest}"


def photo_of(resident: Resident) -> str:
    content = BytesIO()
    Image.new("RGB", (20, 20), "green").save(content, "JPEG")
    file = files.keep(content=content.getvalue(), name="hole.jpg")
    Upload.objects.create(resident=resident, file=file, waits_until="2027-01-01")
    return str(file.pk)


class TestWhoMaySee:
    def test_another_department_does_not_learn_that_it_exists(self) -> None:
        submission = hand_in(make_procedure())
        elsewhere = make_procedure(department=make_department("税務課"), title="税の相談")
        browser = desk_of(make_clerk(elsewhere))

        answers = {
            rest: getattr(browser, method)(detail(submission, rest)).status_code
            for method, rest in (
                ("get", ""),
                ("post", "reveal/"),
                ("post", "work/"),
                ("get", "print/"),
                ("get", "files/00000000-0000-4000-8000-000000000000/"),
            )
        }
        listed = page(browser.get(LIST))
        found = page(browser.get(f"/console/search/?q={submission.receipt_no}"))

        assert set(answers.values()) == {404}
        assert submission.receipt_no not in listed
        assert detail(submission) not in found

    def test_who_may_only_look_sees_no_persons_and_does_nothing(self) -> None:
        submission = hand_in(make_procedure())
        reader = make_clerk(submission.procedure, role=Membership.Role.READER)
        browser = desk_of(reader)

        shown = page(browser.get(detail(submission)))

        assert "橋のたもと" in shown
        for personal in ("山田", "ヤマダ", "472-1111"):
            assert personal not in shown
        assert browser.post(detail(submission, "reveal/")).status_code == 403
        assert browser.post(detail(submission, "print/")).status_code == 403
        answer = browser.post(
            detail(submission, "work/"), {"do": "status", "status": "done", "rev": 0}
        )
        assert answer.status_code == 403
        assert "山田" not in page(browser.get(f"{LIST}?cols=name&sort=name"))

    def test_erased_ones_are_gone_for_everybody(self) -> None:
        resident = make_resident()
        submission = hand_in(make_procedure(), resident)
        browser = desk_of(make_clerk(submission.procedure))
        operations.forget(resident)

        assert browser.get(detail(submission)).status_code == 404
        assert submission.receipt_no not in page(browser.get(LIST))


class TestDetail:
    def test_what_is_personal_is_masked_until_it_is_revealed_and_both_are_recorded(self) -> None:
        submission = hand_in(make_procedure())
        clerk = make_clerk(submission.procedure)
        browser = desk_of(clerk)

        masked = page(browser.get(detail(submission)))
        one = page(
            browser.post(
                detail(submission, "reveal/") + "?path=who", headers={"HX-Request": "true"}
            )
        )
        everything = page(browser.post(detail(submission, "reveal/")))

        assert "山田" not in masked
        assert "山田 花子（ヤマダ ハナコ）" in one
        assert "472-1111" not in one
        assert "山田" in everything
        assert "076-472-1111" in everything
        trail = [(entry.action, entry.sentence) for entry in Entry.objects.order_by("pk")]
        subject = f"submissions.submission:{submission.pk}"
        assert Entry.objects.filter(subject=subject, staff_id=clerk.pk).count() == 3
        assert [action for action, _sentence in trail][-3:] == ["viewed", "revealed", "revealed"]
        assert "お名前" in trail[-2][1]
        assert "山田" not in str(trail)

    def test_revisions_are_shown_with_their_difference_in_words(self) -> None:
        resident = make_resident()
        submission = hand_in(make_procedure(), resident)
        turn = procedures.begin_correction(
            procedure=submission.procedure,
            resident=resident,
            earlier=queries.as_earlier(submission),
        )
        finish(
            turn,
            place={"what": "tree", "free": "橋のたもと"},
            contact={
                "who:family": "山田", "who:given": "花子", "who:family_kana": "ヤマダ",
                "who:given_kana": "ハナコ", "phone": "076-472-9999",
            },
        )  # fmt: skip

        shown = page(desk_of(make_clerk(submission.procedure)).get(detail(submission)))

        assert "「whatは？」を「hole」から「tree」に変えました。" in shown
        assert "「電話番号」が変わりました（個人情報のため表示していません）。" in shown
        assert "9999" not in shown

    def test_photos_are_for_those_who_may_see_the_answer(self) -> None:
        resident = make_resident()
        procedure = make_procedure(
            make_section("place", make_question("photo", "photo", label={"ja": "写真"})),
            make_section("proof", make_question("paper", "photo", confidential=True, label={"ja": "証明書"})),
        )  # fmt: skip
        photo, paper = photo_of(resident), photo_of(resident)
        submission = hand_in(
            procedure, resident, place={"photo": [photo]}, proof={"paper": [paper]}
        )
        clerk, reader = make_clerk(procedure), make_clerk(procedure, role=Membership.Role.READER)

        seen = {
            (who, what): desk_of(staff).get(detail(submission, f"files/{file}/")).status_code
            for who, staff in (("clerk", clerk), ("reader", reader))
            for what, file in (("photo", photo), ("paper", paper))
        }

        assert seen == {
            ("clerk", "photo"): 200,
            ("clerk", "paper"): 200,
            ("reader", "photo"): 200,
            ("reader", "paper"): 404,
        }
        assert Entry.objects.filter(action="revealed").count() == 1
        masked = page(desk_of(clerk).get(detail(submission)))
        assert photo in masked
        assert paper not in masked

    def test_a_place_leads_to_the_map(self) -> None:
        procedure = make_procedure(make_section("place", make_question("spot", "location")))
        where = {"spot:latitude": "36.6985", "spot:longitude": "137.3622", "spot:words": "役場"}
        submission = hand_in(procedure, place=where)

        shown = page(desk_of(make_clerk(procedure)).get(detail(submission)))

        assert "https://maps.gsi.go.jp/#17/36.6985/137.3622/" in shown

    def test_what_a_resident_wrote_is_never_markup(self) -> None:
        submission = hand_in(
            make_procedure(make_questions()[0]),
            place={"what": "hole", "free": "<script>x</script>"},
        )

        shown = page(desk_of(make_clerk(submission.procedure)).get(detail(submission)))

        assert "<script>x" not in shown

    def test_on_paper_what_is_personal_is_masked_unless_it_is_asked_for(self) -> None:
        submission = hand_in(make_procedure())
        browser = desk_of(make_clerk(submission.procedure))

        assert "山田" not in page(browser.get(detail(submission, "print/")))
        assert "山田" in page(browser.post(detail(submission, "print/")))
        assert Entry.objects.filter(action="revealed").count() == 1


class TestWork:
    def test_a_clerk_takes_it_goes_on_and_answers(self) -> None:
        submission = hand_in(make_procedure())
        clerk = make_clerk(submission.procedure)
        browser = desk_of(clerk)
        work = detail(submission, "work/")

        browser.post(work, {"do": "assign", "me": "1", "rev": 0})
        browser.post(work, {"do": "status", "status": "working", "rev": 1})
        browser.post(work, {"do": "note", "text": "現地を見た"})
        browser.post(work, {"do": "answer", "template": "seen", "extra": "", "rev": 2})

        submission.refresh_from_db()
        shown = page(browser.get(detail(submission)))
        assert (submission.assignee, submission.status, submission.rev) == (clerk, "working", 3)
        assert "現地を見た" in shown
        assert "内容を町民課で確認しました" in shown

    def test_the_second_of_two_reads_why_nothing_happened(self) -> None:
        submission = hand_in(make_procedure())
        first = make_clerk(submission.procedure, "立山 一郎")
        second = make_clerk(submission.procedure, "中村 恵")
        operations.set_status(submission, status="done", rev=0, staff=first)

        answer = desk_of(second).post(
            detail(submission, "work/"),
            {"do": "status", "status": "working", "rev": 0},
            follow=True,
        )

        assert "立山 一郎が先に変更しました" in page(answer)

    def test_words_that_were_refused_stay_in_the_field(self) -> None:
        submission = hand_in(make_procedure())
        browser = desk_of(make_clerk(submission.procedure))

        shown = page(
            browser.post(
                detail(submission, "work/"),
                {"do": "answer", "template": "seen", "extra": "山田様、来週です", "rev": 0},
            )
        )

        assert "個人情報は書けません" in shown
        assert "山田様、来週です" in shown


class TestInbox:
    def test_is_narrowed_by_procedure_status_and_clerk(self) -> None:
        department = make_department()
        roads, parks = (
            make_procedure(department=department, title=title) for title in ("道", "園")
        )
        clerk = make_clerk(roads)
        hole, swing = hand_in(roads), hand_in(parks)
        operations.assign(swing, to=clerk, rev=0, staff=clerk)
        browser = desk_of(clerk)

        def listed(query: str) -> set[str]:
            shown = page(browser.get(f"{LIST}?{query}"))
            return {one.receipt_no for one in (hole, swing) if f"/submissions/{one.pk}/" in shown}

        assert listed("") == {hole.receipt_no, swing.receipt_no}
        assert listed(f"procedure={roads.pk}") == {hole.receipt_no}
        assert listed("assignee=me") == {swing.receipt_no}
        assert listed("assignee=nobody") == {hole.receipt_no}
        assert listed("status=done") == set()
        assert listed("q=橋のたもと") == {hole.receipt_no, swing.receipt_no}

    @pytest.mark.parametrize("words", ["山田花子", "山田　花子", "やまだ はなこ", "ﾔﾏﾀﾞﾊﾅｺ", "0764721111", "０７６－４７２－１１１１"])  # fmt: skip
    def test_a_person_is_found_however_it_is_written(self, words: str) -> None:
        submission = hand_in(make_procedure())
        clerk = make_clerk(submission.procedure)
        reader = make_clerk(submission.procedure, role=Membership.Role.READER)

        assert list(queries.found(words, staff=clerk)) == [submission]
        assert list(queries.found(words, staff=reader)) == []

    def test_names_are_shown_in_the_order_of_the_kana_and_each_is_recorded(self) -> None:
        procedure = make_procedure()
        people = {"渡辺": "ワタナベ", "青木": "アオキ", "鈴木": "スズキ"}
        for family, kana in people.items():
            hand_in(
                procedure,
                place={"what": "hole", "free": "x"},
                contact={
                    "who:family": family, "who:given": "花", "who:family_kana": kana,
                    "who:given_kana": "ハナ", "phone": "076-472-1111",
                },
            )  # fmt: skip
        browser = desk_of(make_clerk(procedure))

        hidden = page(browser.get(LIST))
        shown = page(browser.get(f"{LIST}?cols=name&sort=name"))
        backwards = page(browser.get(f"{LIST}?cols=name&sort=-name"))

        assert "青木" not in hidden
        assert shown.index("青木") < shown.index("鈴木") < shown.index("渡辺")
        assert backwards.index("渡辺") < backwards.index("鈴木") < backwards.index("青木")
        assert Entry.objects.filter(action="revealed").count() == 6

    def test_many_are_finished_at_once_and_taken_back(self) -> None:
        procedure = make_procedure()
        rows = [hand_in(procedure) for _number in range(3)]
        browser = desk_of(make_clerk(procedure))
        chosen = {"act": "done", "picked": [str(one.pk) for one in rows]}

        asked = page(browser.post(LIST, chosen))
        done = page(browser.post(LIST, {**chosen, "count": "3"}, follow=True))

        assert "3件が「完了」になり" in asked
        assert "3件を「完了」にしました。" in done
        assert "元に戻す" in done
        assert set(Submission.objects.values_list("status", flat=True)) == {"done"}

    def test_new_ones_are_counted_in_the_rail_and_on_today_but_no_surveys(self) -> None:
        department = make_department()
        report = make_procedure(department=department)
        survey = make_procedure(department=department, kind="survey", title="アンケート")
        clerk = make_clerk(report)
        hand_in(report)
        hand_in(survey)

        (section,) = [one for one in frame.rail(clerk, "") if one.key == "incoming"]
        figures = [figure for group in frame.today(clerk) for figure in group.figures]

        assert section.waiting == 1
        assert [(str(one.label), one.value) for one in figures] == [("未対応の届け", 1)]

    def test_the_box_in_the_head_finds_a_receipt_number(self) -> None:
        submission = hand_in(make_procedure())
        browser = desk_of(make_clerk(submission.procedure))

        shown = page(browser.get(f"/console/search/?q={submission.receipt_no.lower()}"))

        assert detail(submission) in shown

    def test_who_was_given_the_right_to_look_sees_it_in_the_list(self) -> None:
        submission = hand_in(make_procedure())
        other = make_department("防災課")
        colleague = make_staff("防災 二郎", department=other)
        assert desk_of(colleague).get(LIST).status_code == 403

        townhall.grant(submission.procedure.scope, department=other, capability="view")

        assert submission.receipt_no in page(desk_of(colleague).get(LIST))

    def test_nobody_without_sign_in_sees_anything(self) -> None:
        assert Client().get(LIST).status_code == 302

    def test_too_many_names_are_not_put_in_order(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(queries.finding, "MOST_IN_KANA_ORDER", 1)
        procedure = make_procedure()
        hand_in(procedure)
        hand_in(procedure)

        shown = page(desk_of(make_clerk(procedure)).get(f"{LIST}?sort=name"))

        assert "件数が多いため" in shown


def test_the_staff_of_the_list_are_who_townhall_knows() -> None:
    with pytest.raises(TypeError):
        persons.me(object())  # type: ignore[arg-type]


class TestWhoseMatterAPersonIs:
    def test_the_bot_is_silenced_by_those_who_handle_what_the_person_handed_in(self) -> None:
        resident = make_resident()
        submission = hand_in(make_procedure(), resident)
        elsewhere = make_procedure(department=make_department("税務課"), title="税の相談")
        user_id = resident.accounts.get().line_user_id
        address = f"/console/line/people/{user_id}/pause/"

        ours = desk_of(make_clerk(submission.procedure)).get(address)
        readers = desk_of(make_clerk(submission.procedure, role=Membership.Role.READER))
        theirs = desk_of(make_clerk(elsewhere)).get(address)

        assert ours.status_code == 200
        assert readers.get(address).status_code == 403
        assert theirs.status_code == 404


class TestSearching:
    def test_in_the_inbox_is_in_the_trail_once_and_without_the_words(self) -> None:
        browser = desk_of(make_clerk(hand_in(make_procedure()).procedure))

        browser.get(LIST, {"q": "076-472-1111"})
        browser.get(LIST, {"q": "076-472-1111", "page": "2"})
        browser.get(LIST)

        [entry] = Entry.objects.filter(action="looked_for")
        assert entry.sentence == "「届いたもの」で、電話番号を検索しました。"
        assert "472" not in str(entry.detail)
