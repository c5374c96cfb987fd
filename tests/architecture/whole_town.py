"""A town in which every staff page has something to show, and the people who might try to open it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from io import BytesIO

from django.conf import settings
from django.test import Client
from PIL import Image

from tests.bookings.making import make_facility, make_offer
from tests.cast import make_department, make_district, make_resident, make_staff, make_town, user_id
from tests.identity.making import make_check, make_evidence
from tests.registers.importing import HANAKO as LISTED
from tests.registers.importing import HEADER, csv_of, take_in
from tests.registers.making import HANAKO as HANAKO_LISTED
from tests.registers.making import make_register
from tests.submissions.making import (
    HANAKO,
    PLACE,
    hand_in,
    make_procedure,
    make_question,
    make_questions,
    make_section,
)
from yakuba.bookings import operations as bookings
from yakuba.broadcasts import operations as broadcasts
from yakuba.broadcasts.models import Delivery
from yakuba.broadcasts.operations import media
from yakuba.broadcasts.rules import content as contents
from yakuba.broadcasts.rules import recurring
from yakuba.console import operations as console
from yakuba.files import operations as files
from yakuba.kit import clock
from yakuba.line import desk
from yakuba.locks import operations as locks
from yakuba.mail import operations as mail
from yakuba.mail.models import Letter
from yakuba.payments import operations as payments
from yakuba.payments import rules as fees
from yakuba.portal.models import Upload
from yakuba.procedures import operations as procedures
from yakuba.procedures.models import Procedure
from yakuba.registers.models import LetterBatch
from yakuba.residents import operations as residents
from yakuba.residents.models import Resident
from yakuba.richmenus import operations as richmenus
from yakuba.segments import operations as segments
from yakuba.segments import queries as people
from yakuba.submissions import operations as submissions
from yakuba.submissions.models import OfficialLetter, Submission
from yakuba.submissions.rules import letters
from yakuba.townhall import operations as townhall
from yakuba.townhall import rules
from yakuba.townhall.models import Capability, Department, Membership, Scope, StaffMember

# The columns of the table, in order: what the page calls them, and the names in the code.
ROLES = {
    "stranger": "サインインしていない人",
    "elsewhere": "ほかの課の閲覧者",
    "clerk": "担当者",
    "designer": "作る人",
    "administrator": "管理者",
}
_CLERK = (
    Capability.VIEW,
    Capability.PERSONAL,
    Capability.HANDLE,
    Capability.DECIDE,
    Capability.EXPORT,
)
_DESIGNER = (Capability.VIEW, Capability.DESIGN, Capability.PUBLISH)


@dataclass
class WholeTown:
    """Who is here, and for the places in addresses what stands there: by page, or by folder and name."""

    staff: dict[str, StaffMember]
    places: dict[str, object] = field(default_factory=dict)

    def browser(self, role: str) -> Client:
        client = Client(HTTP_HOST="localhost", raise_request_exception=True)
        if role in self.staff:
            client.force_login(self.staff[role], backend=settings.AUTHENTICATION_BACKENDS[-1])
        return client


def make_whole_town() -> WholeTown:
    """Make one of everything: what the clerk handles is what the designer draws; nobody else has a grant."""
    make_town()
    windows, planning, taxes = (make_department(name) for name in ("町民課", "企画課", "税務課"))
    town = WholeTown(
        {
            "elsewhere": make_staff("税 一郎", department=taxes, role=Membership.Role.READER),
            "clerk": make_staff("窓口 花", department=windows, role=Membership.Role.CLERK),
            "designer": make_staff("企画 光", department=planning, role=Membership.Role.MANAGER),
            "administrator": make_staff("総務 太郎", is_administrator=True),
        }
    )
    make_procedure(department=taxes, title="税の相談")  # their own, so that doors for `view` open
    procedure = _procedure(windows)
    hanako = make_resident()
    submission = _submission(procedure, hanako)
    _deliveries(town, windows)
    _menus(town, windows)
    _register(town, windows)
    residents.entrust(department=windows, staff=None)
    _records(town, hanako)
    _desk(town, procedure, submission)
    _proofs(town, procedure, hanako)
    _money(town, procedure)
    _doors(town, windows)
    _hall(town, windows, hanako)
    for scope in Scope.objects.exclude(department=taxes):
        scope.grants.all().delete()
        for department, capabilities in ((windows, _CLERK), (planning, _DESIGNER)):
            for capability in capabilities:
                townhall.grant(scope, department=department, capability=capability)
    return town


def _procedure(department: Department) -> Procedure:
    photo = make_question("photo", "photo", label={"ja": "写真"}, required=False)
    return make_procedure(*make_questions(), make_section("more", photo), department=department)


def _submission(procedure: Procedure, resident: Resident) -> Submission:
    content = BytesIO()
    Image.new("RGB", (20, 20), "green").save(content, "JPEG")
    file = files.keep(content=content.getvalue(), name="hole.jpg")
    Upload.objects.create(resident=resident, file=file, waits_until="2099-01-01")
    more: Mapping[str, list[str]] = {"photo": [str(file.pk)]}
    return hand_in(procedure, resident, place=PLACE, contact=HANAKO, more=more)


def _deliveries(town: WholeTown, department: Department) -> None:
    manager = make_staff("配信 準備", department=department)
    make_district()
    segment = segments.make(
        department=department, name="全員", condition=people.everybody(), staff=manager
    )
    delivery: Delivery = broadcasts.draft(
        department=department,
        name="除雪",
        content=contents.plain("除雪に入ります"),
        condition=people.everybody(),
        staff=manager,
    )
    tag = residents.make_tag(label="防災士", staff=manager)
    town.places |= {
        "segment_id": segment.pk,
        "tag_id": tag.pk,
        "deliveries public_id": delivery.public_id,
    }
    _prepared(town, department, manager)


def _prepared(town: WholeTown, department: Department, manager: StaffMember) -> None:
    """What is sent again and again, what is kept ready for disasters, and a picture of a message."""
    everybody = people.everybody()
    series = broadcasts.repeat(
        broadcasts.draft(
            department=department,
            name="ごみの日",
            content=contents.plain("燃えるごみの日です"),
            condition=everybody,
            staff=manager,
        ),
        rule=recurring.Rule(when=recurring.Weekly(weekdays=(0, 3)), at=time(7)),
        begins_on=clock.today(),
        ends_on=None,
        staff=manager,
    )
    disasters = broadcasts.entrust_disasters(department=department, staff=None)
    template = broadcasts.prepare(
        None,
        scope=disasters,
        name="避難",
        content=contents.plain("避難してください"),
        condition=everybody,
        staff=None,
    )
    picture = BytesIO()
    Image.new("RGB", (600, 400), "green").save(picture, "JPEG")
    designer = town.staff["designer"]
    shown = media.take_picture(content=picture.getvalue(), name="yuki.jpg", staff=designer)
    town.places |= {
        "series public_id": series.public_id,
        "disaster public_id": template.public_id,
        "deliveries key": shown.pk,
    }


def _menus(town: WholeTown, department: Department) -> None:
    cell = {
        "at": [0, 0, 1, 1],
        "title": "予約",
        "label": "予約",
        "action": {"do": "page", "path": ""},
    }
    tab = {
        "key": "a",
        "height": "half",
        "grid": [1, 1],
        "picture": {"drawn": {"theme": "town"}},
        "cells": [cell],
    }
    menu = richmenus.make(
        department=department,
        key="usual",
        name="ふだん",
        document={"schema": 1, "tabs": [tab]},
        staff=None,
    )
    richmenus.publish(menu, rev=None, staff=None)
    now = clock.now()
    rule = richmenus.add_rule(
        menu,
        name="みんな",
        condition=people.everybody(),
        starts_at=now,
        ends_at=now + timedelta(days=9),
        staff=None,
    )
    town.places |= {
        "menus public_id": menu.public_id,
        "menus key": "a",
        "rule_id": rule.public_id,
    }


def _register(town: WholeTown, department: Department) -> None:
    register = make_register(
        rows=[HANAKO_LISTED], staff=make_staff("台帳 準備", department=department)
    )
    run = take_in(register, csv_of([HEADER, LISTED]))
    town.places |= {
        "register_id": register.public_id,
        "column_id": register.columns.get(key="amount").pk,
        "row_id": register.rows.get().pk,
        "import_id": run.pk,
    }
    batch = LetterBatch.objects.create(
        register=register,
        staff=run.staff,
        format="csv",
        title="お知らせ",
        words="敬老祝い金の申請に使います。",
        expires_on=clock.today() + timedelta(days=30),
        made_at=clock.now(),
    )
    town.places["batch_id"] = batch.pk


def _records(town: WholeTown, hanako: Resident) -> None:
    account = user_id()
    old = make_resident()
    desk.pause(
        hanako.accounts.get().line_user_id,
        until=clock.now() + timedelta(hours=1),
        staff=town.staff["clerk"],
        reason="窓口の件",
    )
    town.places |= {
        "user_id": hanako.accounts.get().line_user_id,
        "residents public_id": hanako.public_id,
        "resident_id": hanako.public_id,
        "old_id": old.public_id,
        "settings key": "district",
        "account": account,
    }


def _official_letter(submission: Submission, clerk: StaffMember) -> OfficialLetter:
    content = letters.letter(
        "approval",
        procedure="道路の通報",
        to="",
        handed_in="きょう",
        facts=[],
        sender=["上市町"],
        contact=[],
    )
    letter = OfficialLetter.objects.create(
        submission=submission,
        kind="approval",
        content=content.to_json(),
        written_by=clerk,
        written_at=clock.now(),
    )
    submissions.make_letter(letter_id=str(letter.pk))
    return letter


def _proofs(town: WholeTown, procedure: Procedure, hanako: Resident) -> None:
    run = procedures.begin(procedure=procedure, resident=hanako).run
    evidence = make_evidence(make_check(run=run, state="verified"))
    town.places |= {
        "identity public_id": evidence.check_of.provider.public_id,
        "identity kind": "platform_operator",
        "check_id": evidence.check_of_id,
    }


def _desk(town: WholeTown, procedure: Procedure, submission: Submission) -> None:
    clerk, administrator = town.staff["clerk"], town.staff["administrator"]
    export = submissions.ask_for(procedure, format="csv", query="", has_personal=True, staff=clerk)
    submissions.make_export(export_id=str(export.pk))
    undo = console.offer_undo(
        staff_id=clerk.pk, kind="submissions.status", payload={"earlier": {}}, sentence="0件"
    )
    mail.post(to=["clerk@kamiichi.example"], subject="届きました", body="受付番号")
    leaver = rules.Mover(town.staff["elsewhere"].email, "leave")
    changeover = townhall.plan_changeover(
        day=clock.today() + timedelta(days=9), movers=[leaver], by=administrator
    )
    town.places |= {
        "procedures public_id": procedure.public_id,
        "procedures key": "what",
        "number": 1,
        "submission_id": submission.pk,
        "file_id": submission.revisions.get().files.get().file_id,
        "export_id": export.pk,
        "progress_id": export.progress_id,
        "undo_id": undo.pk,
        "letter_id": Letter.objects.latest("pk").pk,
        "submissions letter_id": _official_letter(submission, clerk).pk,
        "staff_id": clerk.pk,
        "changeover_id": changeover.pk,
        "scope_id": procedure.scope_id,
        "department_id": procedure.scope.department_id,
    }


def _money(town: WholeTown, procedure: Procedure) -> None:
    charge = payments.request_charge(
        scope=procedure.scope, title="住民票", lines=[fees.line("手数料", 300)]
    )
    connection = payments.connect(
        kind="stripe",
        key="card",
        name="カード",
        settings={"secret_key": "sk_test_1234567890", "webhook_secret": "whsec_1234567890"},
        staff=None,
    )
    town.places |= {
        "payments charge_id": charge.public_id,
        "payments connection_id": connection.public_id,
        "payments kind": "stripe",
    }


def _doors(town: WholeTown, department: Department) -> None:
    """A facility whose lock is done by hand, and a code that waits for a clerk."""
    facility = make_facility(department=department)
    connection = locks.connect(kind="manual", name="キーボックス", settings={}, staff=None)
    locks.check(connection)
    locks.switch(connection, on=True, staff=None)
    door = locks.make_door(
        facility=facility,
        connection=connection,
        values={"name": "正面玄関", "mode": "daily", "is_shelter": True},
        units=[],
        staff=None,
    )
    locks.plan(facility)
    town.places |= {
        "locks connection_id": connection.public_id,
        "locks kind": "manual",
        "locks facility_id": facility.public_id,
        "locks door_id": door.public_id,
        "locks grant_id": facility.grants.earliest("starts_at").pk,
    }


def _hall(town: WholeTown, department: Department, resident: Resident) -> None:
    hall = make_facility(department=department)
    offer = make_offer(hall, needs_approval=True)
    starts = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=400)
    wish = bookings.Wish(offer, starts, starts + timedelta(hours=2))
    booking = bookings.book(  # by a clerk, whom no horizon binds
        wishes=[wish],
        who=bookings.Who(resident=resident, by_staff=town.staff["clerk"]),
        source="desk",
        once=bookings.new_key(),
    ).booking
    block = bookings.block(
        facility=hall,
        units=list(hall.units.all()),
        starts=starts + timedelta(days=1),
        ends=starts + timedelta(days=1, hours=2),
        title="選挙",
    )
    closure = bookings.change_hours_once(
        hall,
        starts=starts + timedelta(days=2),
        ends=starts + timedelta(days=3),
        is_open=False,
        reason="工事",
        staff=town.staff["designer"],
    )
    town.places |= {
        "facility_id": hall.public_id,
        "unit_id": hall.units.latest("pk").pk,
        "offer_id": offer.public_id,
        "booking_id": booking.pk,
        "block_id": block.public_id,
        "change_id": closure.pk,
    }
