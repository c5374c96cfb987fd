"""What residents see of what they owe: what for, how much, how to pay, and what became of it."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from yakuba.kit.errors import OutsideFailure, Refusal
from yakuba.payments import operations, papers, queries
from yakuba.payments.models import Attempt, Charge, RefundTask
from yakuba.payments.rules import YEN
from yakuba.payments.sockets import FormPost, Start
from yakuba.payments.wording import words_in
from yakuba.portal.sockets import Card, Preview, ResidentRequest, cards, page
from yakuba.residents.models import Resident


class _Away(HttpResponseRedirect):
    """To the page of the provider, which `begin_attempt` has compared with those that are known."""

    allowed_schemes = ["https", "http"]


def page_of(charge: Charge) -> str:
    """The path of the charge's page, for links in messages of whoever asked for the money."""
    return reverse("portal:payment", kwargs={"charge_id": charge.public_id})


def _preview(**_places: object) -> Preview:
    return Preview(title="お支払い")


def _own(request: ResidentRequest, charge_id: UUID) -> Charge:
    """The charge if it is the resident's, or if they began to pay it; nobody learns of others."""
    charge = get_object_or_404(
        Charge.objects.select_related("scope__department"), public_id=charge_id
    )
    is_payer = charge.attempts.filter(started_by=request.resident).exists()
    if charge.resident_id != request.resident.pk and not is_payer:
        raise Http404
    return charge


@page("pay/<uuid:charge_id>/", name="payment", preview=_preview)
def payment(request: ResidentRequest, charge_id: UUID) -> HttpResponse:
    """What is to be paid, and how."""
    charge = _own(request, charge_id)
    is_mine = charge.resident_id == request.resident.pk
    return _pay(request, charge, here=page_of(charge), is_mine=is_mine)


@page("pay/for/<str:code>/", name="payment_for", preview=_preview)
def payment_for(request: ResidentRequest, code: str) -> HttpResponse:
    """The same for whoever was given the link by the applicant: no name, nothing of the application (E34)."""
    charge = get_object_or_404(Charge.objects.select_related("scope__department"), payer_code=code)
    return _pay(request, charge, here=reverse("portal:payment_for", args=[code]), is_mine=False)


def _pay(request: ResidentRequest, charge: Charge, *, here: str, is_mine: bool) -> HttpResponse:
    problem = ""
    ways = queries.ways(charge)
    if request.method == "POST":
        chosen = next((way for way in ways if way.key == request.POST.get("way")), None)
        try:
            if chosen is None:
                raise operations.NotThisWay
            start = operations.begin_attempt(
                charge,
                connection=chosen.connection,
                method=chosen.method.key,
                resident=request.resident,
            )
            return _lead(request, charge, start)
        except operations.NothingOpen:
            return redirect("portal:payment_back", charge_id=charge.public_id)
        except Refusal as no:
            problem = str(no)
    context = _context(request, charge) | {
        "here": here,
        "ways": ways,
        "problem": problem,
        "is_mine": is_mine,
        "payer_url": request.build_absolute_uri(
            reverse("portal:payment_for", args=[charge.payer_code])
        ),
        "waiting": charge.attempts.filter(is_waiting=True).exists(),
    }
    response = render(request, "payments/portal/payment.html", context)
    return _may_lead_to(response, [page for way in ways for page in queries.pages_of(way)])


def _context(request: ResidentRequest, charge: Charge) -> dict[str, object]:
    standing = queries.standing(charge)
    words = words_in(request.resident.language)
    return {
        "charge": charge,
        "lines": charge.lines_of(),
        "to_pay": queries.still_to_pay(charge),
        "standing": standing,
        "is_held": queries.is_held(charge),
        "call": words["call"].format(
            department=charge.scope.department.name, phone=charge.scope.department.phone
        ),
        "number": charge.number,
        "refunds": [
            words["refunding"].format(amount=f"{task.amount:,}")
            for task in charge.refunds.filter(state__in=RefundTask.planned())
        ],
        "w": words,
    }


def _may_lead_to(response: HttpResponse, origins: list[str]) -> HttpResponse:
    """Allow the form of the page to lead to the providers' pages: browsers ask the policy about it."""
    response.form_action = sorted(set(origins))  # type: ignore[attr-defined]
    return response


def _lead(request: ResidentRequest, charge: Charge, start: Start) -> HttpResponse:
    if isinstance(start, FormPost):
        context = _context(request, charge) | {"start": start}
        response = render(request, "payments/portal/onwards.html", context)
        origin = "/".join(start.url.split("/")[:3])
        return _may_lead_to(response, [origin])
    return _Away(start.url, status=303)


