"""A file into a register: read, checked, taken over, taken back."""

from pathlib import Path
from typing import Any

import pytest

from tests.registers import importing
from tests.registers.importing import (
    HANAKO,
    HEADER,
    JIRO,
    TARO,
    bring,
    check,
    clerk_of,
    commit,
    csv_of,
    excel_of,
    said,
    take_in,
)
from tests.registers.making import make_register
from yakuba.console.models import Progress
from yakuba.files.models import StoredFile
from yakuba.kit.errors import Refusal
from yakuba.kit.numbers import is_my_number
from yakuba.registers import operations
from yakuba.registers.models import Import, Register, Row, StagedRow

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Path) -> None:
    importing.storage(settings, tmp_path)


@pytest.fixture
def register() -> Register:
    return make_register()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_file_is_read_in_whatever_letters_it_comes(
    register: Register, encoding: str, delimiter: str
) -> None:
    content = csv_of([HEADER, HANAKO, TARO, JIRO], encoding, delimiter)

    run = commit(check(take_in(register, content)))

    assert run.state == Import.State.DONE, run.trouble
    assert said(register) == ["阿部 次郎", "上市 花子", "剱 太郎"]
    assert said(register, "born") == ["1930-12-31", "1941-05-03", "1937-01-09"]
    assert said(register, "amount") == [10000, 5000, 10000]
    assert said(register, "kana")[1] == "カミイチ ハナコ"


def test_an_excel_file_is_read_with_numbers_and_dates_as_excel_has_them(register: Register) -> None:
    rows: list[list[Any]] = [["敬老祝い金対象者名簿"], [], HEADER, [123, "上市 花子", "カミイチ ハナコ", 15099, "上市町法音寺1", 764721111, 5000.0, ""]]  # fmt: skip

    run = commit(check(take_in(register, excel_of(rows), "対象者.xlsx")))

    row = Row.objects.live().get()
    assert row.values == {
        "number": "00000123",
        "name": "上市 花子",
        "kana": "カミイチ ハナコ",
        "born": "1941-05-03",
        "address": "上市町法音寺1",
        "phone": "076-472-1111",
        "amount": 5000,
    }
    assert run.reading["header"] == 3


def test_the_check_says_what_would_change_and_changes_nothing(register: Register) -> None:
    bring(register, HANAKO, TARO)

    run = check(take_in(register, csv_of([HEADER, [*HANAKO[:6], "7000", ""], JIRO])))

    assert {name: run.found[name] for name in ("added", "changed", "removed", "same")} == {
        "added": 1,
        "changed": 1,
        "removed": 1,
        "same": 0,
    }
    assert run.found["fields"] == {"支給額": 1}
    assert run.found["protected"] == 1
    assert said(register, "amount") == [5000, 10000]


def test_a_replacement_ends_who_is_gone_and_leaves_alone_who_is_the_same(
    register: Register,
) -> None:
    bring(register, HANAKO, TARO)
    hanako = Row.objects.live().get(pk=_row(register, "上市 花子"))

    run = bring(register, HANAKO, JIRO)

    assert said(register) == ["阿部 次郎", "上市 花子"]
    assert _row(register, "上市 花子") == hanako.pk
    assert run.edition is not None
    assert run.edition.counts == {"added": 1, "changed": 0, "removed": 1, "same": 1, "rows": 2}


def test_an_update_keeps_who_is_not_in_the_file_and_what_the_file_does_not_have(
    register: Register,
) -> None:
    bring(register, HANAKO, TARO)
    content = csv_of([["宛名番号", "氏名", "支給額"], ["123", "上市 花子", "7000"]])

    commit(check(take_in(register, content), mode="upsert"))

    assert said(register) == ["上市 花子", "剱 太郎"]
    assert said(register, "amount") == [7000, 10000]
    assert said(register, "kana")[0] == "カミイチ ハナコ"


def test_an_addition_refuses_who_is_there_already(register: Register) -> None:
    bring(register, HANAKO)

    run = check(take_in(register, csv_of([HEADER, HANAKO, TARO])), mode="append")

    assert run.problems == [[2, "宛名番号", "同じ行が、すでに台帳にあります。"]]
    commit(run)  # the line that cannot be added is left out
    assert said(register) == ["上市 花子", "剱 太郎"]


def test_an_edition_made_of_a_file_is_taken_back_whole(register: Register) -> None:
    bring(register, HANAKO, TARO)
    before = [(row.lineage, row.values) for row in Row.objects.live().order_by("place")]
    run = bring(register, [*HANAKO[:6], "7000", ""], JIRO)
    assert run.edition is not None

    operations.undo(register, edition_id=run.edition.pk, staff=clerk_of(register))

    after = [(row.lineage, row.values) for row in Row.objects.live().order_by("place")]
    assert after == before


