"""Letters over real SMTP: nothing lost, nothing twice as far as SMTP allows."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from simulators.mail.server import Running, running
from tests.mail.factories import make_letter
from yakuba.kit import clock
from yakuba.mail import operations, rules
from yakuba.mail.models import Letter, Part

pytestmark = pytest.mark.django_db
DONE = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def server(settings: object) -> Iterator[Running]:
    with running() as server:
        settings.SMTP_URL = server.smtp_url  # type: ignore[attr-defined]
        settings.MAIL_FROM = "上市町役場 <yakuba@town.example.jp>"  # type: ignore[attr-defined]
        yield server


def wait_over() -> None:
    """Let every wait and lease be over."""
    Letter.objects.update(next_at=DONE)


class TestPost:
    def test_goes_with_the_act_it_tells_of(self) -> None:
        with suppress(ZeroDivisionError), transaction.atomic():
            make_letter()
            raise ZeroDivisionError

        assert not Letter.objects.exists()

    def test_with_the_same_key_posts_once(self) -> None:
        first = make_letter(dedupe_key="submission:1")
        second = make_letter(dedupe_key="submission:1")

        assert first == second
        assert Part.objects.count() == 1

    def test_to_nobody_writes_nothing(self) -> None:
        assert operations.post(to=[], subject="件名", body="本文") is None

    def test_makes_one_line_of_the_subject(self) -> None:
        assert make_letter(subject="受付\r\nBcc: evil").subject == ("受付 Bcc: evil")

    def test_keeps_texts_encrypted(self) -> None:
        make_letter(body="受付番号 R8-000123")

        with connection.cursor() as cursor:
            cursor.execute("SELECT text FROM mail_part")
            (stored,) = cursor.fetchone()
        assert b"R8-000123" not in bytes(stored)

    @pytest.mark.parametrize(
        "words",
        [
            "電話 076-472-1111",
            "hanako@example.com さんから",
            "番号 1234 5678 9018",
            "０９０ 09012345678",
        ],
    )
    def test_refuses_personal_data_before_production(self, words: str, settings: object) -> None:
        settings.ENVIRONMENT = "trial"  # type: ignore[attr-defined]

        with pytest.raises(operations.LooksPersonal):
            make_letter(body=words)

    def test_takes_a_title_that_the_town_wrote_for_no_telephone_number(
        self, settings: object
    ) -> None:
        settings.ENVIRONMENT = "trial"  # type: ignore[attr-defined]
        title = "076-472-1111へのご意見"

        letter = operations.post(
            to=["a@town.example.jp"],
            subject=f"【{title}】届きました",
            body="受付番号 R8-000123",
            titles=[title],
        )

        assert letter is not None
        assert title in letter.subject

    @pytest.mark.parametrize("title", ["076-472-1111へのご意見", "0", "-", "472", "道路の通報"])
    def test_still_refuses_a_value_beside_the_title(self, title: str, settings: object) -> None:
        settings.ENVIRONMENT = "trial"  # type: ignore[attr-defined]

        with pytest.raises(operations.LooksPersonal):
            operations.post(
                to=["a@town.example.jp"],
                subject=f"【{title}】届きました",
                body="電話 090-1234-5678",
                titles=[title],
            )

    def test_does_not_take_receipt_numbers_and_links_for_personal_data(self) -> None:
        words = "受付番号 R8-000123（2026年11月23日 10:05）\nhttp://localhost/console/0764721111/"

        assert rules.looks_personal(words) == ""


class TestBatches:
    def test_make_one_letter_of_what_comes_in_together(self, server: Running) -> None:
        with clock.stopped_at(datetime(2026, 11, 23, 9, 0, tzinfo=clock.JAPAN)):
            for number in range(3):
                make_letter(body=f"R8-00000{number}", batch_key="department:3", batch_minutes=10)
            assert operations.send_waiting() == 0
        with clock.stopped_at(datetime(2026, 11, 23, 9, 10, tzinfo=clock.JAPAN)):
            assert operations.send_waiting() == 1

        (letter,) = server.letters
        assert letter.subject == "【道路の通報】1件届きました（ほか2件）"
        assert all(f"R8-00000{number}" in letter.text for number in range(3))

    def test_are_closed_once_a_sender_has_taken_them(self, server: Running) -> None:
        server.disturb("busy")
        first = make_letter(batch_key="department:3")
        operations.send_waiting()

        second = make_letter(batch_key="department:3")

        assert second != first

    def test_do_not_mix_addresses(self) -> None:
        make_letter(batch_key="k", to=["a@town.example.jp"])
        make_letter(batch_key="k", to=["b@town.example.jp"])

        assert Letter.objects.count() == 2


class TestSending:
    def test_hands_a_letter_in_once(self, server: Running) -> None:
        make_letter()

        operations.send_waiting()
        operations.send_waiting()

        (letter,) = server.letters
        assert letter.to == ["kensetsu@town.example.jp"]
        assert letter.sender == "yakuba@town.example.jp"
        assert letter.headers["Auto-Submitted"] == "auto-generated"
        assert Letter.objects.get().state == Letter.State.SENT

    def test_waits_longer_and_longer_while_the_server_is_busy(self, server: Running) -> None:
        server.disturb("busy", count=3)
        make_letter()

        waits = []
        for _attempt in range(3):
            operations.send_waiting()
            wait = Letter.objects.get().next_at - datetime.now(UTC)
            waits.append(round(wait / timedelta(minutes=1)))
            wait_over()
        operations.send_waiting()

        assert waits == [1, 2, 4]
        assert Letter.objects.get().state == Letter.State.SENT
        assert len(server.letters) == 1

    def test_asks_for_nothing_more_while_nobody_answers(self, settings: object) -> None:
        settings.SMTP_URL = "smtp://127.0.0.1:9"  # type: ignore[attr-defined]
        make_letter()
        make_letter(subject="もう1通")

        operations.send_waiting()

        assert sorted(Letter.objects.values_list("attempts", flat=True)) == [0, 1]
        assert "つながりません" in Letter.objects.get(attempts=1).trouble

    def test_gives_up_after_days_of_silence_and_says_so(self, settings: object) -> None:
        settings.SMTP_URL = "smtp://127.0.0.1:9"  # type: ignore[attr-defined]
        make_letter()
        Letter.objects.update(attempts=rules.GIVE_UP_AFTER - 1)

        operations.send_waiting()

        assert Letter.objects.get().state == Letter.State.FAILED

    def test_sends_again_only_to_those_who_were_told_to_wait(self, server: Running) -> None:
        server.disturb("busy", address="b@town.example.jp")
        make_letter(to=["a@town.example.jp", "b@town.example.jp"])

        operations.send_waiting()
        wait_over()
        operations.send_waiting()

        assert [letter.to for letter in server.letters] == [
            ["a@town.example.jp"],
            ["b@town.example.jp"],
        ]

    def test_fails_for_an_address_that_does_not_exist_and_goes_on_for_the_others(
        self, server: Running
    ) -> None:
        server.disturb("refuse", address="gone@town.example.jp")
        make_letter(to=["gone@town.example.jp", "a@town.example.jp"])

        operations.send_waiting()

        letter = Letter.objects.get()
        assert (letter.state, letter.refused) == (Letter.State.FAILED, ["gone@town.example.jp"])
        assert letter.trouble.startswith("550")
        assert [kept.to for kept in server.letters] == [["a@town.example.jp"]]

    def test_calls_every_attempt_by_the_same_name_when_the_outcome_is_unknown(
        self, server: Running
    ) -> None:
        server.disturb("drop_after")
        make_letter()

        operations.send_waiting()
        wait_over()
        operations.send_waiting()

        first, second = server.letters
        assert first.message_id == second.message_id != ""

    def test_is_taken_over_after_a_sender_was_killed(self, server: Running) -> None:
        make_letter()
        operations._lease()  # and then the process is gone

        assert operations.send_waiting() == 0
        wait_over()
        assert operations.send_waiting() == 1

    def test_keeps_letters_waiting_without_a_server(self) -> None:
        make_letter()

        assert operations.send_waiting() == 0
        assert Letter.objects.get().attempts == 0

    def test_forgets_a_link_once_it_is_sent(self, server: Running) -> None:
        make_letter(body="http://localhost/secret/", is_secret=True)

        operations.send_waiting()

        assert Part.objects.get().text == ""
        assert "secret" in server.letters[0].text


class TestSendingAgain:
    def test_tries_only_those_who_did_not_get_it(self, server: Running) -> None:
        server.disturb("refuse", address="b@town.example.jp")
        letter = make_letter(to=["a@town.example.jp", "b@town.example.jp"])
        operations.send_waiting()

        operations.send_again(letter)
        operations.send_waiting()

        assert [kept.to for kept in server.letters] == [
            ["a@town.example.jp"],
            ["b@town.example.jp"],
        ]
        assert Letter.objects.get().state == Letter.State.SENT

    def test_is_refused_for_what_was_sent(self, server: Running) -> None:
        letter = make_letter()
        operations.send_waiting()

        with pytest.raises(operations.NotFailed):
            operations.send_again(letter)


@pytest.mark.django_db(transaction=True)
def test_two_senders_never_hand_in_the_same_letter(server: Running) -> None:
    from threading import Thread

    for number in range(12):
        make_letter(subject=f"受付{number}")

    def send() -> None:
        try:
            operations.send_waiting()
        finally:
            connection.close()

    senders = [Thread(target=send) for _number in range(3)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert sorted(letter.subject for letter in server.letters) == sorted(
        f"受付{number}" for number in range(12)
    )


def test_no_transaction_is_open_while_the_server_is_asked() -> None:
    from yakuba.mail import wire

    with pytest.raises(RuntimeError, match="transaction"), transaction.atomic():
        wire.hand_in(to=["a@example.jp"], subject="件名", text="本文", message_id="x@y")