@page("pay/<uuid:charge_id>/back/", name="payment_back", preview=_preview)
def back(request: ResidentRequest, charge_id: UUID) -> HttpResponse:
    """What the provider itself says of the payment, asked now: paid, not here yet, not paid."""
    charge = _own(request, charge_id)
    silent = False
    recent = charge.attempts.select_related("charge", "connection").order_by("-opened_at")
    for attempt in [one for one in recent[:2] if one.state != Attempt.State.CLOSED]:
        try:
            operations.ask(attempt)
        except OutsideFailure:
            silent = True
    charge.refresh_from_db()
    how = _how(charge, recent.first(), is_silent=silent)
    words = words_in(request.resident.language)
    received = queries.sums(charge).net
    amount = received if how == "paid" else queries.still_to_pay(charge) or charge.amount
    context = _context(request, charge) | {
        "how": how,
        "title": words["checking_title" if how == "silent" else f"{how}_title"],
        "words": words[f"{how}_words"].format(amount=f"{amount:,}"),
        "amount": amount,
        "goes_on": f"/p/{charge.back_to}" if charge.back_to else "",
        "receipt": _receipt_of(charge),
    }
    return render(request, "payments/portal/back.html", context)


def _how(charge: Charge, latest: Attempt | None, *, is_silent: bool) -> str:
    """What is true now: paid, held, void, konbini, silent, checking or unpaid."""
    if queries.is_held(charge):
        return "held"
    if charge.is_voided:
        return "void"
    if queries.still_to_pay(charge) == 0:
        return "paid"
    if latest is not None and latest.is_waiting:
        return "konbini"
    if is_silent:
        return "silent"
    is_open = latest is not None and latest.state != Attempt.State.CLOSED
    return "checking" if is_open else "unpaid"


def _receipt_of(charge: Charge) -> str:
    if queries.standing(charge) not in ("paid", "overpaid"):
        return ""
    return reverse("portal:payment_receipt", kwargs={"charge_id": charge.public_id})


def _with_receipt(request: ResidentRequest, charge_id: UUID) -> Charge:
    charge = _own(request, charge_id)
    if not queries.has_received(charge):
        raise Http404
    return charge


@page("pay/<uuid:charge_id>/receipt/", name="payment_receipt", preview=_preview)
def receipt(request: ResidentRequest, charge_id: UUID) -> HttpResponse:
    """What was received and given back: the record of the payment."""
    charge = _with_receipt(request, charge_id)
    context = _context(request, charge) | {
        "moves": _moves(charge, words_in(request.resident.language)),
        "net": queries.sums(charge).net,
    }
    return render(request, "payments/portal/receipt.html", context)


def _moves(charge: Charge, words: dict[str, str]) -> list[tuple[date, str, str]]:
    """What moved, in the payer's words and language; other currencies are named, not counted."""
    found = []
    for entry in queries.entries_for_payer(charge):
        unit = "円" if entry.currency == YEN else f" {entry.currency}"
        found.append(
            (
                entry.day,
                words["counter_paid" if entry.kind == "counter" else entry.kind],
                f"{entry.amount:,}{unit}",
            )
        )
    return found


@page("pay/<uuid:charge_id>/receipt.pdf", name="payment_receipt_pdf", preview=_preview)
def receipt_pdf(request: ResidentRequest, charge_id: UUID) -> HttpResponse:
    """The same on paper."""
    charge = _with_receipt(request, charge_id)
    response = HttpResponse(papers.receipt(charge), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="receipt.pdf"'
    return response


@cards.plug
def payment_cards(resident: Resident) -> list[Card]:
    """What is to be paid stands on top of "my page"; what was paid stands below with its receipt."""
    charges = list(queries.charges_of(resident)[:20])
    standing = queries.standing_of(charges)
    return [_card(charge, standing[charge.pk], words_in(resident.language)) for charge in charges]


def _card(charge: Charge, how: str, words: dict[str, str]) -> Card:
    is_open = how in ("due", "partly_paid")
    name = "portal:payment" if is_open else "portal:payment_back"
    return Card(
        title=charge.title,
        words=f"{charge.amount:,}円　{words[how]}",
        at=charge.made_at,
        href=reverse(name, kwargs={"charge_id": charge.public_id}),
        kind=words["pay"],
        is_next=is_open,
        action=words["go"] if is_open else "",
    )
