"""Somebody who means ill, or only looks too closely: clerks at other people's numbers, telephones, files and machines."""

from datetime import timedelta

import pytest
from django.test import Client

from tests.broadcasts.cast import OTOSUGI, Town
from tests.broadcasts.written import deliver, film, made, page_part, phone_of
from yakuba.broadcasts import fuse, operations
from yakuba.broadcasts.models import Delivery, Page, TestPhone
from yakuba.broadcasts.operations import links, media, testing, wordings
from yakuba.broadcasts.rules import content as contents
from yakuba.files import operations as files
from yakuba.files import storage
from yakuba.files.models import StoredFile
from yakuba.kit import clock, http
from yakuba.residents.models import Attribute
from yakuba.segments import queries as segments
from yakuba.segments.models import HappeningLast

pytestmark = pytest.mark.django_db


def test_a_correction_keeps_the_condition_that_veils_its_number(town: Town) -> None:
    Attribute.objects.filter(key="district").update(is_sensitive=True)
    wrong = town.draft(condition=OTOSUGI)
    operations.submit(wrong, staff=town.manager, expected=None)
    correction = operations.correct(town.begin(wrong), staff=town.manager)

    operations.change(
        correction,
        name="訂正",
        content=correction.content,
        condition=segments.everybody(),
        staff=town.manager,
    )

    correction.refresh_from_db()
    assert correction.name == "訂正"
    assert correction.condition == OTOSUGI
    assert segments.is_veiled(correction.condition, 2)


def test_something_sensitive_is_never_put_into_a_message(town: Town) -> None:
    Attribute.objects.filter(key="district").update(is_sensitive=True)
    label = Attribute.objects.get(key="district").label
    delivery = town.draft(f"{{{label}}}の方へ")

    with pytest.raises(wordings.UnknownVariable):
        wordings.needed(contents.read(delivery.content))
    assert wordings.values_of(contents.read(delivery.content), town.records["花子"]) == {}


def test_whoever_has_left_gets_no_tests_and_sees_no_drafts(town: Town) -> None:
    TestPhone.objects.create(staff=town.second, resident=town.records["花子"])
    assert TestPhone.objects.ready().exists()

    town.second.active_until = clock.today() - timedelta(days=1)
    town.second.save()

    with pytest.raises(testing.NoTestPhone):
        testing.send_test(town.draft(), to=[town.second], staff=town.manager)


class TestLooksAtLinks:
    def test_the_address_that_was_looked_at_is_the_one_that_is_asked(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        names, asked = iter([["93.184.216.34"], ["127.0.0.1"]]), []
        monkeypatch.setattr(http, "addresses_of", lambda _host: next(names))

        def knock(_method: str, _url: str, *, address: str, timeout: float) -> http.Answer:
            asked.append(address)
            return http.Answer(302, {"location": "https://turned.example/"}, b"")

        monkeypatch.setattr(http, "knock", knock)

        [looked] = links.look_at(["https://turned.example/"])

        assert asked == ["93.184.216.34"]
        assert not looked.is_fine

    @pytest.mark.parametrize("away", ["https://[", "file:///etc/passwd", "gopher://a/", "", "//["])
    def test_wherever_another_server_leads_the_clerk_gets_a_sentence(
        self, monkeypatch: pytest.MonkeyPatch, away: str
    ) -> None:
        monkeypatch.setattr(http, "addresses_of", lambda _host: ["93.184.216.34"])
        answer = http.Answer(302, {"location": away}, b"")
        monkeypatch.setattr(http, "knock", lambda *_a, **_more: answer)

        [looked] = links.look_at(["https://www.example.jp/"])

        assert not looked.is_fine
        assert looked.sentence

    def test_slow_servers_do_not_hold_the_desk(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(links, "_PATIENCE", 0.0)

        looked = links.look_at(["https://slow.example/"] * 20)

        assert {one.sentence for one in looked} == {"自動では確かめられませんでした。"}


def test_few_readers_of_something_sensitive_are_not_told_either(town: Town) -> None:
    from yakuba.broadcasts.models import Page

    Attribute.objects.filter(key="district").update(is_sensitive=True)
    delivery = town.draft(condition=OTOSUGI)
    operations.submit(delivery, staff=town.manager, expected=None)
    town.begin(delivery)
    Page.objects.create(delivery=delivery, counts_until=clock.today(), readers=2, opens=77)
    desk = Client()
    desk.force_login(town.manager)

    page = desk.get(f"/console/deliveries/{delivery.public_id}/results/").content.decode()
    file = desk.get("/console/deliveries/results/?format=csv").content.decode("utf-8-sig")

    assert Delivery.objects.get().state != "held"
    assert "77" not in page
    assert file.splitlines()[1].split(",")[-1].strip('"') == "10人未満"


def test_everybody_by_another_name_needs_the_second_person_too(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fuse, "_MANY", 3)
    tautology = {"any_of": [OTOSUGI, {"none_of": [OTOSUGI]}]}
    delivery = town.draft(condition=tautology)

    operations.submit(delivery, staff=town.manager, expected=3)

    assert delivery.state == "asked"


def test_a_friend_whom_a_page_was_forwarded_to_is_no_reader(town: Town) -> None:
    delivery = deliver(town, made(town, page_part(names_readers=True), condition=OTOSUGI))
    address = f"/p/d/{delivery.public_id}/"

    for name in ("次郎", "花子"):
        assert "長い文章です。" in phone_of(town.records[name]).get(address).content.decode()

    counted = Page.objects.get()
    assert (counted.opens, counted.readers) == (1, 1)
    assert [one.resident for one in HappeningLast.objects.all()] == [town.records["花子"]]


def test_a_piece_that_comes_while_a_film_is_looked_through_makes_it_unfinished(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = film(size=100)
    kept = media.begin_film(name="祭り.mp4", size=len(whole), staff=town.manager).file
    files.take_piece(kept, number=0, content=whole)
    mine = StoredFile.objects.get(pk=kept.pk)
    write = storage.Folder.write

    def complete_meanwhile(folder: storage.Folder, name: str, content: bytes) -> None:
        files.complete_film(StoredFile.objects.get(pk=kept.pk))
        write(folder, name, content)

    monkeypatch.setattr(storage.Folder, "write", complete_meanwhile)
    files.take_piece(mine, number=0, content=b"<html>" + bytes(len(whole) - 6))

    kept.refresh_from_db()
    assert not kept.is_whole
