"""Menus travel as files, and the sample town's are good ones."""

from pathlib import Path

import pytest

from tests.cast import make_town
from tests.richmenus.cast import document
from yakuba.config import cli, town_files
from yakuba.richmenus import definition, queries
from yakuba.richmenus.models import MenuRule, RichMenu
from yakuba.townhall.models import Department

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "kamiichi"


@pytest.mark.django_db
def test_the_sample_town_has_four_menus_that_nothing_is_wrong_with() -> None:
    make_town()

    list(town_files.load(SAMPLES))
    again = [line for line in town_files.load(SAMPLES) if line.startswith("メニュー")]

    menus = RichMenu.objects.order_by("key")
    assert [menu.key for menu in menus] == ["bosai", "chogai", "kurashi", "oyako"]
    for menu in menus:
        assert queries.findings(menu, definition.read(menu.draft.document)) == []
    assert all("変わりありません" in line for line in again)
    assert sorted(rule.kind for rule in MenuRule.objects.all()) == [
        "condition",
        "condition",
        "default",
    ]


@pytest.mark.django_db
def test_a_menu_goes_out_as_a_file_and_comes_in_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_town()
    list(town_files.load(SAMPLES))
    file = tmp_path / "bosai2.yaml"

    assert cli.main(["menus", "export", "bosai", str(file)]) == 0
    assert cli.main(["menus", "import", str(file)]) == 0

    copy = RichMenu.objects.get(key="bosai2")
    assert copy.draft.document == RichMenu.objects.get(key="bosai").draft.document
    assert copy.state == RichMenu.State.DRAFT
    assert "下書きにしました" in capsys.readouterr().out
    assert cli.main(["menus", "import", str(file)]) == 0
    assert "変わりません" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_file_that_is_no_menu_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_town()
    Department.objects.create(code="kikaku", name="企画課")
    broken = tmp_path / "x.yaml"

    for words, said in [
        ("menu: [", "1行目の8文字目"),
        ("name: なし", "「menu:」がありません"),
        ("menu: {schema: 2}", "「schema: 1」"),
        ("menu: {schema: 1, tabs: []}", "1行目の19文字目（tabs）"),
        ("menu: {schema: 1, tabs: [], tabz: 1}", "つづりを確かめてください"),
    ]:
        broken.write_text(words)
        assert cli.main(["menus", "import", str(broken), "--department", "kikaku"]) == 1
        assert said in capsys.readouterr().err


def test_a_document_comes_back_as_it_was() -> None:
    read = definition.read(document())

    again = definition.read(definition.document_of(read))

    assert again == read
    assert definition.from_yaml(definition.to_yaml({"menu": definition.document_of(read)}))[
        "menu"
    ] == (definition.document_of(read))
