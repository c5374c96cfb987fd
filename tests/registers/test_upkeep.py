"""What may not be kept is erased, and what is hashed is found under the next key."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.test import Client

from tests.registers import importing
from tests.registers.importing import HEADER, clerk_of, csv_of, take_in
from tests.registers.making import HANAKO, TARO, make_register
from yakuba.files.models import StoredFile
from yakuba.kit import clock
from yakuba.registers import operations, queries
from yakuba.registers.models import Import, Register, Row, RowHash

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Path) -> None:
    importing.storage(settings, tmp_path)


def names(register: Register, words: str) -> list[object]:
    found = queries.rows_with(register, queries.specs_of(register), words)
    return [row.values["name"] for row in found]


@pytest.mark.parametrize(
    "words", ["上市", "上市 花子", "上市　花子", "はなこ", "ｶﾐｲﾁ", "123", "076-472-1111"]
)
def test_a_row_is_found_by_whole_words_however_they_are_written(words: str) -> None:
    register = make_register(rows=[HANAKO, TARO])

    assert names(register, words) == ["上市 花子"]


def test_a_register_whose_retention_is_over_loses_every_row_and_file() -> None:
    register = make_register(rows=[HANAKO], kept_until=clock.today())
    take_in(register, csv_of([HEADER]) + b"\r\n9,x,,,,,,\r\n")
    operations.erase_due()
    assert Row.objects.exists()

    with clock.stopped_at(clock.now() + timedelta(days=1)):
        operations.erase_due()

    register.refresh_from_db()
    assert register.erased_at is not None
    assert not Row.objects.exists()
    assert not RowHash.objects.exists()
    assert not StoredFile.objects.exists()
    with pytest.raises(operations.Erased):
        operations.add_row(register, {}, staff=None)


def test_past_states_go_after_a_month_and_the_edition_can_no_longer_be_taken_back() -> None:
    register = make_register(rows=[HANAKO, TARO])
    clerk = clerk_of(register)
    operations.remove_row(Row.objects.live().order_by("pk")[0], staff=clerk)

    with clock.stopped_at(clock.now() + timedelta(days=31)):
        operations.erase_due()

    assert Row.objects.count() == 1
    register.refresh_from_db()
    assert register.current_id is not None
    with pytest.raises(operations.HistoryGone):
        operations.undo(register, edition_id=register.current_id, staff=clerk)


def test_a_file_that_nobody_came_back_to_is_forgotten_after_a_week() -> None:
    run = take_in(make_register(), csv_of([HEADER, importing.HANAKO]))

    with clock.stopped_at(clock.now() + timedelta(days=8)):
        operations.erase_due()

    run.refresh_from_db()
    assert (run.state, run.head) == (Import.State.DROPPED, [])
    assert not StoredFile.objects.exists()


def test_after_rotating_the_old_key_can_go(settings: Any) -> None:
    register = make_register(rows=[HANAKO, TARO])
    old = list(settings.DATA_KEYS)
    settings.DATA_KEYS = [Fernet.generate_key().decode(), *old]
    assert names(register, "花子") == ["上市 花子"]  # while both are there

    after = None
    while (after := operations.rewrite_hashes(after)) is not None:
        pass

    settings.DATA_KEYS = settings.DATA_KEYS[:1]
    assert names(register, "花子") == ["上市 花子"]


def test_a_removed_column_leaves_no_value_behind() -> None:
    register = make_register(rows=[HANAKO])
    operations.remove_column(register.columns.get(key="phone"), staff=clerk_of(register))

    operations.rework(register_id=register.pk)

    row = Row.objects.live().get()
    assert "phone" not in row.values
    assert row.values["name"] == "上市 花子"


def test_a_mark_of_protection_given_later_protects_the_rows_that_are_there() -> None:
    register = make_register(rows=[{**HANAKO, "hidden": "○"}])
    Row.objects.update(is_protected=False)

    operations.rework(register_id=register.pk)

    assert Row.objects.live().get().is_protected


def test_a_search_is_not_offered_to_those_who_may_not_see_personal_data() -> None:
    from tests.cast import make_staff

    register = make_register(rows=[HANAKO, TARO])
    reader = make_staff("閲覧 のみ", department=register.scope.department, role="reader")
    client = Client()
    client.force_login(reader)

    page = client.get(f"/console/registers/{register.public_id}/?q=上市").content.decode()

    assert "2行" in page
    assert "上市 花子" not in page
