"""`yakuba procedures export|import|diff`, as a person at the keyboard sees it."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from tests import cast
from yakuba.config.commands import procedures as commands
from yakuba.procedures.models import Draft, Procedure

pytestmark = pytest.mark.django_db


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    commands.add_to(parser.add_subparsers(required=True))
    chosen = parser.parse_args(["procedures", *words])
    return int(chosen.run(chosen))


def test_what_is_exported_comes_back_exactly_under_another_name(tmp_path: Path) -> None:
    procedure = cast.make_procedure()
    department = procedure.scope.department
    file = tmp_path / "copy.yaml"

    assert run("export", procedure.slug, str(file)) == 0
    assert run("import", str(file), "--department", department.code) == 0

    copied = Procedure.objects.get(slug="copy")
    assert copied.status == Procedure.Status.DRAFT
    assert (
        Draft.objects.get(procedure=copied).document
        == Draft.objects.get(procedure=procedure).document
    )


def test_the_difference_is_said_in_words_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    procedure = cast.make_procedure()
    file = tmp_path / f"{procedure.slug}.yaml"
    run("export", procedure.slug, str(file))
    assert run("diff", str(file)) == 0
    file.write_text(file.read_text().replace("好きですか。", "来ましたか。"))

    assert run("diff", str(file)) == 1

    assert "「好きですか。」から「来ましたか。」に変えました。" in capsys.readouterr().out
    assert Draft.objects.get(procedure=procedure).rev == 1


def test_importing_the_same_twice_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    procedure = cast.make_procedure()
    file = tmp_path / f"{procedure.slug}.yaml"
    run("export", procedure.slug, str(file))

    assert run("import", str(file)) == 0

    assert "変わりません。" in capsys.readouterr().out
    assert Draft.objects.get(procedure=procedure).rev == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("schema: 7\n", "schema: 7"),
        (
            "schema: 1\nkind: survey\ntitle: {ja: a}\n"
            "sections: [{id: s1, questions: [{id: q1, kind: teleport}]}]\n",
            "sections.0.questions.0.kind",
        ),
    ],
)
def test_a_file_of_unknown_shape_is_refused_with_place_and_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, reason: str
) -> None:
    file = tmp_path / "strange.yaml"
    file.write_text(text)

    assert run("import", str(file)) == 1

    assert reason in capsys.readouterr().err
    assert Procedure.objects.count() == 0


def test_a_new_procedure_needs_a_department(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    procedure = cast.make_procedure()
    file = tmp_path / "new.yaml"
    run("export", procedure.slug, str(file))

    assert run("import", str(file)) == 2

    assert "--department" in capsys.readouterr().err
