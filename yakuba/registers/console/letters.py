"""Letters with codes: counted before they are made, handed over once, revoked."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.models import Progress
from yakuba.console.sockets import StaffRequest, page
from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.registers import forms, operations, queries
from yakuba.registers.console.door import opened
from yakuba.registers.models import LetterBatch, Register
from yakuba.townhall.models import Capability, StaffMember
from yakuba.townhall.queries import may

_NEEDS = (Capability.EXPORT, Capability.PERSONAL)


@page(
    "registers/<uuid:register_id>/letters/", title=_("確認コードのお手紙"), name="register_letters"
)
def letters(request: StaffRequest, register_id: UUID) -> HttpResponse:
    """The letters that were made, with what is left of their codes."""
    _staff, register = opened(request, register_id, *_NEEDS)
    posted = queries.posted(register, clock.today())
    waiting = [one.batch for one in posted if one.batch.state == LetterBatch.State.WANTED]
    context = {
        "register": register,
        "posted": posted,
        "waiting": waiting,
        "progress": Progress.objects.filter(
            pk__in=[one.progress_id for one in waiting if one.progress_id]
        ).first(),
        "kept_days": operations.KEPT_DAYS,
    }
    return render(request, "registers/console/letters.html", context)


@page(
    "registers/<uuid:register_id>/letters/new/",
    title=_("お手紙を作る"),
    name="new_register_letters",
)
def new(request: StaffRequest, register_id: UUID) -> HttpResponse:
    """Say who gets a letter and what it says; see how many that are; have them made."""
    staff, register = opened(request, register_id, *_NEEDS)
    chosen = _chosen(request)
    form = forms.LettersWish(
        request.POST or None, register=register, has_chosen=bool(chosen), may_reach=_reach(staff, register)
    )  # fmt: skip
    outlook = None
    if request.POST.get("do") in ("count", "make") and form.is_valid():
        wish = form.wish(chosen)
        try:
            outlook = operations.refuse_wish(register, wish, staff=staff)
            if request.POST.get("do") == "make":
                operations.ask_letters(register, wish, staff=staff)
                return redirect("console:register_letters", register.public_id)
        except Refusal as no:
            form.add_error(None, str(no))
    context = {
        "register": register,
        "form": form,
        "chosen": chosen,
        "outlook": outlook,
        "wish": form.shown() if outlook else None,
    }
    return render(request, "registers/console/new_letters.html", context)


@page(
    "registers/<uuid:register_id>/letters/<uuid:batch_id>/file/",
    title=_("お手紙のファイル"),
    name="register_letters_file",
)
def file(request: StaffRequest, register_id: UUID, batch_id: UUID) -> HttpResponse:
    """Hand the file over, once."""
    staff, register, batch = _batch(request, register_id, batch_id)
    if request.method != "POST":
        return redirect("console:register_letters", register.public_id)
    try:
        name, content = operations.take_letters(batch, staff=staff)
    except Refusal as no:
        messages.error(request, str(no))
        return redirect("console:register_letters", register.public_id)
    kind = "application/pdf" if name.endswith(".pdf") else "text/csv"
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = _attached(name)
    return answer


@page(
    "registers/<uuid:register_id>/letters/<uuid:batch_id>/revoke/",
    title=_("コードを使えなくする"),
    name="revoke_register_letters",
)
def revoke(request: StaffRequest, register_id: UUID, batch_id: UUID) -> HttpResponse:
    """Say how many codes still stand, then make them worthless."""
    staff, register, batch = _batch(request, register_id, batch_id)
    if request.method == "POST":
        count = operations.revoke_letters(batch, staff=staff)
        messages.success(request, _t("確認コード{count}件を使えなくしました。").format(count=f"{count:,}"))  # fmt: skip
        return redirect("console:register_letters", register.public_id)
    standing = queries.codes_of(register, clock.today()).filter(batch=batch).count()
    context = {"register": register, "batch": batch, "standing": standing}
    return render(request, "registers/console/revoke_letters.html", context)


def _batch(
    request: StaffRequest, register_id: UUID, batch_id: UUID
) -> tuple[StaffMember, Register, LetterBatch]:
    staff, register = opened(request, register_id, *_NEEDS)
    return staff, register, get_object_or_404(LetterBatch, register=register, pk=batch_id)


def _chosen(request: StaffRequest) -> list[UUID]:
    """Return the lines that were ticked in the list; what is no line is left out."""
    said: Any = request.POST if request.method == "POST" else request.GET
    found = []
    for one in said.getlist("line")[:500]:
        try:
            found.append(UUID(one))
        except ValueError:
            continue
    return found


def _reach(staff: StaffMember, register: Register) -> bool:
    """Say whether the person may write to protected persons, and there are any."""
    return may(staff, Capability.DESIGN, register.scope) and bool(
        queries.rows_of(register).filter(is_protected=True).exists()
    )


def _attached(name: str) -> str:
    return content_disposition_header(True, name) or "attachment"
