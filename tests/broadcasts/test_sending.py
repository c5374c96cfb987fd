"""What is sent to many reaches the right people once, whatever LINE answers."""

import pytest
from django.db import connection

from tests.broadcasts.cast import OTOSUGI, Town, end_leases, make_due
from yakuba.audit.models import Entry
from yakuba.broadcasts import operations, queries, rules
from yakuba.broadcasts.kinds import batches
from yakuba.broadcasts.kinds.batches import Batches
from yakuba.broadcasts.models import Batch, Delivery, Safeguards
from yakuba.broadcasts.rules import content as contents
from yakuba.line import quota, sender
from yakuba.line.models import Lane, Quota
from yakuba.residents import operations as residents
from yakuba.residents.models import LineAccount, Resident

pytestmark = pytest.mark.django_db


def state_of(delivery: Delivery) -> str:
    return Delivery.objects.get(pk=delivery.pk).state


def let_line_refuse(resident: Resident, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the resident a user id that we take for good and LINE does not."""
    monkeypatch.setattr(batches, "_USER_ID", "^U.{32}$")
    LineAccount.objects.filter(resident=resident).update(line_user_id="U" + "z" * 32)


class TestSending:
    def test_reaches_those_who_are_meant_and_nobody_else(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        delivery = town.send(town.draft(condition=OTOSUGI))

        sender.send_waiting()

        assert town.heard("花子") == town.heard("太郎") == ["除雪に入ります"]
        assert town.heard("次郎") == []
        assert state_of(delivery) == "sent"
        assert queries.progress(delivery) == rules.Progress(planned=2, accepted=2)

    def test_who_blocked_before_is_not_meant(self, town: Town) -> None:
        town.records["太郎"].accounts.update(is_friend=False)
        town.records["太郎"].reachable = False
        town.records["太郎"].save()

        town.send(town.draft())
        sender.send_waiting()

        [to] = town.multicasts()
        assert town.people["太郎"].id not in to

    def test_who_blocked_after_planning_is_left_out_and_counted(self, town: Town) -> None:
        delivery = town.send(town.draft())
        town.records["次郎"].accounts.update(is_friend=False)

        sender.send_waiting()

        [to] = town.multicasts()
        assert town.people["次郎"].id not in to
        assert queries.progress(delivery) == rules.Progress(planned=3, accepted=2, unaddressed=1)

    def test_a_long_text_arrives_in_parts(self, town: Town) -> None:
        town.send(town.draft(text="雪です。" * 2000))

        sender.send_waiting()

        assert "".join(town.heard("花子")) == "雪です。" * 2000

    def test_more_than_five_hundred_are_several_batches(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rules, "BATCH", 2)

        town.send(town.draft())
        sender.send_waiting()

        assert [len(to) for to in town.multicasts()] == [2, 1]
        assert all(town.heard(name) == ["除雪に入ります"] for name in town.people)

    def test_leaves_an_entry_in_the_trail(self, town: Town) -> None:
        town.send(town.draft())

        entry = Entry.objects.get(action="sent")
        assert entry.staff_id == town.manager.pk
        assert "3人" in entry.sentence

    def test_remembers_what_the_segment_had(self, town: Town) -> None:
        from yakuba.segments import operations as segments

        segment = segments.make(
            department=town.department, name="音杉", condition=OTOSUGI, staff=town.manager
        )
        delivery = town.draft(condition=OTOSUGI)
        operations.change(
            delivery,
            name="音杉へ",
            content=contents.plain("雪"),
            condition=OTOSUGI,
            segment=segment,
        )

        town.send(delivery)

        segment.refresh_from_db()
        assert segment.last_count == 2


class TestRefusing:
    def test_another_number_than_the_one_confirmed_stops_it(self, town: Town) -> None:
        delivery = town.draft()

        with pytest.raises(operations.NotThatMany, match=r"2人.*3人"):
            town.send(delivery, expected=2)

        assert not Batch.objects.exists()
        assert state_of(delivery) == "draft"

    def test_a_draft_changed_after_it_was_read_is_not_sent(self, town: Town) -> None:
        delivery = town.draft()
        read = delivery.rev
        operations.change(
            delivery, name="別", content=contents.plain("別の本文"), condition=delivery.condition
        )

        with pytest.raises(operations.ChangedMeanwhile):
            operations.submit(delivery, staff=town.manager, expected=3, rev=read)

    def test_a_my_number_in_the_text_is_not_sent(self, town: Town) -> None:
        delivery = town.draft(text="番号は 1234 5678 9018 です")

        with pytest.raises(operations.Forbidden, match="マイナンバー"):
            town.send(delivery, expected=3)

    def test_nobody_is_refused(self, town: Town) -> None:
        nobody = {"fact": "resident.born_on", "operator": "age_at_least", "value": 100}
        delivery = town.draft(condition=nobody)

        with pytest.raises(operations.NobodyMeant):
            town.send(delivery, expected=0)

    def test_what_was_sent_is_not_sent_again(self, town: Town) -> None:
        delivery = town.send(town.draft())

        with pytest.raises(operations.NotADraft):
            town.send(delivery, expected=3)

    def test_more_than_the_month_has_left_is_not_begun(self, town: Town) -> None:
        Quota.objects.update_or_create(pk=quota.month(), defaults={"allowed": 2})
        quota.start_afresh()
        delivery = town.send(town.draft())

        assert delivery.state == "held"
        assert "残りが足りません" in delivery.held_because[0]["sentence"]
        assert not Batch.objects.exists()

    def test_a_small_number_of_something_sensitive_is_confirmed_unseen(self, town: Town) -> None:
        from yakuba.residents.models import Attribute

        Attribute.objects.filter(key="district").update(is_sensitive=True)
        delivery = town.draft(condition=OTOSUGI)

        with pytest.raises(operations.NotThatMany, match="10人未満"):
            town.send(delivery, expected=2)
        operations.submit(delivery, staff=town.manager, expected=None)
        town.begin(delivery)

        assert "10人未満" in Entry.objects.get(action="sent").sentence


class TestOnceOnly:
    def test_accepted_and_lost_is_asked_again_and_not_said_twice(self, town: Town) -> None:
        town.phone.faults(http_500_after_commit=True, endpoint="multicast", count=2)
        delivery = town.send(town.draft())

        for _try in range(3):
            sender.send_waiting()
            make_due()

        assert town.heard("花子") == ["除雪に入ります"]
        assert Batch.objects.get().http_status == 409
        assert queries.progress(delivery).accepted == 3

    def test_a_sender_killed_before_asking_loses_nobody(self, town: Town) -> None:
        delivery = town.send(town.draft())
        Batches().claim(Lane.DELIVERY, limit=5)  # and nothing more happens

        assert sender.send_waiting() == 0
        end_leases()
        sender.send_waiting()

        assert town.heard("花子") == ["除雪に入ります"]
        assert state_of(delivery) == "sent"

    def test_what_a_living_sender_waits_for_is_not_claimed_by_another(self, town: Town) -> None:
        town.send(town.draft())
        under_way = Batches().claim(Lane.DELIVERY, limit=5)
        end_leases()

        Batches().renew(under_way)

        assert list(Batches().claim(Lane.DELIVERY, limit=5)) == []

    def test_a_late_answer_of_a_sender_that_lost_its_lease_changes_nothing(
        self, town: Town
    ) -> None:
        delivery = town.send(town.draft())
        [slow] = Batches().claim(Lane.DELIVERY, limit=5)
        end_leases()
        [quick] = Batches().claim(Lane.DELIVERY, limit=5)

        Batches().renew([slow])
        quick.deliver()
        slow.deliver()

        assert town.heard("花子") == ["除雪に入ります"]
        assert queries.progress(delivery) == rules.Progress(planned=3, accepted=3)

    def test_a_retry_has_the_same_bytes_although_somebody_left_meanwhile(self, town: Town) -> None:
        town.phone.faults(http_500_after_commit=True, endpoint="multicast", count=1)
        town.send(town.draft())
        sender.send_waiting()
        LineAccount.objects.filter(resident=town.records["次郎"]).update(is_friend=False)
        Delivery.objects.update(content=contents.plain("書き換えた本文"))

        make_due()
        sender.send_waiting()

        first, second = (
            one["requestBody"]
            for one in town.phone.wire()
            if one.get("path", "").endswith("/multicast")
        )
        assert first == second

    def test_a_killed_sender_that_had_settled_is_closed_by_the_chore(self, town: Town) -> None:
        delivery = town.send(town.draft())
        Batch.objects.update(state=Batch.State.ACCEPTED, reached=3)

        operations.finish_forgotten()

        assert state_of(delivery) == "sent"

    def test_a_bad_id_is_found_by_halving_and_keeps_it_from_nobody_else(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        let_line_refuse(town.records["太郎"], monkeypatch)
        delivery = town.send(town.draft())

        sender.send_waiting()

        assert town.heard("花子") == town.heard("次郎") == ["除雪に入ります"]
        assert queries.progress(delivery) == rules.Progress(planned=3, accepted=2, rejected=1)
        assert [batch.residents for batch in queries.troubled(delivery)] == [
            [town.records["太郎"].pk]
        ]

    def test_after_23_hours_without_an_answer_a_person_decides(self, town: Town) -> None:
        town.phone.faults(http_500_after_commit=True, endpoint="multicast", count=1)
        delivery = town.send(town.draft())
        sender.send_waiting()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE broadcasts_delivery_batch SET next_at = clock_timestamp(),"
                " first_sent_at = first_sent_at - interval '24h'"
            )
        sender.send_waiting()
        doubtful = queries.troubled(delivery).get()
        assert queries.progress(delivery).uncertain == 3

        operations.decide(doubtful, again=True, staff=town.manager)
        sender.send_waiting()

        assert town.heard("花子") == ["除雪に入ります"] * 2  # as the clerk was told it might
        assert queries.progress(delivery) == rules.Progress(planned=3, accepted=3)

    def test_a_doubt_is_ended_once(self, town: Town) -> None:
        delivery = town.send(town.draft())
        Batch.objects.update(state=Batch.State.UNCERTAIN, reached=3)
        doubtful = queries.troubled(delivery).get()

        operations.decide(doubtful, again=False, staff=town.manager)

        with pytest.raises(operations.NotUncertain):
            operations.decide(doubtful, again=True, staff=town.manager)


@pytest.fixture
def in_threes(town: Town, monkeypatch: pytest.MonkeyPatch) -> Delivery:
    """A delivery in three batches of one person."""
    monkeypatch.setattr(rules, "BATCH", 1)
    return town.send(town.draft())


class TestStopping:
    def test_spares_those_who_were_not_asked_for_yet(self, town: Town, in_threes: Delivery) -> None:
        [parcel] = Batches().claim(Lane.DELIVERY, limit=1)
        parcel.deliver()

        spared = operations.stop(in_threes, staff=town.manager)
        sender.send_waiting()

        assert spared == 2
        assert len(town.multicasts()) == 1
        assert queries.progress(in_threes) == rules.Progress(planned=3, accepted=1, spared=2)

    def test_stops_also_what_a_sender_has_claimed_ahead(
        self, town: Town, in_threes: Delivery
    ) -> None:
        parcels = Batches().claim(Lane.DELIVERY, limit=3)
        parcels[0].deliver()

        operations.stop(in_threes, staff=town.manager)
        for parcel in parcels[1:]:
            parcel.deliver()

        assert len(town.multicasts()) == 1
        assert queries.progress(in_threes) == rules.Progress(planned=3, accepted=1, spared=2)

    def test_finishes_what_line_may_have_taken(self, town: Town, in_threes: Delivery) -> None:
        town.phone.faults(http_500_after_commit=True, endpoint="multicast", count=1)
        [parcel] = Batches().claim(Lane.DELIVERY, limit=1)
        parcel.deliver()

        operations.stop(in_threes, staff=town.manager)
        make_due()
        sender.send_waiting()

        assert queries.progress(in_threes) == rules.Progress(planned=3, accepted=1, spared=2)
        assert state_of(in_threes) == "stopped"

    def test_gives_back_the_messages_that_were_not_sent(
        self, town: Town, in_threes: Delivery
    ) -> None:
        Quota.objects.update(allowed=1000)
        [parcel] = Batches().claim(Lane.DELIVERY, limit=1)
        parcel.deliver()

        operations.stop(in_threes, staff=town.manager)

        row = Quota.objects.get()
        assert (row.reserved, row.used) == (0, 1)

    def test_half_of_a_refused_batch_is_spared_too(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        let_line_refuse(town.records["太郎"], monkeypatch)
        delivery = town.send(town.draft())
        [parcel] = Batches().claim(Lane.DELIVERY, limit=1)
        monkeypatch.setattr(batches.Parcel, "_may_go", lambda parcel: True)  # LINE is being asked
        operations.stop(delivery, staff=town.manager)

        parcel.deliver()
        sender.send_waiting()

        assert queries.progress(delivery) == rules.Progress(planned=3, spared=3)


class TestHalting:
    def test_when_the_month_is_used_up_it_stands_still_and_says_so(
        self, town: Town, in_threes: Delivery
    ) -> None:
        town.phone.faults(monthly_quota=1)

        sender.send_waiting()

        in_threes.refresh_from_db()
        assert in_threes.state == "halted"
        assert "使い切りました" in in_threes.halted_because
        assert queries.progress(in_threes) == rules.Progress(planned=3, accepted=1, waiting=2)

    def test_goes_on_with_the_rest_when_a_person_says_so(
        self, town: Town, in_threes: Delivery
    ) -> None:
        town.phone.faults(monthly_quota=1)
        sender.send_waiting()
        town.phone.faults(reset=True)
        in_threes.refresh_from_db()

        operations.go_on(in_threes, staff=town.manager)
        sender.send_waiting()

        assert state_of(in_threes) == "sent"
        assert all(town.heard(name) == ["除雪に入ります"] for name in town.people)

    def test_can_be_stopped_instead(self, town: Town, in_threes: Delivery) -> None:
        town.phone.faults(monthly_quota=1)
        sender.send_waiting()
        in_threes.refresh_from_db()

        assert operations.stop(in_threes, staff=town.manager) == 2
        assert state_of(in_threes) == "stopped"

    def test_too_fast_is_tried_again_as_if_never_tried(self, town: Town) -> None:
        town.phone.faults(rate_wall=True, endpoint="multicast", count=1)
        town.send(town.draft())

        sender.send_waiting()
        untried = Batch.objects.get()
        make_due()
        sender.send_waiting()

        assert (untried.state, untried.attempts, untried.first_sent_at) == (0, 0, None)
        assert town.heard("花子") == ["除雪に入ります"]


class TestWhoIsMeant:
    def test_each_reads_the_wording_in_their_own_language(self, town: Town) -> None:
        Resident.objects.filter(pk=town.records["太郎"].pk).update(language="en")
        Resident.objects.filter(pk=town.records["次郎"].pk).update(language="ja-easy")
        delivery = town.draft()
        said = {"ja": "除雪に入ります", "en": "Snow clearing begins"}
        delivery.content = {"parts": [{"kind": "text", "text": said}]}
        delivery.save()

        town.send(delivery)
        sender.send_waiting()

        assert town.heard("太郎") == ["Snow clearing begins"]
        assert town.heard("花子") == town.heard("次郎") == ["除雪に入ります"]
        assert queries.progress(delivery) == rules.Progress(planned=3, accepted=3)

    def test_whoever_got_enough_lately_is_left_out_of_the_next_one(self, town: Town) -> None:
        Safeguards.objects.filter(pk=1).update(most_per_person=1, most_within_days=7)
        town.send(town.draft(condition=OTOSUGI))
        sender.send_waiting()

        second = town.draft()
        town.send(second, expected=1)
        sender.send_waiting()

        assert [len(to) for to in town.multicasts()] == [2, 1]

    def test_a_disaster_is_told_first_and_however_much_one_got(self, town: Town) -> None:
        Safeguards.objects.filter(pk=1).update(most_per_person=1)
        town.send(town.draft())
        alarm = town.draft("避難してください")
        alarm.kind, alarm.lane = Delivery.Kind.DISASTER, Lane.DISASTER
        alarm.save()

        town.send(alarm)
        sender.send_waiting()

        assert town.heard("花子") == ["避難してください", "除雪に入ります"]

    def test_a_correction_goes_to_those_who_may_have_got_the_wrong_one(
        self, town: Town, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(rules, "BATCH", 1)
        wrong = town.send(town.draft())
        [parcel] = Batches().claim(Lane.DELIVERY, limit=1)
        parcel.deliver()
        operations.stop(wrong, staff=town.manager)
        right = town.draft("訂正します")
        right.corrects, right.kind = wrong, Delivery.Kind.CORRECTION
        right.save()

        town.send(right, expected=1)
        sender.send_waiting()

        assert town.heard("花子") == ["除雪に入ります", "訂正します"]
        assert town.heard("太郎") == town.heard("次郎") == []

    def test_a_frozen_list_stays_as_it_was(self, town: Town) -> None:
        delivery = town.draft(condition=OTOSUGI)
        operations.submit(delivery, staff=town.manager, expected=2, is_frozen=True)
        residents.keep(town.records["太郎"], key="district", value="yunosho")

        town.begin(delivery)
        sender.send_waiting()

        assert town.heard("太郎") == ["除雪に入ります"]
