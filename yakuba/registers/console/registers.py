"""The list of registers, and one with its rows."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console import lists
from yakuba.console import operations as frame
from yakuba.console.lists import Column, Empty, Listing
from yakuba.console.sockets import Section, StaffRequest, page, revealed
from yakuba.kit import wareki
from yakuba.kit.errors import Refusal
from yakuba.registers import forms, operations, queries
from yakuba.registers.console.door import me, opened, rights
from yakuba.registers.models import Edition, Import, Register, Row
from yakuba.townhall.models import Capability

ROWS = 50


def _found(registers: QuerySet[Register], words: str) -> QuerySet[Register]:
    return registers.filter(name__icontains=words)


def _rows(register: Register) -> str:
    if register.erased_at:
        return _t("消去ずみ")
    return f"{register.current.counts['rows']:,}行" if register.current else _t("0行")


REGISTERS: Listing[Register] = Listing(
    key="registers.registers",
    title=_("台帳"),
    columns=[
        Column("name", _("名前"), lambda one: one.name, sort="name"),
        Column("purpose", _("使う目的"), lambda one: one.purpose),
        Column("rows", _("行"), _rows, at_end=True),
        Column(
            "changed",
            _("最終更新"),
            lambda one: wareki.short(one.changed_at.date()),
            sort="changed_at",
        ),
        Column(
            "kept",
            _("保存期限"),
            lambda one: wareki.short(one.kept_until) if one.kept_until else "—",
            sort="kept_until",
        ),
        Column("owner", _("担当課"), lambda one: one.scope.department.name),
    ],
    order="name",
    empty=Empty(
        _("台帳はまだありません"),
        _("対象者の名簿などを取り込むと、申請のときに「名簿にある人か」を確かめられます。"),
    ),
    href=lambda one: reverse("console:register", args=[one.public_id]),
    search=_found,
    search_hint=_("台帳の名前"),
)


@page("registers/", title=_("台帳"), name="registers", section=Section.REGISTERS, order=20)
def registers(request: StaffRequest) -> HttpResponse:
    """The registers that this person may see."""
    rows = Register.objects.visible_to(me(request)).select_related("scope__department", "current")
    return lists.answer(
        request,
        REGISTERS,
        rows=rows,
        template="registers/console/registers.html",
        context={"may_make": queries.departments_of_makers(me(request)).exists()},
    )


@page("registers/new/", title=_("台帳を作る"), name="new_register")
def new(request: StaffRequest) -> HttpResponse:
    """Name a register; its columns are decided on the next page."""
    staff = me(request)
    if not queries.departments_of_makers(staff).exists():
        raise PermissionDenied
    form = forms.Details(request.POST or None, staff=staff, is_new=True)
    if form.is_valid():
        register = operations.make(**form.cleaned_data, staff=staff)
        messages.success(request, _t("台帳「{name}」を作りました。").format(name=register.name))
        return redirect("console:register_columns", register.public_id)
    return render(request, "registers/console/new.html", {"form": form})


@page("registers/<uuid:register_id>/", title=_("台帳"), name="register")
def register(request: StaffRequest, register_id: UUID) -> HttpResponse:
    """The rows of one register, page by page in the order of the 五十音."""
    staff, one = opened(request, register_id)
    specs = queries.specs_of(one)
    words = request.GET.get("q", "").strip()[:100]
    allowed = rights(staff, one)
    rows = queries.rows_of(one)
    if words and allowed["may_reveal"]:  # whoever finds a name knows that the person is in here
        rows = queries.rows_with(one, specs, words)
        if "page" not in request.GET:
            frame.note_search(staff, where="registers", place=one.name, words=words)
    may_tick = allowed["may_post"] and "choose" in request.GET and one.erased_at is None
    shown = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context = {
        "register": one,
        "specs": specs,
        "words": words,
        "page": shown,
        "query": urlencode({"q": words} if words else {}) + ("&choose=1" if may_tick else ""),
        "may_tick": may_tick,
        "lines": [(row, queries.cells(row, specs)) for row in shown.object_list],
        "has_personal": any(spec.is_personal for spec in specs),
        "editions": one.editions.select_related("committed_by").order_by("-number")[:8],
        "may_undo": allowed["may_change"] and _is_undone_here(one),
        "open_imports": _open_imports(one) if allowed["may_change"] else [],
        **allowed,
    }
    return render(request, "registers/console/register.html", context)


def _is_undone_here(one: Register) -> bool:
    return one.current is not None and one.current.mode != Edition.Mode.PROCEDURE


def _open_imports(one: Register) -> QuerySet[Import]:
    over = (Import.State.DONE, Import.State.DROPPED)
    return one.imports.exclude(state__in=over).select_related("staff").order_by("-made_at")[:5]


@page(
    "registers/<uuid:register_id>/rows/<int:row_id>/reveal/",
    title=_("表示"),
    name="register_reveal",
)
def reveal(request: StaffRequest, register_id: UUID, row_id: int) -> HttpResponse:
    """Unmask one row; that somebody did is in the trail."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    staff, one = opened(request, register_id, Capability.PERSONAL)
    specs = queries.specs_of(one)
    row = get_object_or_404(Row.objects.live(), register=one, pk=row_id)
    opened_columns = [spec for spec in specs if spec.is_personal and spec.key in row.values]
    revealed.announce(
        request.user,
        one.subject,
        _t("台帳「{name}」の1行の個人情報を表示しました：{labels}").format(
            name=one.name, labels="、".join(spec.label for spec in opened_columns)
        ),
        {"lineage": str(row.lineage), "columns": [spec.key for spec in opened_columns]},
    )
    context = {
        "register": one,
        "row": row,
        "cells": queries.cells(row, specs, is_open=True),
        "specs": specs,
        "is_open": True,
        "may_tick": "choose" in request.GET,
        **rights(staff, one),
    }
    if request.htmx:
        return render(request, "registers/console/line.html", context)
    return render(request, "registers/console/row_shown.html", {**context, "may_tick": False})


@page("registers/<uuid:register_id>/undo/", title=_("版の取り消し"), name="register_undo")
def undo(request: StaffRequest, register_id: UUID) -> HttpResponse:
    """Say what taking back the last edition does, then do it."""
    staff, one = opened(request, register_id, Capability.HANDLE, Capability.PERSONAL)
    if one.current is None or not _is_undone_here(one):
        raise Http404
    if request.method == "POST":
        number = request.POST.get("edition", "")
        try:
            operations.undo(one, edition_id=int(number) if number.isdecimal() else 0, staff=staff)
        except Refusal as no:
            messages.error(request, str(no))
        else:
            messages.success(request, _t("取り消しました。前の内容に戻っています。"))
        return redirect("console:register", one.public_id)
    return render(request, "registers/console/undo.html", {"register": one, "edition": one.current})


@page("registers/<uuid:register_id>/details/", title=_("台帳の設定"), name="register_details")
def details(request: StaffRequest, register_id: UUID) -> HttpResponse:
    """Change the name, what it is for, and how long it is kept."""
    staff, one = opened(request, register_id, Capability.DESIGN)
    kept = wareki.short(one.kept_until) if one.kept_until else ""
    form = forms.Details(
        request.POST or None,
        staff=staff,
        is_new=False,
        initial={"name": one.name, "purpose": one.purpose, "kept_until": kept},
    )
    if form.is_valid():
        operations.describe(one, **form.cleaned_data, staff=staff)
        messages.success(request, _t("保存しました。"))
        return redirect("console:register", one.public_id)
    return render(request, "registers/console/details.html", {"register": one, "form": form})
