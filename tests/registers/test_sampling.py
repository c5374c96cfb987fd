"""A register that comes with a sample town."""

from typing import Any
from uuid import UUID

import pytest

from tests.cast import make_department, make_staff, make_town
from yakuba.registers import operations
from yakuba.registers.models import Register, Row
from yakuba.registers.operations.sampling import make_sample

pytestmark = pytest.mark.django_db

ID = "5d0b7c1e-2f64-4a1b-9a3d-6e1c000000ff"


def load(*rows: dict[str, str]) -> bool:
    department = make_department("福祉課")
    plans: list[dict[str, Any]] = [
        {"key": "name", "label": "氏名", "kind": "name", "is_required": True},
        {"key": "born", "label": "生年月日", "kind": "day"},
    ]
    return make_sample(
        public_id=ID,
        department=department,
        name="見本の名簿",
        purpose="",
        plans=plans,
        rows=rows,
        staff=make_staff(department=department),
    )


def test_loading_again_leaves_what_people_changed_since() -> None:
    make_town()
    assert load({"name": "見本 花子"}, {"name": "見本 太郎"})
    operations.remove_row(Row.objects.live()[0], staff=None)

    assert not load({"name": "見本 花子"}, {"name": "見本 太郎"})

    assert Register.objects.get().public_id == UUID(ID)
    assert Row.objects.live().count() == 1


def test_a_row_that_cannot_be_read_is_named_and_nothing_is_made() -> None:
    make_town()

    with pytest.raises(ValueError, match=r"^2行目："):
        load({"name": "見本 花子"}, {"name": "見本 太郎", "born": "きのう"})

    assert not Register.objects.exists()
