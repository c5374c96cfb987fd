"""A turn of the talk: what it costs the database, and which run it is about when the page is faster."""

import threading
import time
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.cast import make_procedure, make_resident
from tests.line.wire import HANAKO, make_row
from yakuba.line import inbox
from yakuba.line.models import Outgoing, WebhookEvent
from yakuba.procedures import operations
from yakuba.procedures.models import Conversation, Keyword, Procedure, Run
from yakuba.residents.models import Resident

# One look, one transaction, and in it: whose turn, the event, the resident, the run, a keyword, a tap,
# the run again, the reply, done. Whoever adds one should know what it is for, and change the number.
A_TURN_MAY_SAY = 13


def survey(keyword: str = "アンケート") -> Procedure:
    questions = [
        {"id": name, "kind": "yes_no", "label": {"ja": f"{name}は好きですか。"}}
        for name in ("spring", "summer", "autumn")
    ]
    procedure = make_procedure(
        {
            "schema": 1,
            "kind": "survey",
            "title": {"ja": "季節のアンケート"},
            "retention": {"months": 12},
            "sections": [{"id": "first", "questions": questions}],
        }
    )
    Keyword.objects.create(word=operations.keyword(keyword), procedure=procedure)
    return procedure


def say(words: str) -> None:
    make_row(user_id=HANAKO, text=words, reply_token="r" * 32)
    assert inbox.work_off() == 1
    assert WebhookEvent.objects.filter(state=WebhookEvent.State.NEW).count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_turn_says_few_statements() -> None:
    survey()
    say("アンケート")
    say("はい")
    make_row(user_id=HANAKO, text="いいえ", reply_token="s" * 32)

    with CaptureQueriesContext(connection) as said:
        inbox.work_off()

    statements = [one["sql"] for one in said.captured_queries]
    assert len(statements) <= A_TURN_MAY_SAY, "\n".join(statements)
    assert not any("SAVEPOINT" in one for one in statements)
    assert "autumn" in str(Outgoing.objects.latest("pk").messages)


@pytest.mark.django_db(transaction=True)
class TestThePageTurnsTheTalkMeanwhile:
    def test_the_answer_is_for_what_the_talk_is_about_now(self) -> None:
        hanako, other = self.in_a_talk()

        found = self.ask_while_the_page_turns_it(hanako, other)

        assert found == [other.pk]

    def test_asked_once_only_the_talk_would_seem_to_be_about_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hanako, other = self.in_a_talk()
        monkeypatch.setattr(operations.turns, "range", lambda _times: [0], raising=False)

        found = self.ask_while_the_page_turns_it(hanako, other)

        assert found == [None]

    def in_a_talk(self) -> tuple[Resident, Run]:
        """Return somebody whose talk is about one run, and another run of theirs."""
        hanako = make_resident()
        operations.begin(procedure=survey("春"), resident=hanako)
        other = operations.begin(procedure=survey("秋"), resident=hanako).run
        first = Run.objects.exclude(pk=other.pk).get()
        Conversation.objects.filter(resident=hanako).update(run=first)
        return hanako, other

    def ask_while_the_page_turns_it(self, hanako: Resident, other: Run) -> list[Any]:
        found: list[Any] = []

        def ask() -> None:
            with transaction.atomic():
                talk = operations.present_talk(hanako)
                found.append(talk.run_id if talk else None)
            connection.close()

        talk = threading.Thread(target=ask)
        with transaction.atomic():
            Conversation.objects.filter(resident=hanako).update(run=other)
            talk.start()
            _wait_until_somebody_waits()
        talk.join(10)
        return found


def _wait_until_somebody_waits() -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits for the lock")
