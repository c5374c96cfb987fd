"""Looking somebody up for a resident: counted on whoever asks, never on whoever is asked for."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yakuba.audit import operations as audit
from yakuba.kit.db import lock_name
from yakuba.kit.errors import Refusal
from yakuba.kit.secrets import keyed_hash, keyed_hashes
from yakuba.mail import operations as mail
from yakuba.portal import network
from yakuba.portal.queries import machine_now
from yakuba.procedures.models import Procedure
from yakuba.registers import queries
from yakuba.registers.models import Attempt, Register
from yakuba.registers.queries import Asked, Finding
from yakuba.registers.rules import matching, trying
from yakuba.residents.models import Resident
from yakuba.townhall import queries as townhall
from yakuba.townhall.models import Capability

KEPT = timedelta(days=30)
_IN_VAIN = (Attempt.Answer.NOT_FOUND, Attempt.Answer.AMBIGUOUS)
_ALARMED_AGAIN_AFTER = timedelta(hours=6)
_WHO, _NETWORK = "registers.attempt.who", "registers.attempt.network"


class TooOften(Refusal):
    sentence = _(
        "確認の回数が多いため、{wait}お待ちいただいています。入力した内容は残っています。"
        "お急ぎのときは、窓口か電話でも手続できます。"
    )


def look_up(
    register: Register,
    asked: Sequence[Asked],
    *,
    resident: Resident,
    procedure: Procedure | None = None,
    is_correction: bool = False,
    code: str | None = None,
    today: date,
) -> Finding:
    """Say whether what `resident` said fits one line of `register`, and remember that they asked.

    Needs a transaction. Whoever asks the same again learns nothing new, and it is not counted.

    Raises:
        TooOften: they, or somebody at the same place, asked for too many people in vain.
    """
    address = network.address()
    # Those who ask side by side from one place wait for each other; else all of them would be the first.
    for name in sorted({f"registers.who {resident.pk}", f"registers.from {address}"}):
        lock_name(name)
    question = _question(register, asked, code)
    by_whom = Attempt.objects.filter(who__in=keyed_hashes(str(resident.public_id), purpose=_WHO))
    was_asked = by_whom.filter(
        register=register, asked=question, at__gte=machine_now() - trying.DAY
    ).exists()
    if not was_asked:
        _refuse_too_often(by_whom, address)
    found = queries.find(
        register,
        asked,
        procedure=procedure,
        correcting=resident if is_correction else None,
        code=code,
        today=today,
    )
    if not was_asked:
        Attempt.objects.create(
            register=register,
            who=keyed_hash(str(resident.public_id), purpose=_WHO),
            network=keyed_hash(address, purpose=_NETWORK) if address else None,
            asked=question,
            answer=found.answer,
            was_hidden=found.was_hidden,
        )
        if found.answer in _IN_VAIN:
            _alarm_of_crawl(register)
    return found


def forget_attempts() -> None:
    Attempt.objects.filter(at__lt=machine_now() - KEPT).delete()


def _question(register: Register, asked: Sequence[Asked], code: str | None) -> bytes:
    said = [f"{one.column.pk}={matching.form(one.column.kind, one.value)}" for one in asked]
    return keyed_hash("\x1f".join([*said, code or ""]), purpose=f"registers.asked:{register.pk}")


def _refuse_too_often(by_whom: QuerySet[Attempt], address: str) -> None:
    now = machine_now()
    left = trying.wait(_times(by_whom.filter(at__gt=now - trying.DAY)), now=now)
    if address:
        hashes = keyed_hashes(address, purpose=_NETWORK)
        from_there = Attempt.objects.filter(network__in=hashes, at__gt=now - trying.HOUR)
        left = max(left, trying.network_wait(_times(from_there), now=now))
    if left:
        raise TooOften(wait=trying.told(left))


def _times(attempts: QuerySet[Attempt]) -> list[datetime]:
    return list(attempts.filter(answer__in=_IN_VAIN).order_by("at").values_list("at", flat=True))


def _alarm_of_crawl(register: Register) -> None:
    """Tell whoever is responsible that somebody goes through many names, with many accounts."""
    recent = Attempt.objects.filter(
        register=register, at__gt=machine_now() - trying.HOUR, answer__in=_IN_VAIN
    )
    counted = recent.aggregate(
        questions=Count("asked", distinct=True), accounts=Count("who", distinct=True)
    )
    if not trying.is_crawl(counted["questions"], counted["accounts"]):
        return
    since = machine_now() - _ALARMED_AGAIN_AFTER
    if register.alarmed_at is not None and register.alarmed_at > since:
        return
    first = Register.objects.filter(pk=register.pk).exclude(alarmed_at__gt=since)
    if not first.update(alarmed_at=machine_now()):
        return
    audit.record(
        staff_id=None,
        actor="手続",
        action="alarmed",
        subject=register.subject,
        sentence=f"台帳「{register.name}」に、たくさんの名前で続けて照合がありました。",
        detail=counted,
    )
    link = settings.PUBLIC_URL + reverse("console:register_attempts", args=[register.public_id])
    for address in {one.email for one in townhall.who_may(Capability.DESIGN, register.scope)}:
        mail.post(
            to=[address],
            subject="警報：台帳にたくさんの照合がありました",
            body="1時間のあいだに、いくつものLINEのアカウントから、たくさんの名前で照合がありました。"
            f"名簿に載っている人を探り出そうとしているかもしれません。\n\n{link}",
        )
