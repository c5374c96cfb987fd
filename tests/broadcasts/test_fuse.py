"""A delivery waits, asks, is stopped and is held, before anybody gets it."""

from datetime import datetime, time, timedelta

import pytest

from tests.broadcasts.cast import OTOSUGI, Town
from tests.cast import make_staff
from yakuba.audit.models import Entry
from yakuba.broadcasts import operations
from yakuba.broadcasts.models import Batch, Delivery, Safeguards
from yakuba.broadcasts.rules import content as contents
from yakuba.broadcasts.rules import fuse
from yakuba.kit import clock
from yakuba.kit.clock import JAPAN
from yakuba.line import sender
from yakuba.mail.models import Letter
from yakuba.residents import operations as residents

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=JAPAN)  # a Friday


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def submitted(town: Town, delivery: Delivery, **more: object) -> Delivery:
    operations.submit(delivery, staff=town.manager, expected=2, **more)  # type: ignore[arg-type]
    return delivery


class TestTheGrace:
    def test_nobody_gets_anything_before_it_is_over(self, town: Town) -> None:
        with clock.stopped_at(NOON):
            delivery = submitted(town, town.draft(condition=OTOSUGI))
        with clock.stopped_at(NOON + minutes(4.9)):
            operations.attend()
            sender.send_waiting()
        before = town.heard("花子")

        with clock.stopped_at(NOON + minutes(5)):
            operations.attend()
            sender.send_waiting()

        assert before == []
        assert town.heard("花子") == ["除雪に入ります"]
        delivery.refresh_from_db()
        assert delivery.state == "sent"

    def test_a_stop_makes_it_a_draft_again(self, town: Town) -> None:
        with clock.stopped_at(NOON):
            delivery = submitted(town, town.draft(condition=OTOSUGI))

        spared = operations.stop(delivery, staff=town.manager)
        with clock.stopped_at(NOON + minutes(6)):
            operations.attend()

        assert spared == 2
        assert delivery.state == "draft"
        assert not Batch.objects.exists()

    def test_a_later_time_is_waited_for_and_the_grace_is_its_last_minutes(self, town: Town) -> None:
        at = NOON + timedelta(hours=3)
        with clock.stopped_at(NOON):
            delivery = submitted(town, town.draft(condition=OTOSUGI), due_at=at)
        states = []
        for moment in (at - minutes(6), at - minutes(5), at - minutes(0.1), at):
            with clock.stopped_at(moment):
                operations.attend()
            delivery.refresh_from_db()
            states.append(delivery.state)

        assert states == ["scheduled", "waiting", "waiting", "sending"]

    def test_a_time_that_is_over_is_refused(self, town: Town) -> None:
        with clock.stopped_at(NOON), pytest.raises(operations.InThePast, match="もう過ぎています"):
            submitted(town, town.draft(condition=OTOSUGI), due_at=NOON - minutes(1))

    def test_what_was_missed_is_never_sent_late_by_itself(self, town: Town) -> None:
        at = NOON + timedelta(hours=3)
        with clock.stopped_at(NOON):
            delivery = submitted(town, town.draft(condition=OTOSUGI), due_at=at)

        with clock.stopped_at(at + minutes(31)):
            operations.attend()
            operations.attend()
        delivery.refresh_from_db()

        assert delivery.state == "held"
        assert "送る時刻（令和8年11月27日（金）15:00）を過ぎています" in str(delivery.held_because)
        assert Letter.objects.get().to == [town.manager.email]

        # The clerk sends it now; it passes the grace and the fuse once more.
        with clock.stopped_at(at + minutes(40)):
            operations.release(delivery, staff=town.manager, expected=2, why="いまでも役に立つ")
        with clock.stopped_at(at + minutes(45)):
            operations.attend()
            sender.send_waiting()
        assert town.heard("花子") == ["除雪に入ります"]
        assert Entry.objects.filter(action="overrode").get().detail["why"] == "いまでも役に立つ"

    def test_what_is_a_few_minutes_late_still_has_its_whole_grace(self, town: Town) -> None:
        at = NOON + timedelta(hours=3)
        with clock.stopped_at(NOON):
            delivery = submitted(town, town.draft(condition=OTOSUGI), due_at=at)

        with clock.stopped_at(at + minutes(2)):
            operations.attend()
        delivery.refresh_from_db()

        assert delivery.state == "waiting"
        assert delivery.begins_at == at + minutes(7)


