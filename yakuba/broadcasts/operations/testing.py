"""Tests: the exact messages, marked, to the telephones of staff; nothing of it is counted."""

import secrets as randomly
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts.models import Delivery, Media, TestPhone
from yakuba.broadcasts.operations import wordings
from yakuba.broadcasts.operations.trail import note
from yakuba.broadcasts.rules.content import read
from yakuba.kit import clock, secrets
from yakuba.kit.errors import Refusal
from yakuba.line import operations as wire
from yakuba.line import sockets
from yakuba.line.models import Lane
from yakuba.residents import queries as residents
from yakuba.residents.models import Resident
from yakuba.townhall.models import StaffMember

CODE_LIVES = timedelta(minutes=10)
_CODE = "broadcasts.test_phone"


class NoTestPhone(Refusal):
    sentence = _(
        "テストを受け取るLINEが登録されていません。「確認用のLINE」で、自分のLINEを登録してください。"
    )


class NotATester(Refusal):
    sentence = _(
        "試用環境では、試してよい人として登録されたLINEにしか送れません。"
        "住民台帳で「試用環境で送ってよい人」にしてください。"
    )


@transaction.atomic
def offer_code(staff: StaffMember) -> str:
    """Return eight digits to be typed in the talk within ten minutes; an earlier code no longer works."""
    code = f"{randomly.randbelow(10**8):08d}"
    TestPhone.objects.update_or_create(
        staff=staff,
        defaults={
            "code_hash": secrets.keyed_hash(code, purpose=_CODE),
            "code_until": clock.now() + CODE_LIVES,
        },
    )
    return code


@transaction.atomic
def link(*, resident: Resident, code: str) -> StaffMember | None:
    """Make the resident's talk the test phone of whoever was shown `code`; None: nobody was."""
    hashes = secrets.keyed_hashes(code, purpose=_CODE)
    phones = TestPhone.objects.select_for_update(of=("self",), no_key=True)
    phone = (
        phones.filter(code_hash__in=hashes, code_until__gt=clock.now())
        .select_related("staff")
        .first()
    )
    if phone is None:
        return None
    phone.resident, phone.linked_at = resident, clock.now()
    phone.code_hash = phone.code_until = None
    phone.save()
    return phone.staff


@transaction.atomic
def unlink(staff: StaffMember) -> None:
    """Forget the telephone of `staff`."""
    TestPhone.objects.filter(staff=staff).delete()


@transaction.atomic
def send_test(
    delivery: Delivery, *, to: Sequence[StaffMember], staff: StaffMember, language: str = "ja"
) -> int:
    """Send the messages as they are now, marked 【テスト】, to these colleagues, and return to how many.

    Raises:
        NoTestPhone: none of them has linked a telephone.
        NotATester: this is a trial, and they are no testers.
        Refusal: LINE could not take the messages.
    """
    content = read(delivery.content)
    phones = TestPhone.objects.ready().filter(staff__in=to, resident__reachable=True)
    people = {phone.resident_id for phone in phones if phone.resident_id is not None}
    addresses = residents.line_user_ids(people)
    if not addresses:
        raise NoTestPhone
    allowed = sockets.may_receive(list(addresses.values()))
    if not allowed:
        raise NotATester
    Media.objects.filter(pk__in=content.media, is_open=False).update(is_open=True)
    around = wordings.as_test(wordings.around(delivery, content, language, {}, {}))
    messages = wordings.draw(content, language=language, around=around)
    for user_id in sorted(allowed):
        wire.say(user_id, messages, lane=Lane.ANSWER)
    note(delivery, staff, "tested", f"配信「{{name}}」を職員{len(allowed)}人に試しに送りました。")
    return len(allowed)
