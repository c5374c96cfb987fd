"""A town as a folder of files: read, checked, and written through the operations of the packages.

The format is that of `samples/kamiichi`; loading twice is the same as once. What people changed in the
console since is kept where the files say nothing new of it.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.bookings import operations as bookings
from yakuba.bookings.models import Facility
from yakuba.broadcasts import operations as broadcasts
from yakuba.broadcasts.models import Series, Template
from yakuba.broadcasts.rules import recurring
from yakuba.kit import clock, postal, yaml_text
from yakuba.kit.errors import Refusal
from yakuba.locks import operations as locks
from yakuba.payments.operations.sampling import connect_sample
from yakuba.portal import operations as portal
from yakuba.procedures import definition
from yakuba.procedures import operations as procedures
from yakuba.procedures.models import Procedure
from yakuba.procedures.operations.publishing import HasProblems
from yakuba.registers.operations.sampling import make_sample
from yakuba.residents import operations as residents
from yakuba.richmenus import operations as richmenus
from yakuba.richmenus.models import RichMenu
from yakuba.segments import queries as segments
from yakuba.townhall.models import ClosedDay, Department, Membership, StaffMember, Town

_TOWN_COLUMNS = (
    "name",
    "kana",
    "prefecture",
    "code",
    "address",
    "phone",
    "hours",
    "website",
    "licences",
    "latitude",
    "longitude",
)
_DEPARTMENT_COLUMNS = ("name", "kana", "phone", "hours", "emails")


class NoSuchFolder(Refusal):
    sentence = _("フォルダー「{folder}」に town.yaml がありません。")


class BadFile(Refusal):
    sentence = _("{file} を読み取れません。{why}")


def load(folder: Path) -> Iterator[str]:
    """Load the files of `folder` and say, line by line, what was done.

    Raises:
        NoSuchFolder, BadFile: with the file's name and what is wrong in it.
    """
    if not (folder / "town.yaml").exists():
        raise NoSuchFolder(folder=folder)
    whole = _read(folder / "town.yaml")
    with transaction.atomic():
        yield _town(whole)
        yield _departments(_read(folder / "departments.yaml"))
        yield _staff(_read(folder / "staff.yaml"))
        yield _attributes(_read(folder / "attributes.yaml"))
        keeper = whole.get("register_of_residents")
        if keeper:
            residents.entrust(department=Department.objects.get(code=keeper), staff=None)
        if (folder / "postal_codes.csv").exists():
            yield _postal_codes(folder / "postal_codes.csv")
    if (folder / "connections.yaml").exists():
        yield _connections(folder / "connections.yaml")
    if (folder / "deliveries.yaml").exists():
        yield _deliveries(_read(folder / "deliveries.yaml"))
    for path in sorted((folder / "registers").glob("*.yaml")):
        yield _register(path)
    for path in sorted((folder / "facilities").glob("*.yaml")):
        yield _facility(path)
    paths = sorted((folder / "procedures").glob("*.yaml"))
    # All are there before the first is published: one may lead on to another.
    made = [_procedure(path) for path in paths]
    yield from map(_publish, made)
    if (folder / "doors.yaml").exists():
        yield _doors(folder / "doors.yaml")
    for path in sorted((folder / "menus").glob("*.yaml")):
        yield _menu(path)


def _read(path: Path) -> Any:
    return _written(path).value if path.exists() else []


def _written(path: Path) -> yaml_text.Written:
    try:
        return yaml_text.load(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise BadFile(file=path.name, why="文字コードがUTF-8ではありません。") from None
    except yaml_text.NotReadable as no:
        raise BadFile(file=path.name, why=str(no)) from None


def _town(values: Mapping[str, Any]) -> str:
    known = {name: values[name] for name in _TOWN_COLUMNS if name in values}
    Town.objects.update_or_create(pk=1, defaults=known)
    for closed in values.get("closed_days", []):
        ClosedDay.objects.update_or_create(day=closed["day"], defaults={"reason": closed["reason"]})
    return f"町の情報：{values['name']}"


def _departments(rows: list[Mapping[str, Any]]) -> str:
    for order, row in enumerate(rows):
        values = {name: row[name] for name in _DEPARTMENT_COLUMNS if name in row}
        Department.objects.update_or_create(code=row["code"], defaults={**values, "order": order})
    return f"課：{len(rows)}"


def _staff(rows: list[Mapping[str, Any]]) -> str:
    for row in rows:
        staff, is_new = StaffMember.objects.get_or_create(
            email=row["email"],
            defaults={
                "name": row["name"],
                "kana": row.get("kana", ""),
                "is_administrator": bool(row.get("administrator")),
            },
        )
        if is_new:
            staff.set_unusable_password()  # invited later, or given one by the demonstration
            staff.save()
        for code, role in row.get("departments", {}).items():
            Membership.objects.update_or_create(
                staff=staff,
                department=Department.objects.get(code=code),
                defaults={"role": role},
            )
    return f"職員：{len(rows)}"


def _attributes(rows: list[Mapping[str, Any]]) -> str:
    for order, row in enumerate(rows):
        residents.define_attribute(
            key=row["key"],
            label=row["label"],
            kind=row["kind"],
            choices=[(c["key"], c["label"], c.get("kana", "")) for c in row.get("choices", [])],
            ages={c["key"]: c["from_age"] for c in row.get("choices", []) if "from_age" in c},
            per_child=bool(row.get("per_child")),
            is_sensitive=bool(row.get("sensitive")),
            order=order,
        )
    return f"受信設定の項目：{len(rows)}"


def _postal_codes(path: Path) -> str:
    try:
        places = list(postal.PostalTable.load(path))
    except postal.WrongTable as wrong:
        raise BadFile(file=path.name, why=str(wrong)) from None
    return f"郵便番号：{portal.load_postal_places(places)}"


def _connections(path: Path) -> str:
    """Connect to the payment services that are played beside the town; without them, nobody could pay."""
    address = os.environ.get("DEMO_PAYMENTS_URL", "")
    if not address:
        return "支払い方法：ためしの決済が動いていないため、読み込みません"
    rows = _read(path)
    for order, row in enumerate(rows):
        settings = {
            name: value.replace("${PAYMENTS}", address) if isinstance(value, str) else value
            for name, value in row.pop("settings").items()
        }
        connect_sample(**row, settings=settings, order=order)
    return f"支払い方法：{len(rows)}"


def _doors(path: Path) -> str:
    """Hang the locks that are played beside the town at the doors of facilities that are there."""
    address = os.environ.get("DEMO_LOCKS_URL", "")
    if not address:
        return "ドア：ためしの錠が動いていないため、読み込みません"
    whole = _read(path)
    settings = {
        name: value.replace("${LOCKS}", address)
        for name, value in whole["connection"].pop("settings").items()
    }
    connection = locks.connect_sample(**whole["connection"], settings=settings)
    hung = 0
    for row in whole["doors"]:
        facility = Facility.objects.filter(name=row.pop("facility")).first()
        if facility is not None:
            locks.sample_door(facility=facility, connection=connection, **row)
            hung += 1
    return f"ドア：{hung}"


@dataclass(frozen=True, slots=True)
class _Made:
    """A procedure whose draft is that of its file."""

    procedure: Procedure
    whole: Mapping[str, Any]
    is_changed: bool


@transaction.atomic
def _deliveries(whole: Mapping[str, Any]) -> str:
    """Prepare messages for disasters and draft series; what is there by that name stays as people made it."""
    scope = broadcasts.entrust_disasters(
        department=Department.objects.get(code=whole["disaster_department"]), staff=None
    )
    for order, row in enumerate(whole.get("disaster_templates", [])):
        if Template.objects.filter(name=row["name"]).exists():
            continue
        text = {"ja": row["ja"], "ja-easy": row.get("ja-easy", ""), "en": row.get("en", "")}
        broadcasts.prepare(
            None,
            scope=scope,
            name=row["name"],
            content={"parts": [{"kind": "text", "text": text}]},
            condition=segments.everybody(),
            staff=None,
            order=order,
        )
    for row in whole.get("series", []):
        if not Series.objects.filter(name=row["name"]).exists():
            _series(row)
    return f"災害用のひな形：{len(whole.get('disaster_templates', []))}、定期配信：{len(whole.get('series', []))}"


def _series(row: Mapping[str, Any]) -> None:
    department = Department.objects.get(code=row["department"])
    staff = StaffMember.objects.filter(
        memberships__department=department, memberships__role=Membership.Role.MANAGER
    ).first()
    if staff is None:
        return
    draft = broadcasts.draft(
        department=department,
        name=row["name"],
        content={"parts": [{"kind": "text", "text": {"ja": row["text"]}}]},
        condition=row["condition"],
        staff=staff,
    )
    broadcasts.repeat(
        draft,
        rule=recurring.read(row["rule"]),
        begins_on=clock.today(),
        ends_on=None,
        staff=staff,
    )


def _department_of(path: Path, whole: Mapping[str, Any]) -> tuple[Department, StaffMember]:
    """Return the department that a file names, and a manager of it, in whose name things are made."""
    department = Department.objects.filter(code=whole.get("department")).first()
    staff = StaffMember.objects.filter(
        memberships__department=department, memberships__role=Membership.Role.MANAGER
    ).first()
    if department is None or staff is None:
        raise BadFile(
            file=path.name,
            why=f"department「{whole.get('department')}」という課、またはその課の責任者がいません。",
        )
    return department, staff


@transaction.atomic
def _facility(path: Path) -> str:
    """Make a facility of its file, in the name of a manager of its department."""
    whole = _read(path)
    department, staff = _department_of(path, whole)
    try:
        is_new = bookings.make_sample(whole, department=department, staff=staff)
    except (ValueError, KeyError, TypeError) as error:
        raise BadFile(file=path.name, why=str(error)) from None
    return f"施設：{whole['name']}（{'新しくしました' if is_new else '変わりありません'}）"


@transaction.atomic
def _register(path: Path) -> str:
    """Make a register with the rows of its file, in the name of a manager of its department."""
    whole = _read(path)
    department, staff = _department_of(path, whole)
    try:
        is_new = make_sample(
            public_id=whole["public_id"],
            department=department,
            name=whole["name"],
            purpose=whole.get("purpose", ""),
            plans=whole["columns"],
            rows=whole["rows"],
            staff=staff,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise BadFile(file=path.name, why=str(error)) from None
    return f"台帳：{whole['name']}（{'新しくしました' if is_new else '変わりありません'}）"


@transaction.atomic
def _procedure(path: Path) -> _Made:
    """Load the draft of one procedure; its name is the file's."""
    written = _written(path)
    whole = written.value if isinstance(written.value, dict) else {}
    department = Department.objects.filter(code=whole.get("department")).first()
    if department is None:
        raise BadFile(
            file=path.name, why=f"department「{whole.get('department')}」という課はありません。"
        )
    try:
        procedure, changed = procedures.import_document(
            department=department, slug=path.stem, document=whole.get("procedure", {}), staff=None
        )
    except definition.UnreadableDefinition as no:
        faults = definition.in_file(no.faults, written, below="procedure")
        why = "\n".join(f"{fault.where}：{fault.sentence}" for fault in faults)
        raise BadFile(file=path.name, why=why) from None
    except ValueError as error:
        raise BadFile(file=path.name, why=str(error)) from None
    return _Made(procedure, whole, changed)


