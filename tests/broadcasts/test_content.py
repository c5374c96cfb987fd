"""What a delivery says, on its way: wordings, links, pictures, films, the long page, reasons, tests."""

import io
import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from PIL import Image

from tests.broadcasts.cast import OTOSUGI, Town
from tests.broadcasts.test_console import desk_of
from tests.cast import make_staff
from yakuba.audit.models import Entry
from yakuba.broadcasts import operations
from yakuba.broadcasts.models import Arm, Confirmed, Delivery, Link, Media, Page, PageMark, Step
from yakuba.broadcasts.operations import (
    checking,
    composing,
    links,
    media,
    reading,
    testing,
    wordings,
)
from yakuba.broadcasts.operations.drafting import ChangedMeanwhile
from yakuba.broadcasts.queries.readers import received
from yakuba.broadcasts.rules import content as contents
from yakuba.conditions.checking import read as read_condition
from yakuba.conditions.judging import judge
from yakuba.files import operations as files
from yakuba.files import rules as kinds
from yakuba.kit import clock
from yakuba.line import sender
from yakuba.portal import operations as portal
from yakuba.portal import queries as sessions
from yakuba.reports.models import Tap
from yakuba.segments import queries as segments
from yakuba.segments import sockets
from yakuba.segments.models import HappeningLast

pytestmark = pytest.mark.django_db


def made(town: Town, *parts: dict[str, Any], condition: object = None, **more: Any) -> Delivery:
    """A draft of these parts."""
    return operations.draft(
        department=town.department,
        name="除雪",
        content={"parts": list(parts), **more},
        condition=segments.everybody() if condition is None else condition,
        staff=town.manager,
    )


def text(words: str, **more: str) -> dict[str, Any]:
    return {"kind": "text", "text": {"ja": words, **more}}


def page_part(**more: Any) -> dict[str, Any]:
    return {"kind": "page", "title": {"ja": "冬の計画"}, "text": {"ja": "長い文章です。"}, **more}


def picture(width: int = 20, height: int = 10) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(written, "PNG")
    return written.getvalue()


def film(size: int = 0) -> bytes:
    """The boxes of a small MP4; `size` fills its data."""

    def box(kind: bytes, inside: bytes) -> bytes:
        return (len(inside) + 8).to_bytes(4, "big") + kind + inside

    moov = box(b"moov", box(b"trak", box(b"hdlr", b"\0" * 8 + b"vide")))
    return box(b"ftyp", b"isom\0\0\0\0mp42") + moov + box(b"mdat", b"x" * size)


def phone_of(resident: Any) -> Client:
    """A browser inside LINE whose session is the resident's."""
    client = Client()
    account = resident.accounts.get(detached_at=None)
    client.cookies[sessions.COOKIE] = portal.sign_in(user_id=account.line_user_id)
    return client


def deliver(town: Town, delivery: Delivery) -> Delivery:
    town.send(delivery)
    sender.send_waiting()
    delivery.refresh_from_db()
    return delivery


class TestWordings:
    def test_each_reader_gets_their_district_and_language(self, town: Town) -> None:
        town.records["次郎"].language = "en"
        town.records["次郎"].save()
        draft = made(
            town,
            text("{住んでいる地区}の皆さん", en="People of {住んでいる地区}"),
            otherwise={"住んでいる地区": {"ja": "町内"}},
        )

        deliver(town, draft)

        assert town.heard("花子") == ["音杉の皆さん"]
        assert town.heard("次郎")[0].startswith("People of ")
        assert Arm.objects.count() == 2

    def test_whoever_told_nothing_reads_what_the_clerk_wrote_for_them(self, town: Town) -> None:
        town.join("三郎")
        draft = made(
            town, text("{住んでいる地区}の皆さん"), otherwise={"住んでいる地区": {"ja": "町内"}}
        )

        deliver(town, draft)

        assert town.heard("三郎") == ["町内の皆さん"]

    def test_more_than_fifty_are_refused_in_a_sentence(self) -> None:
        composed = contents.read(contents.plain("{住んでいる地区}"))

        with pytest.raises(wordings.TooManyWordings, match="51通り"):
            wordings.check_number(composed, 51)
        wordings.check_number(composed, 50)

    def test_the_day_is_that_of_the_occurrence(self, town: Town) -> None:
        draft = made(town, text("{日付}　{課名}"))
        draft.due_at = clock.now().replace(year=2026, month=12, day=5)

        drawn = wordings.render(
            contents.read(draft.content), language="ja", values={}, links={}, delivery=draft
        )

        assert drawn[0]["text"].startswith("令和8年12月5日（土）")


