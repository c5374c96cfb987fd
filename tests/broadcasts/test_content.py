"""What a delivery says, on its way: wordings, links, pictures, films, the long page, reasons, tests."""

import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from PIL import Image

from tests.broadcasts.cast import OTOSUGI, Town
from tests.broadcasts.test_console import desk_of
from tests.broadcasts.written import deliver, film, made, page_part, phone_of, picture, text
from yakuba.broadcasts.models import Arm, Delivery, Link, Media, Page, PageMark
from yakuba.broadcasts.operations import (
    checking,
    links,
    media,
    reading,
    testing,
    wordings,
)
from yakuba.broadcasts.queries.readers import received
from yakuba.broadcasts.rules import content as contents
from yakuba.conditions.checking import read as read_condition
from yakuba.conditions.judging import judge
from yakuba.files import operations as files
from yakuba.files import rules as kinds
from yakuba.kit import clock
from yakuba.line import sender
from yakuba.reports.models import Tap
from yakuba.segments import queries as segments
from yakuba.segments import sockets
from yakuba.segments.models import HappeningLast

pytestmark = pytest.mark.django_db


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