@transaction.atomic
def _publish(made: _Made) -> str:
    """Publish the procedure if the file says so."""
    procedure, whole = made.procedure, made.whole
    if whole.get("publish") and (made.is_changed or procedure.status == Procedure.Status.DRAFT):
        try:
            with transaction.atomic():
                procedures.publish(procedure, staff=None)
        except HasProblems as no:
            # A provider that is not connected yet, say: the draft is there, and a clerk publishes it later.
            return f"手続：{procedure.title}（準備中。{no}）"
    if whole.get("starts_on_joining") and not procedure.starts_on_joining:
        procedures.start_on_joining(procedure, staff=None)
    return (
        f"手続：{procedure.title}（{'新しくしました' if made.is_changed else '変わりありません'}）"
    )


@transaction.atomic
def _menu(path: Path) -> str:
    """Load one menu, publish it if the file says so, and let it be seen by those the file names."""
    whole = _read(path)
    department = Department.objects.filter(code=whole.get("department")).first()
    if department is None:
        raise BadFile(
            file=path.name, why=f"department「{whole.get('department')}」という課はありません。"
        )
    try:
        menu, changed = richmenus.import_document(
            department=department,
            key=path.stem,
            name=whole["name"],
            document=whole["menu"],
            staff=None,
        )
    except (ValueError, KeyError) as error:
        raise BadFile(file=path.name, why=str(error)) from None
    if whole.get("publish") and (changed or menu.state == RichMenu.State.DRAFT):
        richmenus.publish(menu, rev=None, staff=None)
    if whole.get("default") and not menu.rules.standing().exists():
        richmenus.set_default(menu, staff=None)
    for rule in whole.get("rules", []):
        _menu_rule(menu, rule)
    return f"メニュー：{menu.name}（{'新しくしました' if changed else '変わりありません'}）"


def _menu_rule(menu: RichMenu, rule: Mapping[str, Any]) -> None:
    """Add a rule once: what staff changed or ended since stays as they left it."""
    if menu.rules.filter(name=rule["name"]).exists():
        return
    now = clock.now()
    richmenus.add_rule(
        menu,
        name=rule["name"],
        condition=rule["condition"],
        starts_at=now,
        ends_at=now + timedelta(days=int(rule["days"])),
        priority=int(rule.get("priority", 100)),
        staff=None,
    )
