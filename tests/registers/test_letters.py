"""Letters with codes: made once, handed over once, worth nothing without the letter."""

import csv
import io
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from tests.cast import make_staff
from tests.procedures.at_desk import sit_down
from tests.registers import importing
from tests.registers.importing import clerk_of
from tests.registers.looking import begin, make_gift, say_person
from tests.registers.making import HANAKO, TARO, add_row, make_register
from yakuba.audit.models import Entry
from yakuba.files.models import StoredFile
from yakuba.kit import clock, wareki
from yakuba.kit.envelopes import AddressTooLong, Letters
from yakuba.procedures.operations import Turn
from yakuba.procedures.rules import says
from yakuba.registers import operations
from yakuba.registers.models import LetterBatch, LetterCode, Register, Row
from yakuba.registers.queries import Wish
from yakuba.registers.rules import letter_codes
from yakuba.townhall.models import Membership, StaffMember

pytestmark = pytest.mark.django_db

HIDDEN = {**TARO, "number": "3", "name": "秘密 花子", "kana": "ヒミツ ハナコ", "address": "上市町若杉9", "hidden": "はい"}  # fmt: skip


@pytest.fixture(autouse=True)
def _storage(settings: Any, tmp_path: Path) -> None:
    importing.storage(settings, tmp_path)


@pytest.fixture
def register() -> Register:
    return make_register(rows=[HANAKO, {**TARO, "address": "上市町稗田2"}, HIDDEN])


def wish(**said: Any) -> Wish:
    return Wish(**{"format": "csv", "title": "確認コードのお知らせ", "words": "敬老祝い金の申請に使います。", "expires_on": clock.today() + timedelta(days=60), **said})  # fmt: skip


def make(register: Register, staff: StaffMember | None = None, **said: Any) -> LetterBatch:
    """Have letters made, as the worker would."""
    batch = operations.ask_letters(register, wish(**said), staff=staff or clerk_of(register))
    operations.make_letters(batch_id=str(batch.pk))
    batch.refresh_from_db()
    assert batch.state == "ready", batch.trouble
    return batch


def taken(batch: LetterBatch, staff: StaffMember | None = None) -> bytes:
    return operations.take_letters(batch, staff=staff or clerk_of(batch.register))[1]


def lines(content: bytes, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding))))


def code_of(register: Register, name: str = "上市 花子") -> str:
    return next(one["確認コード"] for one in lines(taken(make(register))) if one["氏名"] == name)


@pytest.mark.parametrize(("format", "encoding"), [("csv", "utf-8-sig"), ("cp932", "cp932")])
def test_a_mail_merge_file_has_a_code_for_everybody_but_the_protected(
    register: Register, format: str, encoding: str
) -> None:
    batch = make(register, format=format)

    found = lines(taken(batch), encoding)

    assert [(one["宛名番号"], one["氏名"], one["住所"]) for one in found] == [
        ("00000123", "上市 花子", "上市町法音寺1"),
        ("00000124", "剱 太郎", "上市町稗田2"),
    ]
    assert all(letter_codes.is_one(one["確認コード"]) for one in found)
    assert found[0]["有効期限"] == wareki.full(batch.expires_on)
    assert batch.counts == {"letters": 2, "replaced": 0, "protected": 1, "homeless": 0}


def test_a_pdf_has_a_sheet_for_each_with_the_address_and_the_code(register: Register) -> None:
    add_row(register, {**TARO, "number": "9", "name": "住所 無し"})

    batch = make(register, format="pdf")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(taken(batch))).pages]

    assert len(pages) == 2
    assert "上市 花子 様" in pages[0]
    assert "上市町法音寺1" in pages[0]
    assert "敬老祝い金の申請に使います。" in pages[0]
    assert "1 / " not in pages[0]
    assert not any("秘密" in page or "住所 無し" in page for page in pages)
    assert batch.counts["homeless"] == 1


def test_the_file_is_handed_over_once_and_nothing_of_it_stays(register: Register) -> None:
    batch = make(register)
    content = taken(batch).decode("utf-8-sig")

    batch.refresh_from_db()
    with pytest.raises(operations.HandedOver):
        taken(batch)

    assert batch.state == "taken"
    assert not StoredFile.objects.exists()
    code = lines(content.encode("utf-8-sig"))[0]["確認コード"]
    stored = str([(bytes(one.hash), one.lineage) for one in LetterCode.objects.all()])
    assert letter_codes.form(code) not in stored
    trail = [entry.sentence for entry in Entry.objects.filter(action="exported").order_by("pk")]
    assert trail == [
        "台帳「敬老祝い金対象者」の確認コードのお手紙を2通作りました。",
        "台帳「敬老祝い金対象者」のお手紙2通のファイルを受け取りました。",
    ]


def test_whoever_has_the_letter_gets_on_and_whoever_guesses_does_not(register: Register) -> None:
    procedure = make_gift(register, code=True)
    code = code_of(register)

    wrong = say_person(begin(procedure), code=letter_codes.make())
    right = say_person(begin(procedure), code=code.lower().replace("-", " "))

    assert not _goes_on(wrong)
    assert _goes_on(right)


def test_a_new_letter_ends_the_code_of_the_one_before(register: Register) -> None:
    procedure = make_gift(register, code=True)
    first = code_of(register)
    second = code_of(register)

    assert not _goes_on(say_person(begin(procedure), code=first))
    assert _goes_on(say_person(begin(procedure), code=second))
    assert LetterCode.objects.count() == 2