class TestLinks:
    def test_a_tap_is_counted_without_a_person_and_leads_on(self, town: Town) -> None:
        deliver(town, made(town, text("https://www.town.example.jp/snow を見てください")))
        link = Link.objects.get()
        assert f"/l/{link.code}" in town.heard("花子")[0]

        answer = Client().get(f"/l/{link.code}", HTTP_USER_AGENT="Mozilla/5.0 Line/15.0")

        assert (answer.status_code, answer["Location"]) == (302, "https://www.town.example.jp/snow")
        assert not answer.cookies
        assert Link.objects.get().taps == 1
        assert Tap.objects.filter(kind="link").count() == 1

    @pytest.mark.parametrize(
        "machine",
        [
            {"HTTP_USER_AGENT": "facebookexternalhit/1.1;line-poker/1.0"},
            {"HTTP_USER_AGENT": "Googlebot/2.1"},
            {"HTTP_SEC_PURPOSE": "prefetch;prerender"},
        ],
    )
    def test_machines_are_led_on_and_not_counted(self, town: Town, machine: dict[str, str]) -> None:
        delivery = made(town, text("https://www.town.example.jp/snow"))
        links.prepare(delivery, contents.read(delivery.content))
        code = Link.objects.get().code

        assert Client().get(f"/l/{code}", **machine).status_code == 302  # type: ignore[arg-type]
        assert Client().head(f"/l/{code}").status_code == 302
        assert Link.objects.get().taps == 0

    def test_only_codes_lead_anywhere(self, town: Town) -> None:
        assert Client().get("/l/https://evil.example").status_code == 404
        assert Client().get("/l/nosuch?url=https://evil.example").status_code == 404

    def test_pages_inside_line_and_whole_drafts_stay_as_they_are(self, town: Town) -> None:
        inside = made(town, text("https://miniapp.line.me/1-a/x/"))
        unmeasured = made(town, text("https://www.town.example.jp/"), measures_links=False)
        with override_settings(LIFF_BASE="https://miniapp.line.me"):
            assert links.prepare(inside, contents.read(inside.content)) == {}
        assert links.prepare(unmeasured, contents.read(unmeasured.content)) == {}

    def test_the_same_address_keeps_its_code_when_it_is_prepared_again(self, town: Town) -> None:
        delivery = made(town, text("https://a.example.jp/ https://b.example.jp/"))
        composed = contents.read(delivery.content)

        assert links.prepare(delivery, composed) == links.prepare(delivery, composed)
        assert Link.objects.count() == 2

    def test_a_look_at_an_address_never_asks_the_machines_of_the_house(self) -> None:
        looked = links.look_at(["https://127.0.0.1/", "https://localhost/x", "https://10.0.0.1/"])

        assert [one.is_fine for one in looked] == [False, False, False]