class TestTwoPersons:
    def test_everybody_is_asked_of_a_second_person_who_is_told(self, town: Town) -> None:
        delivery = town.draft()

        operations.submit(delivery, staff=town.manager, expected=3)

        assert delivery.state == "asked"
        assert [letter.to for letter in Letter.objects.all()] == [[town.second.email]]

    def test_more_people_than_the_town_allows_one_person_are_too(self, town: Town) -> None:
        Safeguards.objects.update(two_persons_above=1)

        delivery = submitted(town, town.draft(condition=OTOSUGI))

        assert delivery.state == "asked"

    def test_nobody_agrees_to_their_own_words(self, town: Town) -> None:
        delivery = town.draft()
        operations.change(
            delivery,
            name="除雪",
            content=delivery.content,
            condition=delivery.condition,
            staff=town.second,
        )
        operations.submit(delivery, staff=town.manager, expected=3)

        for writer in (town.manager, town.second):
            with pytest.raises(operations.OwnWords):
                operations.agree(delivery, staff=writer)
        operations.agree(delivery, staff=make_staff(department=town.department))

        assert delivery.state == "waiting"

    def test_what_was_read_is_what_is_agreed_to(self, town: Town) -> None:
        delivery = town.draft()
        operations.submit(delivery, staff=town.manager, expected=3)
        read = delivery.rev
        operations.withdraw(delivery, staff=town.manager)
        operations.change(
            delivery, name="除雪", content=contents.plain("別"), condition=delivery.condition
        )
        operations.submit(delivery, staff=town.manager, expected=3)

        with pytest.raises(operations.ChangedMeanwhile):
            operations.agree(delivery, staff=town.second, rev=read)

    def test_it_is_returned_with_words(self, town: Town) -> None:
        delivery = town.draft()
        operations.submit(delivery, staff=town.manager, expected=3)

        operations.give_back(delivery, staff=town.second, words="日付を入れてください")

        assert delivery.state == "draft"
        assert delivery.approvals.get().words == "日付を入れてください"

    def test_a_group_that_grew_over_the_number_is_held_and_a_second_person_releases(
        self, town: Town
    ) -> None:
        Safeguards.objects.update(two_persons_above=2)
        delivery = submitted(town, town.draft(condition=OTOSUGI))
        town.join("三郎", district="otosugi")

        town.begin(delivery)
        assert [one["code"] for one in delivery.held_because] == ["second_person"]

        operations.release(delivery, staff=town.manager, expected=3, why="ふえただけ")
        assert delivery.state == "asked"
        operations.agree(delivery, staff=town.second)
        town.begin(delivery)
        assert delivery.state == "sending"


class TestTheFuse:
    def held(self, delivery: Delivery) -> list[str]:
        assert delivery.state == "held"
        assert not Batch.objects.filter(delivery=delivery).exists()
        return [str(one["code"]) for one in delivery.held_because]

    def test_twice_the_number_is_held(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(fuse, "FAR_PEOPLE", 2)
        delivery = submitted(town, town.draft(condition=OTOSUGI))
        for name in ("三郎", "四郎"):
            town.join(name, district="otosugi")

        town.begin(delivery)

        assert self.held(delivery) == ["number"]
        assert "そのとき2人、いま4人" in str(delivery.held_because)

    def test_the_same_words_to_the_same_people_within_a_day_are_held(self, town: Town) -> None:
        town.send(town.draft(condition=OTOSUGI))
        again = town.draft(text="除雪に\n入ります ", condition=OTOSUGI)

        with pytest.raises(operations.NeedsAReason, match=r"同じ文面を.*重なる2人"):
            submitted(town, again)
        submitted(town, again, why="きのうは届かなかった人が多い")

        assert again.state == "waiting"
        assert town.begin(again).state == "sending"

    def test_two_clerks_with_the_same_words_are_told_at_the_last_moment(self, town: Town) -> None:
        first = submitted(town, town.draft(condition=OTOSUGI))
        second = submitted(town, town.draft(condition=OTOSUGI))

        town.begin(first)
        town.begin(second)

        assert self.held(second) == ["double"]

    def test_a_day_that_will_be_over_when_it_is_sent_is_asked_about(self, town: Town) -> None:
        delivery = town.draft(text="11月27日（金）17時に断水します", condition=OTOSUGI)

        with clock.stopped_at(NOON), pytest.raises(operations.NeedsAReason, match="過ぎた日付"):
            submitted(town, delivery, due_at=NOON + timedelta(days=1))

    def test_a_day_that_went_by_while_it_waited_for_a_word_is_held(self, town: Town) -> None:
        delivery = town.draft(text="11月27日（金）17時に断水します")
        with clock.stopped_at(NOON):
            operations.submit(delivery, staff=town.manager, expected=3)
        with clock.stopped_at(NOON + timedelta(days=1)):
            operations.agree(delivery, staff=town.second)

        town.begin(delivery)

        assert self.held(delivery) == ["old_day"]

    def test_an_empty_group_is_held_and_nobody_can_override_it(self, town: Town) -> None:
        delivery = submitted(town, town.draft(condition=OTOSUGI))
        for name in ("花子", "太郎"):
            residents.keep(town.records[name], key="district", value="yunosho")

        town.begin(delivery)

        assert self.held(delivery) == ["empty"]
        with pytest.raises(operations.Forbidden, match="受け取れる人がいません"):
            operations.release(delivery, staff=town.manager, expected=0, why="それでも")

    def test_a_broken_criterion_is_held_and_never_becomes_everybody(self, town: Town) -> None:
        delivery = submitted(town, town.draft(condition=OTOSUGI))
        Delivery.objects.filter(pk=delivery.pk).update(
            condition={"fact": "resident.gone", "operator": "is", "value": "x"}
        )

        town.begin(delivery)

        assert self.held(delivery) == ["broken"]
        assert town.heard("花子") == []

    def test_night_hours_need_a_reason(self, town: Town) -> None:
        Safeguards.objects.update(night_from=time(20), night_until=time(8))
        delivery = town.draft(condition=OTOSUGI)

        with clock.stopped_at(NOON.replace(hour=23)):
            with pytest.raises(operations.NeedsAReason, match="夜間"):
                submitted(town, delivery)
            submitted(town, delivery, night_reason="断水がいま始まった")

        assert town.begin(delivery).state == "sending"

    def test_called_off_is_not_sent_and_stays_in_the_list(self, town: Town) -> None:
        delivery = submitted(town, town.draft(condition=OTOSUGI))

        operations.call_off(delivery, staff=town.manager)
        with clock.stopped_at(clock.now() + minutes(10)):
            operations.attend()

        assert Delivery.objects.get().state == "dropped"
        assert not Batch.objects.exists()
