"""Two who press at the same moment: the last place, the only answer, the first meeting. Each with its negative control."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tests.cast import make_procedure, make_resident, user_id
from yakuba.kit import db
from yakuba.procedures import operations
from yakuba.procedures.models import AnsweredOnce, Procedure, Run
from yakuba.procedures.operations import turns
from yakuba.procedures.rules import inputs
from yakuba.residents import operations as residents
from yakuba.residents.models import Resident
from yakuba.residents.operations import meeting
from yakuba.submissions.models import Submission

pytestmark = pytest.mark.django_db(transaction=True)

RIVALS = 4  # fewer than the pool has connections


def survey(**more: Any) -> Procedure:
    document = {
        "schema": 1,
        "kind": "survey",
        "title": {"ja": "見学会の申込み"},
        "retention": {"months": 12},
        "sections": [
            {
                "id": "first",
                "questions": [{"id": "comes", "kind": "yes_no", "label": {"ja": "参加しますか。"}}],
            }
        ],
        **more,
    }
    return make_procedure(document)


def all_at_once(*work: Callable[[], object]) -> list[BaseException]:
    """Do everything at the same moment in threads of their own, and return what was raised."""
    gate = threading.Barrier(len(work))
    raised: list[BaseException] = []

    def run(one: Callable[[], object]) -> None:
        gate.wait()
        try:
            one()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return raised


def ready_to_submit(procedure: Procedure) -> list[Run]:
    runs = []
    for _number in range(RIVALS):
        run = operations.begin(procedure=procedure, resident=make_resident()).run
        operations.take(run, given=inputs.Answer(inputs.Typed("はい")))
        runs.append(Run.objects.get(pk=run.pk))
    return runs


def submit(run: Run) -> None:
    operations.take(run, given=inputs.Submit())


class TestTheLastPlace:
    def test_is_given_to_one_and_the_others_are_told(self) -> None:
        procedure = survey(capacity=1)
        runs = ready_to_submit(procedure)

        raised = all_at_once(*[lambda run=run: submit(run) for run in runs])

        assert raised == []
        assert Submission.objects.count() == 1
        assert Run.objects.filter(status=Run.Status.ACTIVE).count() == RIVALS - 1

    def test_without_the_lock_it_is_given_to_several(self, monkeypatch: pytest.MonkeyPatch) -> None:
        procedure = survey(capacity=1)
        runs = ready_to_submit(procedure)
        real, together = db.lock, threading.Barrier(RIVALS, timeout=3)

        def meet_instead_of_queueing(row: Any) -> None:
            if isinstance(row, Procedure):
                row.refresh_from_db()
                together.wait()
            else:
                real(row)

        monkeypatch.setattr(turns, "lock", meet_instead_of_queueing)

        all_at_once(*[lambda run=run: submit(run) for run in runs])

        assert Submission.objects.count() > 1


class TestOnce:
    def test_two_telephones_of_one_person_answer_once(self) -> None:
        procedure = survey(answers="once")
        hanako = make_resident()
        first = operations.begin(procedure=procedure, resident=hanako).run
        operations.take(first, given=inputs.Answer(inputs.Typed("はい")))
        twin = Run.objects.create(
            **{
                field.attname: getattr(first, field.attname)
                for field in Run._meta.concrete_fields
                if field.attname != "id"
            }
        )

        raised = all_at_once(
            lambda: submit(Run.objects.get(pk=first.pk)),
            lambda: submit(Run.objects.get(pk=twin.pk)),
        )

        assert raised == []
        assert AnsweredOnce.objects.count() == 1
        assert Submission.objects.count() == 1


class TestTheFirstMeeting:
    def test_makes_one_record(self) -> None:
        hanako = user_id()

        raised = all_at_once(
            *[lambda: residents.meet(user_id=hanako, at_ms=1) for _rival in range(RIVALS)]
        )

        assert raised == []
        assert Resident.objects.count() == 1

    def test_without_the_line_to_queue_in_strangers_collide(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hanako = user_id()
        together = threading.Barrier(RIVALS, timeout=3)
        monkeypatch.setattr(meeting, "lock_name", lambda name: together.wait())

        raised = all_at_once(
            *[lambda: residents.meet(user_id=hanako, at_ms=1) for _rival in range(RIVALS)]
        )

        assert raised  # whoever was late met a record that was there already
