"""The page of a list: draws it, asks before acting on many, acts, and offers to take it back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from yakuba.console import operations, queries, sockets
from yakuba.console.lists.parts import Bulk, Listing, Row
from yakuba.console.lists.state import SIZES, State, read
from yakuba.console.sockets import StaffRequest
from yakuba.kit.errors import Refusal


def matching(request: StaffRequest, listing: Listing[Row], *, rows: QuerySet[Row]) -> QuerySet[Row]:
    """Return the rows that the address asks for; for exports of what is on the screen."""
    return read(listing, request.GET).apply(rows)


def answer(
    request: StaffRequest,
    listing: Listing[Row],
    *,
    rows: QuerySet[Row],
    template: str = "console/list.html",
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show `listing` over `rows` (what this person may see), and do what is pressed on it."""
    state = read(listing, request.GET)
    if request.method == "POST":
        if "keep" in request.POST:
            return _keep(request, state)
        if "drop" in request.POST:
            return _drop(request, state)
        return _bulk(request, state, rows)
    return render(request, template, {**_draw(request, state, rows), **(context or {})})


def _draw(request: StaffRequest, state: State[Row], rows: QuerySet[Row]) -> dict[str, Any]:
    listing = state.listing
    page = Paginator(state.apply(rows), state.size).get_page(state.page)
    shown = state.shown
    return {
        "listing": listing,
        "state": state,
        "can_search": listing.search is not None,
        "page": page,
        "count": page.paginator.count,
        "query": state.query(),
        "sizes": SIZES,
        "heads": [(column, _head(state, column.key)) for column in shown],
        "lines": [
            {
                "pk": row.pk,
                "href": listing.href(row) if listing.href else "",
                "name": shown[0].cell(row),
                "cells": [(column, column.cell(row)) for column in shown[1:]],
            }
            for row in page.object_list
        ],
        "filters": [
            (one, list(one.choices(request.user)), state.chosen.get(one.key, ""))
            for one in listing.filters
        ],
        "optional": [(column, column.key in state.columns) for column in listing.columns[1:]],
        "bulk": [act for act in listing.bulk if sockets.guard(request.user, act.needs)],
        "saved": [
            (kept, kept.query == state.query(), kept.staff_id == request.user.pk)
            for kept in queries.saved_filters(request.user.pk, listing.key)
        ],
        "export": listing.export() if listing.export else "",
    }


def _head(state: State[Row], key: str) -> str:
    """Return what aria-sort says."""
    if state.sort == key:
        return "ascending"
    return "descending" if state.sort == f"-{key}" else "none"


def _back(request: StaffRequest, state: State[Row]) -> HttpResponse:
    query = state.query()
    return redirect(f"{request.path}?{query}" if query else request.path)


def _keep(request: StaffRequest, state: State[Row]) -> HttpResponse:
    try:
        kept = operations.keep_filter(
            staff_id=request.user.pk,
            listing=state.listing.key,
            name=request.POST.get("name", ""),
            query=state.query(),
            is_shared="shared" in request.POST,
        )
    except Refusal as no:
        messages.error(request, str(no))
    else:
        messages.success(request, _("条件「{name}」を保存しました。").format(name=kept.name))
    return _back(request, state)


def _drop(request: StaffRequest, state: State[Row]) -> HttpResponse:
    number = request.POST["drop"]
    if number.isdecimal() and len(number) < 19:
        operations.drop_filter(staff_id=request.user.pk, filter_id=int(number))
        messages.success(request, _("保存した条件を消しました。"))
    return _back(request, state)


def _bulk(request: StaffRequest, state: State[Row], rows: QuerySet[Row]) -> HttpResponse:
    wanted = request.POST.get("act", "")
    act = next((one for one in state.listing.bulk if one.key == wanted), None)
    if act is None or not sockets.guard(request.user, act.needs):
        raise Http404
    every = "every" in request.POST
    picked = request.POST.getlist("picked")
    chosen = state.apply(rows) if every else _picked(state, rows, picked)
    count = chosen.count()
    if count == 0:
        messages.warning(request, _("1件も選ばれていません。左の欄で選んでから押してください。"))
        return _back(request, state)
    if request.POST.get("count") == str(count):
        return _do(request, state, act, chosen)
    context = {
        "listing": state.listing,
        "act": act,
        "warning": act.warning(count),
        "count": count,
        "has_changed": "count" in request.POST,
        "examples": [state.listing.columns[0].cell(row) for row in chosen[:5]],
        "every": every,
        "picked": [] if every else picked,
        "query": state.query(),
    }
    return render(request, "console/confirm_bulk.html", context)


def _picked(state: State[Row], rows: QuerySet[Row], picked: list[str]) -> QuerySet[Row]:
    """Only rows that the person may see, whatever the form says."""
    key = rows.model._meta.pk
    try:
        return state.apply(rows).filter(pk__in=[key.to_python(one) for one in picked])
    except (TypeError, ValueError, ValidationError):
        return rows.none()


def _do(
    request: StaffRequest, state: State[Row], act: Bulk[Row], chosen: QuerySet[Row]
) -> HttpResponse:
    tags = ""
    try:
        with transaction.atomic():
            done = act.act(request.user, chosen)
            if done.undo is not None:
                undo = operations.offer_undo(
                    staff_id=request.user.pk,
                    kind=done.undo_kind,
                    payload=done.undo,
                    sentence=done.sentence,
                )
                tags = f"undo:{undo.pk}"
    except Refusal as no:
        messages.error(request, str(no))
    else:
        messages.success(request, done.sentence, extra_tags=tags)
    return _back(request, state)
