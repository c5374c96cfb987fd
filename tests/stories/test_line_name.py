"""A resident lets the town know the name in LINE, so that a clerk finds the record; and takes it back."""

from django.test import Client

from tests.cast import make_staff
from tests.residents.test_console import desk_of
from tests.stories.conftest import Town
from tests.stories.pages import Pages
from yakuba.audit.models import Entry
from yakuba.residents import queries
from yakuba.residents.models import Resident
from yakuba.townhall.models import Department


def asked(town: Town) -> int:
    """Return how often LINE was asked for somebody's profile."""
    return str(town.phone.wire()).count("/v2/bot/profile/")


def test_staff_find_whoever_told_the_name_and_nobody_else(town: Town) -> None:
    hanako, taro = town.resident("花子"), town.resident("太郎")
    for one in (hanako, taro):
        one.follow()
        one.hears("年代")
    clerk = make_staff(department=Department.objects.get(code="kikaku"))
    desk: Client = desk_of(clerk)

    # Nobody is asked for a name by being a friend, or by opening the page.
    page = Pages(town.url, hanako).open("name/")
    assert "職員があなたの登録を見つけられます" in page.words
    assert list(queries.found(clerk, hanako.name)) == []
    assert Resident.objects.filter(called__isnull=False).count() == 0

    # She presses the button.
    page.post(learn="1")
    assert hanako.name in page.words
    found = queries.found(clerk, hanako.name)
    assert [one.pk for one in found] == [Resident.objects.of_line(hanako.id).get().pk]
    assert list(queries.found(clerk, taro.name)) == []
    listed = desk.get("/console/residents/", {"q": hanako.name}).content.decode()
    assert found[0].number in listed
    assert hanako.name not in listed.replace(f'value="{hanako.name}"', "")

    # And takes it back.
    page.open("name/").post(forget="1")
    assert "知りません" in page.words
    assert list(queries.found(clerk, hanako.name)) == []
    sentences = [one.sentence for one in Entry.objects.filter(actor="本人").order_by("pk")]
    assert sentences == [
        "本人が、LINEの名前を役場に知らせました。",
        "本人が、LINEの名前を台帳から消しました。",
    ]


def test_whoever_blocked_the_account_is_told_why_it_does_not_work(town: Town) -> None:
    hanako = town.resident("花子")
    hanako.follow()
    hanako.hears("年代")
    page = Pages(town.url, hanako).open("name/")
    hanako.block()

    page.post(learn="1")

    assert "友だちに追加してあるか確かめて" in page.words
    assert Resident.objects.of_line(hanako.id).get().called is None