class TestPicturesAndFilms:
    def test_a_picture_is_public_from_its_first_use_on(self, town: Town) -> None:
        kept = media.take_picture(content=picture(2000, 900), name="snow.png", staff=town.manager)
        address = f"/media/{kept.code}"
        assert Client().get(address).status_code == 404

        deliver(town, made(town, {"kind": "image", "media": str(kept.pk), "alt": {"ja": "雪"}}))

        answer = Client().get(address)
        small = Client().get(f"{address}/small")
        assert answer["Content-Type"] == "image/png"
        assert "public" in answer["Cache-Control"]
        assert not answer.cookies
        assert max(Image.open(io.BytesIO(small.getvalue())).size) == media.PREVIEW
        assert len(small.getvalue()) < 1_000_000

    def test_a_film_comes_in_pieces_and_goes_out_in_ranges(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(kinds, "PIECE", 1000)
        monkeypatch.setattr("yakuba.files.operations.films.PIECE", 1000)
        content = film(2500)
        made(town, text("雪"))
        desk = desk_of(town.manager)
        room = desk.post(
            "/console/deliveries/film/", {"name": "a.mp4", "size": len(content)}
        ).json()
        for number in range(-(-len(content) // 1000)):
            piece = SimpleUploadedFile("p", content[number * 1000 : number * 1000 + 1000])
            desk.post(room["address"], {"number": number, "piece": piece})
        assert desk.post(room["address"]).status_code == 200
        one = Media.objects.get(pk=room["media"])
        Media.objects.update(is_open=True)

        def asked(wish: str) -> tuple[int, bytes]:
            answer = Client().get(f"/media/{one.code}", HTTP_RANGE=wish)
            return answer.status_code, answer.getvalue()

        assert one.file.is_whole
        assert Client().get(f"/media/{one.code}").getvalue() == content
        assert asked("bytes=0-1") == (206, content[:2])
        assert asked("bytes=990-1010") == (206, content[990:1011])
        assert asked("bytes=2000-") == (206, content[2000:])
        assert asked("bytes=-5") == (206, content[-5:])
        assert asked("bytes=999999-")[0] == 416
        assert asked("furlongs=1-2") == (200, content)

    @pytest.mark.parametrize(
        "content",
        [
            b"not a film at all",
            film(100)[:-3],  # cut short
            film(100).replace(b"vide", b"soun"),
            film(100).replace(b"moov", b"free"),
            film(100).replace(b"isom", b"qt  "),
        ],
    )
    def test_what_is_no_film_is_refused(self, content: bytes) -> None:
        file = files.begin_film(name="a.mp4", size=len(content))
        files.take_piece(file, number=0, content=content)

        with pytest.raises(files.NoFilm):
            files.complete_film(file)
        assert not file.is_whole

    def test_a_film_with_a_hole_is_not_complete(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(kinds, "PIECE", 100)
        monkeypatch.setattr("yakuba.files.operations.films.PIECE", 100)
        file = files.begin_film(name="a.mp4", size=250)
        files.take_piece(file, number=0, content=b"x" * 100)

        with pytest.raises(files.PieceDoesNotFit):
            files.take_piece(file, number=2, content=b"x" * 100)
        with pytest.raises(files.PieceMissing):
            files.complete_film(file)

    def test_a_film_over_200_megabytes_is_refused_before_it_comes(self) -> None:
        with pytest.raises(files.TooLarge, match="200MB"):
            files.begin_film(name="a.mp4", size=200 * 1024 * 1024 + 1)

    def test_what_no_message_shows_is_thrown_away(self, town: Town) -> None:
        used = media.take_picture(content=picture(), name="a.png", staff=town.manager)
        unused = media.take_picture(content=picture(), name="b.png", staff=town.manager)
        made(town, {"kind": "image", "media": str(used.pk)})
        Media.objects.update(made_at=clock.now().replace(year=2020))

        media.throw_away_unused()

        assert list(Media.objects.values_list("pk", flat=True)) == [used.pk]
        assert unused.pk


class TestTheLongPage:
    def test_people_are_counted_once_and_cannot_be_told_afterwards(self, town: Town) -> None:
        delivery = deliver(town, made(town, page_part()))
        hanako, taro = phone_of(town.records["花子"]), phone_of(town.records["太郎"])
        address = f"/p/d/{delivery.public_id}/"

        for phone in (hanako, hanako, taro):
            assert "長い文章です。" in phone.get(address).content.decode()

        counted = Page.objects.get()
        assert (counted.opens, counted.readers) == (3, 2)
        assert who_did(delivery, "read") == []
        with clock.stopped_at(clock.now().replace(year=clock.now().year + 1)):
            reading.forget_marks()
        assert not PageMark.objects.exists()
        assert Page.objects.get().secret is None
        assert Page.objects.get().readers == 2

    def test_who_reads_is_kept_only_where_the_page_says_so(self, town: Town) -> None:
        delivery = deliver(town, made(town, page_part(names_readers=True)))
        hanako = town.records["花子"]

        seen = phone_of(hanako).get(f"/p/d/{delivery.public_id}/").content.decode()

        assert "町に記録されます" in seen
        assert who_did(delivery, "read") == [hanako.pk]

    def test_nobody_reads_a_draft(self, town: Town) -> None:
        draft = made(town, page_part())

        answer = phone_of(town.records["花子"]).get(f"/p/d/{draft.public_id}/")

        assert answer.status_code == 404


def who_did(delivery: Delivery, what: str) -> list[int]:
    """The residents of whom it is remembered."""
    key = f"broadcasts.delivery:{delivery.public_id}:{what}"
    return list(HappeningLast.objects.filter(kind__key=key).values_list("resident", flat=True))


class TestWhy:
    def test_whoever_got_it_reads_the_reasons_and_others_do_not(self, town: Town) -> None:
        delivery = deliver(town, made(town, text("除雪に入ります"), condition=OTOSUGI))
        address = f"/p/d/{delivery.public_id}/why/"

        theirs = phone_of(town.records["花子"]).get(address).content.decode()
        others = phone_of(town.records["次郎"]).get(address).content.decode()
        strangers = Client().get(address).content.decode()

        assert "住んでいる地区が「音杉」の方にお送りしています。" in theirs
        assert town.department.name in theirs
        assert "送っていません" in others
        assert "音杉" not in others + strangers

    def test_the_message_has_the_way_there(self, town: Town) -> None:
        delivery = deliver(town, made(town, text("除雪に入ります")))

        sent = json.dumps(Arm.objects.get().messages)

        assert f"/d/{delivery.public_id}/why/" in sent


class TestCriteria:
    def test_who_got_it_and_did_not_press_is_found(self, town: Town) -> None:
        card = {
            "kind": "notice",
            "title": {"ja": "調査"},
            "buttons": [{"kind": "procedure", "target": "snow"}],
        }
        delivery = made(town, card, condition=OTOSUGI)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(checking, "objections", lambda _delivery: [])
            deliver(town, delivery)
        reading.pressed(delivery=delivery, resident=town.records["花子"])
        key = f"broadcasts.delivery:{delivery.public_id}"
        silent = {
            "all_of": [
                {"fact": f"{key}:received", "operator": "is", "value": True},
                {"none_of": [{"fact": f"{key}:tapped", "operator": "is", "value": True}]},
            ]
        }

        facts = sockets.facts([f"{key}:received", f"{key}:tapped"])
        judged = [
            one.pk
            for one in town.records.values()
            if judge(read_condition(silent), facts, one, today=clock.today(), now=clock.now())
        ]
        assert segments.residents_in(silent) == judged == [town.records["太郎"].pk]
        assert received(delivery, town.records["花子"])
        assert not received(delivery, town.records["次郎"])


class TestTests:
    def linked(self, town: Town, name: str = "花子") -> None:
        code = testing.offer_code(town.manager)
        assert testing.link(resident=town.records[name], code=code) == town.manager

    def test_staff_get_the_messages_marked_and_nothing_is_counted(self, town: Town) -> None:
        self.linked(town)
        draft = made(town, text("{町名} https://www.town.example.jp/"))

        assert testing.send_test(draft, to=[town.manager], staff=town.manager) == 1
        sender.send_waiting()

        assert town.heard("花子")[0].startswith("【テスト】\n上市町 https://www.town.example.jp/")
        assert town.heard("太郎") == []
        assert not Link.objects.exists()
        assert Delivery.objects.get().state == "draft"

    def test_a_code_is_used_once_and_runs_out(self, town: Town) -> None:
        code = testing.offer_code(town.manager)
        with clock.stopped_at(clock.now() + testing.CODE_LIVES):
            assert testing.link(resident=town.records["花子"], code=code) is None
        assert testing.link(resident=town.records["花子"], code=code) == town.manager
        assert testing.link(resident=town.records["太郎"], code=code) is None

    def test_nobody_without_a_telephone_is_sent_a_test(self, town: Town) -> None:
        with pytest.raises(testing.NoTestPhone):
            testing.send_test(made(town, text("雪")), to=[town.manager], staff=town.manager)

    @override_settings(ENVIRONMENT="trial")
    def test_in_a_trial_only_testers_get_it(self, town: Town) -> None:
        self.linked(town)

        with pytest.raises(testing.NotATester):
            testing.send_test(made(town, text("雪")), to=[town.manager], staff=town.manager)


class TestSteps:
    def test_a_change_is_taken_back_and_says_what_it_was(self, town: Town) -> None:
        draft = made(town, text("雪"))
        before = draft.content
        composing.put(
            draft, content=contents.plain("雨"), rev=0, words="「文章」を書く", staff=town.manager
        )

        words = composing.undo(draft, rev=1, staff=town.manager)

        draft.refresh_from_db()
        assert (words, draft.content, draft.rev) == ("「文章」を書く", before, 2)
        with pytest.raises(composing.NothingToUndo):
            composing.undo(draft, rev=2, staff=town.manager)

    def test_two_clerks_do_not_write_over_each_other(self, town: Town) -> None:
        draft = made(town, text("雪"))
        composing.put(draft, content=contents.plain("雨"), rev=0, words="", staff=town.manager)

        with pytest.raises(ChangedMeanwhile):
            composing.put(draft, content=contents.plain("風"), rev=0, words="", staff=town.manager)
        assert Step.objects.count() == 1


class TestWarnings:
    def test_must_be_answered_with_a_reason_before_it_is_sent(self, town: Town) -> None:
        draft = made(town, text("連絡先 090-1234-5678"))
        with pytest.raises(operations.Forbidden, match="個人の電話番号"):
            town.send(draft)
        (warning,) = composing.unconfirmed(draft)

        with pytest.raises(composing.ReasonMissing):
            composing.confirm_warning(draft, warning=warning, why=" ", staff=town.manager)
        composing.confirm_warning(draft, warning=warning, why="当番の携帯です", staff=town.manager)

        town.send(draft)
        assert Confirmed.objects.get().by == town.manager
        assert Entry.objects.filter(action="confirmed").exists()


class TestTheComposingPage:
    def change(self, desk: Client, draft: Delivery, **posted: Any) -> str:
        draft.refresh_from_db()
        here = f"/console/deliveries/{draft.public_id}/change/"
        answer = desk.post(here, {"rev": draft.rev, **posted}, HTTP_HX_REQUEST="true")
        assert answer.status_code == 200
        return str(answer.content.decode())

    def test_messages_are_added_moved_and_removed_up_to_five(self, town: Town) -> None:
        draft, desk = made(town, text("雪")), desk_of(town.manager)

        for kind in ("event", "list", "coupon", "page"):
            self.change(desk, draft, act="add_question", kind=kind)
        refused = self.change(desk, draft, act="add_question", kind="text")
        self.change(desk, draft, act="put", part="p-4", before="p-0")
        self.change(desk, draft, act="remove", part="p-1")

        draft.refresh_from_db()
        assert "5つまで" in refused
        assert [part["kind"] for part in draft.content["parts"]] == [
            "page",
            "event",
            "list",
            "coupon",
        ]

    def test_what_is_typed_is_kept_with_its_rows(self, town: Town) -> None:
        card = {"kind": "notice", "facts": [{}], "buttons": [{}]}
        draft, desk = made(town, card), desk_of(town.manager)
        typed = {
            "rev": draft.rev,
            "title.ja": "除雪",
            "title.en": "Snow",
            "facts.0.label.ja": "場所",
            "buttons.0.kind": "telephone",
            "buttons.0.target": "076-472-1111",
        }

        desk.post(f"/console/deliveries/{draft.public_id}/part/p-0/", typed, HTTP_HX_REQUEST="true")

        draft.refresh_from_db()
        part = draft.content["parts"][0]
        assert part["title"] == {"ja": "除雪", "ja-easy": "", "en": "Snow"}
        assert part["facts"][0]["label"]["ja"] == "場所"
        assert (part["buttons"][0]["kind"], part["buttons"][0]["target"]) == (
            "telephone",
            "076-472-1111",
        )

    def test_the_phone_says_what_is_not_finished(self, town: Town) -> None:
        draft, desk = made(town, text("雪"), {"kind": "event"}), desk_of(town.manager)

        look = desk.post(f"/console/deliveries/{draft.public_id}/phone/", {"language": "ja"}).json()

        assert [one["type"] for one in look["messages"]] == ["text"]
        assert "2つ目" in look["trouble"]

    def test_a_resident_is_not_shown_to_who_may_not_open_the_register(self, town: Town) -> None:
        draft, desk = made(town, text("雪")), desk_of(town.manager)
        number = town.records["花子"].number

        look = desk.post(f"/console/deliveries/{draft.public_id}/phone/", {"number": number}).json()

        assert "見つかりません" in look["trouble"]
        assert not Entry.objects.filter(
            subject=town.records["花子"].subject, action="viewed"
        ).exists()

    def test_a_reader_changes_nothing(self, town: Town) -> None:
        draft = made(town, text("雪"))
        reader = desk_of(make_staff(department=town.department, role="reader"))
        here = f"/console/deliveries/{draft.public_id}"

        for path in ("change", "undo", "test", "links", "answer", "part/p-0"):
            assert reader.post(f"{here}/{path}/", {"rev": 0}).status_code in (403, 404), path

    def test_a_picture_that_is_none_is_refused_in_a_sentence(self, town: Town) -> None:
        made(town, text("雪"))
        desk = desk_of(town.manager)

        answer = desk.post(
            "/console/deliveries/picture/", {"file": SimpleUploadedFile("a.png", b"nothing")}
        )

        assert answer.status_code == 400
        assert re.search("写真", answer.json()["trouble"])
