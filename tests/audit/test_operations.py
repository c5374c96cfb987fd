"""The trail: only added to, and every change shows."""

from contextlib import suppress
from datetime import datetime
from threading import Thread

import pytest
from django.db import DatabaseError, connection, transaction

from yakuba.audit import queries
from yakuba.audit.models import Entry
from yakuba.audit.operations import record
from yakuba.kit import clock


def make_entry(sentence: str = "一覧を見ました。", **values: object) -> Entry:
    return record(
        staff_id=1,
        actor="立山 一郎",
        action="viewed",
        subject="submissions.submission:1",
        sentence=sentence,
        detail=values,
    )


def tamper(statement: str, *values: int) -> None:
    """Do to the table what only its owner could, with the guard taken away."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        cursor.execute(statement, values)
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")


@pytest.mark.django_db
class TestRecord:
    def test_chains_each_entry_to_the_one_before(self) -> None:
        first, second = make_entry(), make_entry()

        assert bytes(second.previous_hash) == bytes(first.hash)
        assert queries.verify() == queries.Verdict(2, bytes(second.hash), None)

    def test_keeps_a_chain_whole_whatever_the_detail_is(self) -> None:
        make_entry(
            rate=0.1,
            big=1e20,
            when=datetime(2026, 4, 1),
            names=["花子", None],
            deep={"b": 1, "a": {2}},
        )

        assert queries.verify().is_whole

    def test_tells_machine_time_even_when_business_time_is_turned(self) -> None:
        with clock.stopped_at(datetime(2030, 1, 1, tzinfo=clock.JAPAN)):
            entry = make_entry()

        assert entry.at.year < 2030

    def test_is_undone_with_the_act_it_tells_of(self) -> None:
        with suppress(ZeroDivisionError), transaction.atomic():
            make_entry()
            raise ZeroDivisionError

        assert not Entry.objects.exists()


@pytest.mark.django_db
class TestVerify:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit_entry SET sentence = '見ていません。' WHERE id = %s",
            "UPDATE audit_entry SET detail = '{\"x\": 1}' WHERE id = %s",
            "UPDATE audit_entry SET staff_id = 2 WHERE id = %s",
            "UPDATE audit_entry SET at = at + interval '1 second' WHERE id = %s",
        ],
    )
    def test_finds_the_entry_that_was_changed(self, statement: str) -> None:
        make_entry()
        changed = make_entry()
        make_entry()

        tamper(statement, changed.pk)

        assert queries.verify().broken_at == changed.pk

    def test_finds_the_place_where_an_entry_was_taken_out(self) -> None:
        make_entry()
        gone, after = make_entry(), make_entry()

        tamper("DELETE FROM audit_entry WHERE id = %s", gone.pk)

        assert queries.verify().broken_at == after.pk


@pytest.mark.django_db
class TestTheTable:
    @pytest.mark.parametrize(
        "statement", ["UPDATE audit_entry SET actor = ''", "DELETE FROM audit_entry"]
    )
    def test_refuses_to_be_changed(self, statement: str) -> None:
        make_entry()

        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            connection.cursor().execute(statement)

        assert queries.verify().entries == 1

    def test_refuses_to_be_emptied_outside_the_tests(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'audit_never_emptied'")
            (source,) = cursor.fetchone()
            # The same guard, in a database that is not called like one of the tests.
            cursor.execute(
                "CREATE FUNCTION audit_elsewhere() RETURNS trigger LANGUAGE plpgsql AS $f$"
                + source.replace("current_database()", "'kamiichi'")
                + "$f$"
            )
            cursor.execute(
                "CREATE TRIGGER elsewhere BEFORE TRUNCATE ON audit_entry"
                " FOR EACH STATEMENT EXECUTE FUNCTION audit_elsewhere()"
            )
            with pytest.raises(DatabaseError, match="never emptied"), transaction.atomic():
                cursor.execute("TRUNCATE audit_entry")


@pytest.mark.django_db(transaction=True)
def test_rivals_make_one_chain() -> None:
    def rival() -> None:
        try:
            for _turn in range(10):
                make_entry()
        finally:
            connection.close()

    rivals = [Thread(target=rival) for _number in range(5)]
    for thread in rivals:
        thread.start()
    for thread in rivals:
        thread.join()

    verdict = queries.verify()
    assert (verdict.entries, verdict.is_whole) == (50, True)