def test_a_revoked_batch_leaves_codes_that_nobody_can_use(register: Register) -> None:
    procedure = make_gift(register, code=True)
    batch = make(register)
    code = lines(taken(batch))[0]["確認コード"]
    batch.refresh_from_db()

    assert operations.revoke_letters(batch, staff=clerk_of(register)) == 2

    assert not _goes_on(say_person(begin(procedure), code=code))
    assert operations.revoke_letters(batch, staff=clerk_of(register)) == 0


def test_a_code_is_taken_until_the_last_day_and_then_forgotten(register: Register) -> None:
    procedure = make_gift(register, code=True)
    code = code_of(register)
    LetterCode.objects.update(expires_on=clock.today())
    assert _goes_on(say_person(begin(procedure), code=code))

    LetterCode.objects.update(expires_on=clock.today() - timedelta(days=1))

    assert not _goes_on(say_person(begin(procedure), code=code))
    operations.sweep_letters()
    assert not LetterCode.objects.exists()


def test_only_those_without_a_code_get_one_later(register: Register) -> None:
    taken(make(register))
    add_row(register, {**TARO, "number": "9", "name": "新井 三郎", "address": "上市町広野1"})

    found = lines(taken(make(register, only_new=True)))

    assert [one["氏名"] for one in found] == ["新井 三郎"]
    with pytest.raises(operations.NobodyToPost):
        operations.ask_letters(register, wish(only_new=True), staff=clerk_of(register))


def test_chosen_rows_get_one_and_no_protected_one_among_them(register: Register) -> None:
    rows = [row.lineage for row in Row.objects.live() if row.values["name"] != "剱 太郎"]

    found = lines(taken(make(register, lineages=tuple(rows))))

    assert [one["氏名"] for one in found] == ["上市 花子"]


def test_protected_persons_have_a_file_of_their_own_without_codes(register: Register) -> None:
    found = lines(taken(make(register, for_protected=True)))

    assert [(one["氏名"], one["住所"], one["確認コード"]) for one in found] == [
        ("秘密 花子", "上市町若杉9", "")
    ]
    assert not LetterCode.objects.exists()
    entry = Entry.objects.filter(action="exported").earliest("pk")
    assert "支援措置の方へのお手紙" in entry.sentence


def test_whoever_may_not_take_it_out_makes_no_letters(register: Register) -> None:
    reader = make_staff(department=register.scope.department, role=Membership.Role.READER)

    with pytest.raises(operations.MayNotPost):
        operations.ask_letters(register, wish(), staff=reader)
    with pytest.raises(operations.MayNotPost):
        operations.take_letters(make(register), staff=reader)


@pytest.mark.parametrize("days", [0, -1, 181])
def test_the_last_day_is_soon_and_not_over(register: Register, days: int) -> None:
    with pytest.raises(operations.BadTerm):
        operations.ask_letters(register, wish(expires_on=clock.today() + timedelta(days=days)), staff=clerk_of(register))  # fmt: skip


def test_a_file_nobody_came_for_takes_its_codes_with_it(register: Register) -> None:
    batch = make(register)
    LetterBatch.objects.update(made_at=clock.now() - timedelta(days=4))

    operations.sweep_letters()

    batch.refresh_from_db()
    assert batch.state == "revoked"
    assert not LetterCode.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_job_that_runs_again_makes_nothing_new(register: Register) -> None:
    batch = make(register)
    before = [bytes(one.hash) for one in LetterCode.objects.order_by("pk")]

    operations.make_letters(batch_id=str(batch.pk))

    assert [bytes(one.hash) for one in LetterCode.objects.order_by("pk")] == before


def test_an_erased_register_has_no_codes_and_no_letters(register: Register) -> None:
    make(register)

    operations.erase(register)

    assert not LetterCode.objects.exists()
    assert not LetterBatch.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_clerk_counts_makes_receives_and_revokes_on_the_pages(register: Register) -> None:
    clerk = clerk_of(register)
    client = sit_down(clerk)
    where = f"/console/registers/{register.public_id}/letters/"
    said = {"who": "all", "format": "csv", "title": "お知らせ", "words": "文", "expires_on": wareki.full(clock.today() + timedelta(days=30))}  # fmt: skip

    counted = client.post(f"{where}new/", {**said, "do": "count"}).content.decode()
    assert "2人分のお手紙を作りますか" in counted
    assert "支援措置の1人は入れません" in counted
    assert not LetterBatch.objects.exists()
    client.post(f"{where}new/", {**said, "do": "make"})
    batch = LetterBatch.objects.get()
    operations.make_letters(batch_id=str(batch.pk))
    assert "受け取る（1回だけ）" in client.get(where).content.decode()
    answer = client.post(f"{where}{batch.pk}/file/")
    assert len(lines(answer.content)) == 2
    assert "受け取りずみ" in client.get(where).content.decode()
    assert "確認コード2件" in client.get(f"{where}{batch.pk}/revoke/").content.decode()
    client.post(f"{where}{batch.pk}/revoke/")
    assert not LetterCode.objects.exists()


def test_a_long_address_is_written_smaller_and_one_that_never_fits_is_refused() -> None:
    paper = Letters("お知らせ", made_at=clock.now())
    long = "富山県中新川郡上市町横法音寺一丁目二番三号　上市ハイツ四〇五号室　大字法音寺の上" * 2

    paper.begin(to=["〒930-0361", long, "上市 花子 様"], sender=["上市町"])
    with pytest.raises(AddressTooLong):
        paper.begin(to=["〒930-0361", long * 6, "上市 花子 様"], sender=["上市町"])

    assert len(PdfReader(io.BytesIO(paper.bytes())).pages) == 1


def _goes_on(turn: Turn) -> bool:
    """Whether nothing was refused."""
    return not any(isinstance(one, says.Problem) for one in turn.say)
