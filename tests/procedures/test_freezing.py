"""What is signed: one spelling, one PDF, one digest; it stands as long as nothing of it is changed."""

import hashlib
import io
import json

import pypdf
import pytest
from django.db import IntegrityError, transaction

from tests.cast import make_resident
from tests.procedures.making import make_question, make_section
from tests.procedures.on_page import make_open_procedure
from yakuba.files.models import StoredFile
from yakuba.files.queries import read
from yakuba.kit.errors import Refusal
from yakuba.procedures import operations, queries
from yakuba.procedures.models import Frozen, Run
from yakuba.procedures.operations import freezing
from yakuba.procedures.rules import inputs
from yakuba.procedures.rules.freezing import canonical_text, digest_of
from yakuba.residents import operations as residents
from yakuba.residents.models import Resident

pytestmark = pytest.mark.django_db


def answered(*, name: str = "山田花子") -> Run:
    procedure = make_open_procedure(
        make_section(
            "main",
            make_question("who"),
            make_question("copies", "number"),
            make_question("remark", required=False),
        ),
        slug="copies",
        kind="survey",
    )
    run = operations.begin(procedure=procedure, resident=make_resident()).run
    operations.take(run, given=inputs.Page("main", {"who": name, "copies": "2", "remark": ""}))
    return run


def change(run: Run, question: str, text: str) -> None:
    operations.take(run, given=inputs.Page("main", {question: text}))


class TestTheSpelling:
    def test_equal_things_are_equal_bytes_whatever_order_they_came_in(self) -> None:
        one = canonical_text({"b": [1, 2.0], "a": "€", "n": None})

        assert one == canonical_text({"n": None, "a": "€", "b": [1, 2.0]})
        assert one == '{"a":"€","b":[1,2],"n":null}'  # RFC 8785, 3.2.2.3: 2.0 is written 2

    def test_a_number_that_javascript_would_lose_is_text(self) -> None:
        assert canonical_text({"n": 2**53}) == '{"n":"9007199254740992"}'

    def test_the_digest_is_of_both(self) -> None:
        pdf = hashlib.sha256(b"pdf").digest()
        c = hashlib.sha256(b"{}").hexdigest()
        both = f'{{"c":"{c}","pdf":"{pdf.hex()}"}}'

        assert digest_of("{}", pdf) == hashlib.sha256(both.encode()).digest()


class TestFreeze:
    def test_holds_the_answers_the_version_and_a_paper_to_read(self) -> None:
        run = answered()

        frozen = operations.freeze(run)

        kept = json.loads(frozen.canonical)
        assert run.version is not None
        assert kept["answers"] == {"who": "山田花子", "copies": 2}
        assert kept["version"] == run.version.sha256
        assert (kept["corrects"], kept["items"], kept["files"]) == (None, {}, {})
        pdf = read(frozen.paper)
        assert bytes(frozen.digest) == digest_of(frozen.canonical, hashlib.sha256(pdf).digest())
        assert "山田花子" in pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()

    def test_twice_is_the_same_as_once(self) -> None:
        run = answered()

        assert operations.freeze(run) == operations.freeze(run)
        assert Frozen.objects.count() == StoredFile.objects.count() == 1

    def test_a_changed_answer_stands_no_more_and_the_old_answer_does_again(self) -> None:
        run = answered()
        frozen = operations.freeze(run)
        assert queries.standing_frozen(run) == frozen

        change(run, "copies", "3")
        run.refresh_from_db()
        assert queries.standing_frozen(run) is None

        change(run, "copies", "2")
        run.refresh_from_db()
        assert queries.standing_frozen(run) == frozen

    def test_what_is_left_out_may_change(self) -> None:
        run = answered()
        frozen = operations.freeze(run, but=("remark",))

        change(run, "remark", "急ぎません")
        run.refresh_from_db()

        assert queries.standing_frozen(run) == frozen

    def test_the_newest_takes_the_place_of_the_one_before(self) -> None:
        run = answered()
        first = operations.freeze(run)
        change(run, "copies", "3")

        second = operations.freeze(run)

        first.refresh_from_db()
        assert first.dropped_at is not None
        assert queries.standing_frozen(run) == second

    def test_an_answer_changed_in_between_is_said_and_leaves_nothing_behind(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run = answered()
        paper = freezing._paper

        def slow(*args: object) -> object:
            change(run, "copies", "9")
            return paper(*args)  # type: ignore[arg-type]

        monkeypatch.setattr(freezing, "_paper", slow)

        with pytest.raises(freezing.ChangedWhileFreezing):
            operations.freeze(run)

        assert not Frozen.objects.exists()

    def test_what_is_over_is_not_frozen(self) -> None:
        run = answered()
        operations.take(run, given=inputs.Submit())

        with pytest.raises(Refusal):
            operations.freeze(run)

    def test_nobody_changes_it(self) -> None:
        frozen = operations.freeze(answered())

        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            Frozen.objects.filter(pk=frozen.pk).update(digest=b"0" * 32)
        with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
            Frozen.objects.filter(pk=frozen.pk).update(but=["who"])


class TestErasing:
    def test_giving_up_erases_it_with_its_paper(self) -> None:
        run = answered()
        operations.freeze(run)

        operations.take(run, given=inputs.Stop(sure=True))

        assert not Frozen.objects.exists()
        assert not StoredFile.objects.exists()

    def test_a_run_that_expires_takes_it_along(self) -> None:
        run = answered()
        operations.freeze(run)
        Run.objects.update(expires_on="2020-01-01")

        operations.expire()

        assert not Frozen.objects.exists()

    def test_it_stays_with_what_was_handed_in_and_goes_with_the_person(self) -> None:
        run = answered()
        operations.freeze(run)
        operations.take(run, given=inputs.Submit())
        assert Frozen.objects.count() == 1

        residents.forget(Resident.objects.get(), staff_id=None, actor="yakuba")

        assert not Frozen.objects.exists()
        assert not StoredFile.objects.exists()
