"""A key of its own for each application: what is under it goes with it, and rotation is quick."""

import threading
import uuid
from collections.abc import Callable

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import close_old_connections, connection, transaction
from pytest_django import Settings

from tests.submissions.making import HANAKO, PLACE, hand_in, make_clerk, make_procedure
from yakuba.config.cli import main
from yakuba.kit import datakeys, secrets
from yakuba.kit.fields import NoOwner
from yakuba.kit.models import DataKey
from yakuba.submissions import operations
from yakuba.submissions.models import Note, Revision, Submission

pytestmark = pytest.mark.django_db


def handed_in() -> Submission:
    return hand_in(make_procedure(), place=PLACE, contact=HANAKO)


def bytes_of(submission: Submission) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT answers FROM submissions_revision WHERE submission_id = %s", [submission.pk]
        )
        return bytes(cursor.fetchone()[0])


class TestKeys:
    def test_what_is_handed_in_lies_under_a_key_of_its_own(self) -> None:
        one, other = handed_in(), handed_in()

        assert bytes_of(one)[:17] == bytes([1]) + one.pk.bytes
        assert bytes_of(other)[:17] == bytes([1]) + other.pk.bytes
        assert one.revisions.get().answers["answers"]["free"] == "橋のたもと"

    def test_what_is_left_of_an_erased_application_cannot_be_opened(self) -> None:
        submission, other = handed_in(), handed_in()
        in_a_backup = bytes_of(submission)
        assert "橋のたもと" in datakeys.unseal(in_a_backup).decode()

        assert submission.resident is not None
        operations.forget(submission.resident)

        with pytest.raises(datakeys.KeyDestroyed):
            datakeys.unseal(in_a_backup)
        assert other.revisions.get().answers["answers"]["free"] == "橋のたもと"
        assert Submission.objects.count() == 2  # the figure stays

    def test_a_value_is_bound_to_its_owner(self) -> None:
        mine, theirs = uuid.uuid4(), uuid.uuid4()
        sealed = datakeys.seal(b"secret", owner=mine)
        datakeys.seal(b"other", owner=theirs)

        with pytest.raises(secrets.CannotDecrypt):
            datakeys.unseal(sealed[:1] + theirs.bytes + sealed[17:])

    def test_what_was_sealed_before_there_were_data_keys_can_still_be_read(self) -> None:
        submission = handed_in()
        old = secrets.encrypt('{"answers": {"free": "むかし"}, "items": {}}'.encode())
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE submissions_revision SET answers = %s WHERE submission_id = %s",
                [old, submission.pk],
            )

        assert submission.revisions.get().answers["answers"]["free"] == "むかし"

    def test_nothing_of_an_application_slips_under_the_master_key(self) -> None:
        submission = handed_in()
        operations.write_note(submission, text="電話した", staff=make_clerk(submission.procedure))

        with pytest.raises(NoOwner):
            Note.objects.update(text="べつの文")

    def test_a_key_that_was_rolled_back_is_not_used_again(self) -> None:
        owner = uuid.uuid4()
        with transaction.atomic():
            datakeys.unseal(datakeys.seal(b"first", owner=owner))  # and so it is remembered
            transaction.set_rollback(True)

        sealed = datakeys.seal(b"second", owner=owner)

        assert datakeys.unseal(sealed) == b"second"
        assert DataKey.objects.filter(pk=owner).exists()


class TestRotating:
    def test_keys_are_wrapped_anew_and_what_they_seal_stays_as_it_lies(
        self, settings: Settings, capsys: pytest.CaptureFixture[str]
    ) -> None:
        old, new = settings.DATA_KEYS[0], Fernet.generate_key().decode()
        submission = handed_in()
        before = bytes_of(submission)
        keys = DataKey.objects.count()

        settings.DATA_KEYS = [new, old]
        main(["keys", "rotate"])
        settings.DATA_KEYS = [new]
        datakeys._opened.clear()  # as in another process

        assert f"data keys: {keys} wrapped anew" in capsys.readouterr().out
        assert bytes_of(submission) == before
        answers = Revision.objects.get(submission=submission).answers["answers"]
        assert answers["free"] == "橋のたもと"


@pytest.mark.django_db(transaction=True)
class TestRivals:
    def race(self, seal: Callable[[bytes], bytes]) -> list[bytes]:
        """Let four seal the first words of one owner at once, and return what they sealed."""
        start, sealed = threading.Barrier(4), list[bytes]()

        def work(number: int) -> None:
            start.wait(timeout=30)
            sealed.append(seal(f"{number}".encode()))
            close_old_connections()
            connection.close()

        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        return sealed

    def test_all_who_seal_at_once_seal_under_one_key(self) -> None:
        owner = uuid.uuid4()

        sealed = self.race(lambda words: datakeys.seal(words, owner=owner))

        datakeys._opened.clear()
        assert sorted(map(datakeys.unseal, sealed)) == [b"0", b"1", b"2", b"3"]

    def test_whoever_does_not_look_who_was_first_loses_what_the_others_sealed(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        owner, none_there = uuid.uuid4(), threading.Barrier(4)

        def last_one_wins(owner: uuid.UUID) -> bytes:
            none_there.wait(timeout=30)
            key = AESGCM.generate_key(bit_length=256)
            DataKey.objects.update_or_create(
                owner=owner, defaults={"wrapped": secrets.encrypt(key)}
            )
            return key

        monkeypatch.setattr(datakeys, "_made", last_one_wins)
        sealed = self.race(lambda words: datakeys.seal(words, owner=owner))

        datakeys._opened.clear()
        readable = [one for one in sealed if self.opens(one)]
        assert len(readable) == 1

    def opens(self, sealed: bytes) -> bool:
        try:
            return bool(datakeys.unseal(sealed))
        except secrets.CannotDecrypt:
            return False
