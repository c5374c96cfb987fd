"""Meeting people, remembering what they tell us, and giving a record to a new telephone."""

from datetime import date, timedelta

import pytest
from cryptography.fernet import Fernet
from pytest_django import Settings

from tests.cast import (
    make_department,
    make_district,
    make_interests,
    make_resident,
    make_staff,
    user_id,
)
from yakuba.audit.models import Entry
from yakuba.files import operations as files
from yakuba.kit import clock
from yakuba.portal.models import Upload
from yakuba.residents import operations, queries, sockets
from yakuba.residents.models import Resident

pytestmark = pytest.mark.django_db


def make_upload(resident: Resident) -> Upload:
    """Something of another package that refers to the resident."""
    file = files.keep(content=b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF", name="a.pdf")
    return Upload.objects.create(resident=resident, file=file, waits_until=clock.today())


class TestFriendship:
    def test_meeting_twice_is_one_person(self) -> None:
        hanako = user_id()

        first = operations.meet(user_id=hanako, at_ms=1)
        second = operations.meet(user_id=hanako, at_ms=2)

        assert first == second
        assert Resident.objects.count() == 1

    def test_an_older_event_that_comes_late_changes_nothing(self) -> None:
        hanako = user_id()
        operations.befriend(user_id=hanako, at_ms=1_000)
        operations.befriend(user_id=hanako, at_ms=3_000)

        resident, is_news = operations.part(user_id=hanako, at_ms=2_000)

        resident.refresh_from_db()
        assert not is_news
        assert resident.reachable

    def test_blocking_makes_unreachable_and_unblocking_restores(self) -> None:
        resident = make_resident()
        hanako = queries.line_user_id(resident)
        assert hanako is not None

        operations.part(user_id=hanako, at_ms=1_800_000_000_000)
        resident.refresh_from_db()
        blocked = resident.reachable
        operations.befriend(user_id=hanako, at_ms=1_800_000_000_001)
        resident.refresh_from_db()

        assert (blocked, resident.reachable) == (False, True)


class TestKeep:
    def test_a_choice_replaces_the_one_before_and_leaves_others_alone(self) -> None:
        make_district()
        make_interests()
        hanako = make_resident()
        operations.keep(hanako, key="interests", value=["snow", "garbage"])
        operations.keep(hanako, key="district", value="otosugi")

        operations.keep(hanako, key="district", value="yunosho")

        assert queries.known(hanako) == {"district": "yunosho", "interests": ["garbage", "snow"]}

    def test_nothing_chosen_forgets(self) -> None:
        make_interests()
        hanako = make_resident()
        operations.keep(hanako, key="interests", value=["snow"])

        operations.keep(hanako, key="interests", value=[])

        assert queries.known(hanako) == {}

    def test_a_choice_that_does_not_exist_is_refused_by_name(self) -> None:
        make_district()
        hanako = make_resident()

        with pytest.raises(operations.UnknownChoice, match=r"住んでいる地区.*mars"):
            operations.keep(hanako, key="district", value="mars")

    def test_nobody_is_born_tomorrow(self) -> None:
        hanako = make_resident()

        with pytest.raises(operations.NotYetBorn):
            operations.keep(hanako, key="born_on", value=clock.today() + timedelta(days=1))

    def test_the_family_keeps_its_records_when_it_is_told_again(self) -> None:
        hanako = make_resident()
        son: dict[str, operations.Value] = {"name": "上市 一郎", "born_on": date(2024, 5, 1)}
        operations.keep_family(hanako, members=[son])
        before = hanako.family.get().pk

        operations.keep_family(hanako, members=[son, {"name": "上市 二葉", "born_on": None}])

        assert hanako.family.count() == 2
        assert hanako.family.filter(pk=before).exists()

    def test_twins_without_names_stay_two(self) -> None:
        hanako = make_resident()
        twins: list[dict[str, operations.Value]] = [{"born_on": date(2024, 5, 1)} for _one in "ab"]
        operations.keep_family(hanako, members=twins)
        before = set(hanako.family.values_list("pk", flat=True))

        operations.keep_family(hanako, members=twins)

        assert set(hanako.family.values_list("pk", flat=True)) == before
        assert len(before) == 2

    def test_whose_record_is_known_keeps_it_when_the_birth_date_is_corrected(self) -> None:
        hanako = make_resident()
        operations.keep_family(hanako, members=[{"born_on": date(2024, 5, 1)}])
        child = hanako.family.get()

        corrected: dict[str, operations.Value] = {"record": child.mark, "born_on": "2024-05-02"}
        operations.keep_family(hanako, members=[corrected])

        assert hanako.family.get().pk == child.pk
        assert hanako.family.get().born_on == date(2024, 5, 2)

    def test_telling_of_the_children_leaves_the_rest_of_the_family_alone(self) -> None:
        hanako = make_resident()
        hanako.family.create(name="上市 とめ", relation="parent")
        operations.keep_family(hanako, members=[{"name": "上市 一郎"}])

        operations.keep_family(hanako, members=[])

        assert [one.relation for one in hanako.family.all()] == ["parent"]


def make_bands() -> None:
    operations.define_attribute(
        key="age_band",
        label="年代",
        kind="choice",
        choices=[("young", "59歳まで", ""), ("sixties", "60代", ""), ("older", "70歳から", "")],
        ages={"young": 0, "sixties": 60, "older": 70},
    )


class TestAgeBands:
    def test_a_birth_date_decides_whatever_was_chosen(self) -> None:
        make_bands()
        hanako = make_resident(born_on=clock.today() - timedelta(days=365 * 65))

        operations.keep(hanako, key="age_band", value="young")

        assert queries.known(hanako)["age_band"] == "sixties"

    def test_without_a_birth_date_the_choice_stands(self) -> None:
        make_bands()
        hanako = make_resident()
        operations.keep(hanako, key="age_band", value="young")

        operations.settle_bands()

        assert queries.known(Resident.objects.get(pk=hanako.pk))["age_band"] == "young"

    def test_on_the_day_before_the_birthday_the_band_moves_by_itself(self) -> None:
        make_bands()
        make_district()
        birthday = clock.today() + timedelta(days=2)
        hanako = make_resident(born_on=birthday.replace(year=birthday.year - 70))
        operations.keep(hanako, key="district", value="otosugi")
        operations.settle_bands()
        before = queries.known(Resident.objects.get(pk=hanako.pk))

        with clock.stopped_at(clock.now() + timedelta(days=1)):
            operations.settle_bands()

        after = queries.known(Resident.objects.get(pk=hanako.pk))
        assert before == {"age_band": "sixties", "district": "otosugi"} | {
            "born_on": hanako.born_on
        }
        assert after == before | {"age_band": "older"}


class TestReattach:
    def test_a_new_telephone_brings_the_person_back(self) -> None:
        make_district()
        old = make_resident(line_user=user_id(1))
        operations.keep(old, key="district", value="otosugi")
        new = make_resident(line_user=user_id(2))
        clerk = make_staff(department=make_department())
        handed: list[tuple[Resident, Resident]] = []

        def listen(before: Resident, after: Resident) -> None:
            handed.append((before, after))

        sockets.moved.connect(listen)
        try:
            operations.reattach(user_id=user_id(2), to=old, staff=clerk, reason="窓口で免許証")
        finally:
            sockets.moved.disconnect(listen)

        assert Resident.objects.of_line(user_id(2)).get() == old
        assert not Resident.objects.of_line(user_id(1)).exists()
        assert queries.line_user_id(old) == user_id(2)
        assert handed == [(new, old)]
        assert Entry.objects.filter(action="reattached", staff_id=clerk.pk).count() == 1

    def test_taking_back_returns_what_was_handed_over_and_only_that(self) -> None:
        old, new = make_resident(line_user=user_id(1)), make_resident(line_user=user_id(2))
        clerk = make_staff(department=make_department())
        hers = make_upload(old)
        theirs = make_upload(new)

        def hand_over(before: Resident, after: Resident) -> None:
            Upload.objects.filter(resident=before).update(resident=after)

        sockets.moved.connect(hand_over)
        try:
            done = operations.reattach(user_id=user_id(2), to=old, staff=clerk, reason="窓口")
        finally:
            sockets.moved.disconnect(hand_over)
        handed = set(Upload.objects.filter(resident=old))
        operations.take_back(done, staff=clerk)

        assert handed == {hers, theirs}
        assert list(Upload.objects.filter(resident=old)) == [hers]
        assert list(Upload.objects.filter(resident=new)) == [theirs]
        assert queries.line_user_id(old) == user_id(1)
        assert queries.line_user_id(new) == user_id(2)

    def test_what_changed_since_is_not_taken_back(self) -> None:
        old, new = make_resident(line_user=user_id(1)), make_resident(line_user=user_id(2))
        third = make_resident()
        clerk = make_staff(department=make_department())
        done = operations.reattach(user_id=user_id(2), to=old, staff=clerk, reason="窓口")
        operations.reattach(user_id=user_id(2), to=third, staff=clerk, reason="間違い")

        with pytest.raises(operations.CannotTakeBack):
            operations.take_back(done, staff=clerk)

        assert queries.line_user_id(third) == user_id(2)
        assert queries.line_user_id(new) is None

    def test_attaching_to_the_same_person_is_refused(self) -> None:
        hanako = make_resident(line_user=user_id(3))
        clerk = make_staff()

        with pytest.raises(operations.AlreadyAttached):
            operations.reattach(user_id=user_id(3), to=hanako, staff=clerk, reason="")


def test_a_name_is_still_found_when_the_key_was_rotated(settings: Settings) -> None:
    hanako, clerk = make_resident(), make_staff()
    operations.call(hanako, name="かみいち花子")
    old = settings.DATA_KEYS
    settings.DATA_KEYS = [Fernet.generate_key().decode(), *old]
    before = Resident.objects.get(pk=hanako.pk).called_hash

    done = operations.rewrite_names(None)

    assert done == hanako.pk
    assert operations.rewrite_names(done) is None
    assert Resident.objects.get(pk=hanako.pk).called_hash != before
    assert list(queries.found(clerk, "カミイチ花子")) == [hanako]
