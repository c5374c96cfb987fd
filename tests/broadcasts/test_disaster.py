"""Disasters go out at once by those who may; feeds never do; corrections reach exactly those who were wronged."""

from datetime import datetime, time, timedelta

import pytest
from django.test import Client

from tests.broadcasts.cast import OTOSUGI, Town
from tests.broadcasts.test_console import desk_of, page
from tests.cast import make_department, make_staff
from yakuba.audit.models import Entry
from yakuba.broadcasts import operations, rules
from yakuba.broadcasts.kinds.batches import Batches
from yakuba.broadcasts.models import Batch, Delivery, Safeguards, Template
from yakuba.broadcasts.rules import content as contents
from yakuba.kit import clock
from yakuba.kit.clock import JAPAN
from yakuba.line import quota, sender
from yakuba.line.models import Lane, Quota
from yakuba.mail.models import Letter
from yakuba.segments import queries as segments

pytestmark = pytest.mark.django_db

NIGHT = datetime(2026, 11, 27, 2, 0, tzinfo=JAPAN)


@pytest.fixture
def prepared(town: Town) -> Template:
    Safeguards.objects.update(night_from=time(20), night_until=time(8))
    scope = operations.entrust_disasters(department=town.department, staff=None)
    return operations.prepare(
        None,
        scope=scope,
        name="避難のお願い",
        content=contents.plain("〔地区〕の方は〔場所〕へ避難してください。"),
        condition=segments.everybody(),
        staff=town.manager,
    )


def warned(town: Town, template: Template, **more: object) -> Delivery:
    return operations.warn(
        template,
        words={"地区": "音杉", "場所": "音杉小学校"},
        condition=segments.everybody(),
        staff=town.manager,
        expected=3,
        **more,  # type: ignore[arg-type]
    )


class TestWarning:
    def test_goes_out_at_night_to_everybody_at_once_and_the_second_person_is_told(
        self, town: Town, prepared: Template
    ) -> None:
        with clock.stopped_at(NIGHT):
            delivery = warned(town, prepared)
        sender.send_waiting()

        assert delivery.lane == Lane.DISASTER
        assert town.heard("花子") == ["音杉の方は音杉小学校へ避難してください。"]
        letter = Letter.objects.get()
        assert letter.to == [town.second.email]
        assert "音杉" not in letter.parts.get().text

    def test_a_blank_that_is_left_is_refused(self, town: Town, prepared: Template) -> None:
        with pytest.raises(operations.StillBlank, match="場所"):
            operations.warn(
                prepared,
                words={"地区": "音杉"},
                condition=segments.everybody(),
                staff=town.manager,
                expected=3,
            )

        assert not Delivery.objects.exists()

    def test_another_number_than_typed_sends_nothing(self, town: Town, prepared: Template) -> None:
        town.join("三郎")

        with pytest.raises(operations.NotThatMany):
            warned(town, prepared)

        assert not Batch.objects.exists()
        assert not Delivery.objects.exists()

    def test_the_same_again_is_a_warning_that_one_sentence_overrides(
        self, town: Town, prepared: Template
    ) -> None:
        warned(town, prepared)

        with pytest.raises(operations.NeedsAReason, match="同じ文面"):
            warned(town, prepared)
        again = warned(town, prepared, why="まだ避難していない人がいる")

        assert again.state == "sending"
        assert Entry.objects.get(action="overrode").detail["why"] == "まだ避難していない人がいる"

    def test_what_is_kept_for_disasters_is_used_by_them_alone(
        self, town: Town, prepared: Template
    ) -> None:
        Quota.objects.update_or_create(pk=quota.month(), defaults={"allowed": 5})
        operations.guard({"kept_for_disaster": 3}, staff=town.manager)
        quota.start_afresh()
        Safeguards.objects.update(night_from=time(0), night_until=time(0))

        normal = town.send(town.draft())
        delivery = warned(town, prepared)

        assert normal.state == "held"
        assert delivery.state == "sending"

    def test_nobody_may_until_it_is_entrusted(self, town: Town) -> None:
        desk = desk_of(town.manager)

        assert "まだだれも送れません" in page(desk, "/console/disaster/")

    def test_is_filled_in_and_sent_from_one_page(self, town: Town, prepared: Template) -> None:
        desk = desk_of(town.manager)
        here = f"/console/disaster/{prepared.public_id}/"
        typed = {"who": "everybody", "blank_0": "音杉", "blank_1": "音杉小学校"}

        looked = desk.post(here, typed).content.decode()
        assert "3人に、いますぐ送ります" in looked
        assert "音杉小学校へ避難してください" in looked
        assert not Delivery.objects.exists()
        desk.post(here, typed | {"number": "3"})
        sender.send_waiting()

        assert town.heard("次郎") == ["音杉の方は音杉小学校へ避難してください。"]
        stranger = desk_of(make_staff(department=make_department("税務課")))
        assert stranger.post(here, typed | {"number": "3"}).status_code in (403, 404)


