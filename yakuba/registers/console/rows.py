"""One row, typed by hand."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page, viewed
from yakuba.kit.errors import Refusal
from yakuba.registers import forms, operations, queries
from yakuba.registers.console.door import opened
from yakuba.registers.models import Row
from yakuba.townhall.models import Capability

_NEEDS = (Capability.HANDLE, Capability.PERSONAL)


@page("registers/<uuid:register_id>/rows/new/", title=_("行を追加"), name="new_register_row")
def new(request: StaffRequest, register_id: UUID) -> HttpResponse:
    """Add one row."""
    staff, register = opened(request, register_id, *_NEEDS)
    form = forms.RowDetails(request.POST or None, specs=queries.specs_of(register))
    if request.method == "POST" and form.is_valid():
        try:
            operations.add_row(register, form.values, staff=staff)
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _t("1行を追加しました。"))
            return redirect("console:register", register.public_id)
    return render(request, "registers/console/row.html", {"register": register, "form": form})


@page("registers/<uuid:register_id>/rows/<int:row_id>/", title=_("行を直す"), name="register_row")
def row(request: StaffRequest, register_id: UUID, row_id: int) -> HttpResponse:
    """Change one row. Opening it is seeing it, and stands in the trail."""
    staff, register = opened(request, register_id, *_NEEDS)
    one = get_object_or_404(Row.objects.live(), register=register, pk=row_id)
    form = forms.RowDetails(
        request.POST or None, specs=queries.specs_of(register), values=one.values
    )
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_row(one, form.values, staff=staff)
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _t("保存しました。"))
            return redirect("console:register", register.public_id)
    if request.method == "GET":
        viewed.announce(
            request.user,
            register.subject,
            _t("台帳「{name}」の1行を開きました。").format(name=register.name),
            {"lineage": str(one.lineage)},
        )
    context = {"register": register, "form": form, "row": one}
    return render(request, "registers/console/row.html", context)


@page(
    "registers/<uuid:register_id>/rows/<int:row_id>/remove/",
    title=_("行を削除"),
    name="remove_register_row",
)
def remove(request: StaffRequest, register_id: UUID, row_id: int) -> HttpResponse:
    """Ask, then take the row out."""
    staff, register = opened(request, register_id, *_NEEDS)
    one = get_object_or_404(Row.objects.live(), register=register, pk=row_id)
    if request.method == "POST":
        try:
            operations.remove_row(one, staff=staff)
        except Refusal as no:
            messages.error(request, str(no))
        else:
            messages.success(request, _t("1行を削除しました。台帳の「取り消す」で元に戻せます。"))
        return redirect("console:register", register.public_id)
    cells = queries.cells(one, queries.specs_of(register))
    context = {"register": register, "row": one, "cells": cells}
    return render(request, "registers/console/remove_row.html", context)