def test_lines_that_cannot_be_read_are_said_by_line_and_column(register: Register) -> None:
    rows = [
        HEADER,
        ["", "名無し", "", "", "", "", "", ""],
        ["9", "剱 太郎", "剱", "4月1日", "", "9.01E+10", "千円くらい", "たぶん"],
        ["123456789", "番号 長い", "", "昭和65年1月1日", "", "472-1111", "", ""],
        ["10", "同じ 人", "", "", "", "", "", ""],
        ["00000010", "同じ 人", "", "", "", "", "", ""],
    ]

    run = check(take_in(register, csv_of(rows)))

    said_of = {(line, label): sentence for line, label, sentence in run.problems}
    assert said_of[2, "宛名番号"] == "空欄です。この列は空欄にできません。"
    assert "ふりがな" in said_of[3, "ふりがな"]
    assert "年がありません" in said_of[3, "生年月日"]
    assert "Excelがけたを省いた" in said_of[3, "電話番号"]
    assert (3, "支給額") in said_of
    assert (3, "支援措置") in said_of
    assert "8けた" in said_of[4, "宛名番号"]
    assert "昭和" in said_of[4, "生年月日"]
    assert "市外局番" in said_of[4, "電話番号"]
    assert "5行目と同じ" in said_of[6, "宛名番号"]
    assert run.found["faulty"] == 4
    with pytest.raises(operations.Faulty):
        operations.ask_commit(run, staff=run.staff)


def test_what_was_guessed_is_counted_for_the_clerk(register: Register) -> None:
    rows = [
        HEADER,
        ["123", "上市 花\ue000", "", "15099", "上市町法音寺1", "90-1234-5678", "", ""],
        ["124", "上市 太郎", "", "15100", "〃", "9012345678", "", ""],
    ]
    rows[1][5] = "764721111"

    run = commit(check(take_in(register, csv_of(rows))))

    assert run.found["notes"] == {
        "宛名番号": {"zeros": 2},
        "氏名": {"own_letters": 1},
        "生年月日": {"serial": 2},
        "住所": {"ditto": 1},
        "電話番号": {"zeros": 2},
    }
    assert said(register, "address") == ["上市町法音寺1", "上市町法音寺1"]
    assert "上市 花\ue000" in said(register)  # kept as it is, and shown as 〓


def test_a_column_of_my_numbers_is_refused_before_anything_is_kept(register: Register) -> None:
    numbers = ["123456789018", "023456789013", "111111111118"]
    assert all(map(is_my_number, numbers))
    rows = [["宛名番号", "氏名", "番号"], *[[str(n), "上市", one] for n, one in enumerate(numbers)]]

    with pytest.raises(operations.MyNumberInside, match="「番号」"):
        take_in(register, csv_of(rows))

    assert not StoredFile.objects.exists()
    assert not Import.objects.exists()


def test_a_file_checked_against_another_edition_is_not_taken_over(register: Register) -> None:
    run = check(take_in(register, csv_of([HEADER, HANAKO])))
    bring(register, TARO)

    commit(run)

    assert run.state == Import.State.FAILED
    assert "変わりました" in run.trouble
    assert said(register) == ["剱 太郎"]
    assert commit(check(run)).state == Import.State.DONE


def test_taking_over_twice_is_once(register: Register) -> None:
    run = bring(register, HANAKO)

    operations.commit_import(import_id=str(run.pk))

    register.refresh_from_db()
    assert register.current is not None
    assert register.current.number == 1
    assert said(register) == ["上市 花子"]


def test_nothing_of_the_file_is_left_once_it_is_taken_over(register: Register) -> None:
    run = bring(register, HANAKO)

    assert not StoredFile.objects.exists()
    assert not StagedRow.objects.exists()
    assert run.head == []


def test_whoever_started_it_sees_how_far_it_is(register: Register) -> None:
    run = bring(register, HANAKO, TARO)

    assert run.progress_id is not None
    done = Progress.objects.get(pk=run.progress_id)
    assert done.state == Progress.State.DONE
    assert done.sentence == "第1版にしました（2行）。"
    assert done.staff_id == run.staff_id


def test_the_mapping_is_remembered_for_the_next_file(register: Register) -> None:
    rows = [["整理番号", "お年寄りの名前"], ["1", "上市 花子"]]
    run = take_in(register, csv_of(rows))
    assert run.mapping == {"0": "", "1": ""}
    run.mapping = {"0": "number", "1": "name"}
    run.save()
    commit(check(run))

    again = take_in(register, csv_of(rows))

    assert again.mapping == {"0": "number", "1": "name"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "何も書かれていません"),
        (b"\r\n,,\r\n", "何も書かれていません"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "Webページ"),
        (b"PK\x03\x04 broken", "Excelのファイルとして開けません"),
        (b"\x81\xff\xfe\x00\x91", "文字コード"),
        ('番号,氏名\n1,"上市'.encode() + b"x" * 140_000, "引用符"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(
    register: Register, content: bytes, words: str
) -> None:
    with pytest.raises(Refusal, match=words):
        take_in(register, content)


def _row(register: Register, name: str) -> int:
    return next(
        row.pk for row in Row.objects.filter(register=register).live() if row.values["name"] == name
    )