class TestFeeds:
    def receive(self, town: Town, ref: str, *, minutes_ago: int = 0, text: str = "") -> Delivery:
        return operations.receive_automatic(
            feed="bosai-mail",
            ref=ref,
            issued_at=clock.now() - timedelta(minutes=minutes_ago),
            name=f"気象情報 {ref}",
            content=contents.plain(text or f"大雨に注意してください {ref}"),
            condition=OTOSUGI,
            department=town.department,
            staff=town.manager,
        )

    def test_forty_stale_notes_at_once_send_nothing_and_raise_one_alarm(self, town: Town) -> None:
        for number in range(40):
            self.receive(town, str(number), minutes_ago=60 * 24 * 180)
        with clock.stopped_at(clock.now() + timedelta(hours=1)):
            operations.attend()
        sender.send_waiting()

        assert town.heard("花子") == []
        assert Delivery.objects.filter(state="held").count() == 40
        alarm = Letter.objects.get()
        assert "警報" in alarm.subject
        desk = desk_of(town.manager)
        assert "連携から届いて止めたもの" in page(desk, "/console/")
        assert "届いた40件を止めています" in page(desk, "/console/feeds/bosai-mail/")

        desk.post("/console/feeds/bosai-mail/", {"press": "call_off"})
        assert Delivery.objects.filter(state="dropped").count() == 40

    def test_a_fresh_one_waits_like_any_other_and_is_taken_once(self, town: Town) -> None:
        first, again = self.receive(town, "a"), self.receive(town, "a")

        assert first.pk == again.pk
        assert first.state == "waiting"
        town.begin(first)
        sender.send_waiting()
        assert town.heard("花子") == ["大雨に注意してください a"]

    def test_more_than_allowed_within_an_hour_holds_also_what_still_waits(self, town: Town) -> None:
        Safeguards.objects.update(feed_most_per_hour=3)

        for number in range(5):
            self.receive(town, str(number))

        assert set(Delivery.objects.values_list("state", flat=True)) == {"held"}
        assert Letter.objects.count() == 1

    def test_the_same_words_again_are_held(self, town: Town) -> None:
        self.receive(town, "a", text="大雨")

        assert self.receive(town, "b", text="大雨").held_because[0]["code"] == "repeated"

    def test_never_gets_the_exemptions_of_a_disaster(self, town: Town) -> None:
        Safeguards.objects.update(night_from=time(20), night_until=time(8))

        with clock.stopped_at(NIGHT):
            delivery = self.receive(town, "a")

        assert (delivery.lane, delivery.state) == (Lane.DELIVERY, "held")


class TestCorrecting:
    def test_a_broadcast_stopped_midway_is_corrected_to_those_who_got_it(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rules, "BATCH", 1)
        wrong = town.send(town.draft(text="12月1日に断水します"))
        [parcel] = Batches().claim(Lane.DELIVERY, limit=1)
        parcel.deliver()
        desk: Client = desk_of(town.manager)
        here = f"/console/deliveries/{wrong.public_id}/"
        desk.post(f"{here}do/", {"press": "stop"})

        desk.post(f"{here}do/", {"press": "correct"})
        right = Delivery.objects.get(kind="correction")
        assert right.corrects == wrong
        assert "【訂正】" in page(desk, here)
        operations.change(
            right,
            name=right.name,
            content=contents.plain("【訂正】断水は12月2日です"),
            condition=right.condition,
        )
        town.send(right)
        sender.send_waiting()

        heard = {name: town.heard(name) for name in ("花子", "太郎", "次郎")}
        [who] = [name for name, said in heard.items() if said]
        assert heard[who] == ["12月1日に断水します", "【訂正】断水は12月2日です"]

    def test_what_nobody_got_needs_none(self, town: Town) -> None:
        with pytest.raises(operations.NothingToCorrect):
            operations.correct(town.draft(), staff=town.manager)


class TestPages:
    def test_the_calendar_shows_what_is_made_what_is_moved_and_what_is_left_out(
        self, town: Town
    ) -> None:
        from tests.broadcasts.test_series import GARBAGE, begun
        from yakuba.broadcasts.rules.recurring import Holidays

        begun(town)
        begun(town, GARBAGE.model_copy(update={"holidays": Holidays.SKIP}))
        with clock.stopped_at(datetime(2026, 11, 20, 13, 0, tzinfo=JAPAN)):
            shown = page(desk_of(town.manager), "/console/schedule/?month=2026-11")
            later = page(desk_of(town.manager), "/console/schedule/?month=2026-12")

        assert "令和8年11月23日（月）の分（勤労感謝の日）" in shown
        assert "送りません" in shown
        assert "予定" in later  # beyond what is made

    def test_the_administrator_sets_the_fuse_and_the_reserve_at_once(self, town: Town) -> None:
        Quota.objects.update_or_create(pk=quota.month(), defaults={"allowed": 1000})
        admin = make_staff(department=town.department, is_administrator=True)
        typed = {
            "two_persons_above": 50, "grace_minutes": 10, "missed_after_minutes": 30,
            "night_from": "21:00", "night_until": "07:00", "most_per_person": "",
            "most_within_days": 7, "kept_for_disaster": 200, "feed_stale_minutes": 30,
            "feed_most_per_hour": 5,
        }  # fmt: skip

        answer = desk_of(admin).post("/console/settings/safeguards/", typed)

        assert answer.status_code == 302
        assert Safeguards.objects.get().grace_minutes == 10
        assert Quota.objects.get().kept_for_disaster == 200
        too_much = desk_of(admin).post("/console/settings/safeguards/", typed | {"kept_for_disaster": 5000})  # fmt: skip
        assert "超えています" in too_much.content.decode()
        assert desk_of(town.manager).get("/console/settings/safeguards/").status_code == 403
