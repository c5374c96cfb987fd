"""The columns of a register: added, changed, moved, taken away."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page
from yakuba.kit.errors import Refusal
from yakuba.kit.numbers import counted
from yakuba.registers import forms, operations, queries, sockets
from yakuba.registers.console.door import opened, rights
from yakuba.registers.models import Column
from yakuba.townhall.models import Capability


@page("registers/<uuid:register_id>/columns/", title=_("列を決める"), name="register_columns")
def columns(request: StaffRequest, register_id: UUID) -> HttpResponse:
    """Every column with what it promises, and a form for another one."""
    staff, register = opened(request, register_id, Capability.DESIGN)
    form = forms.ColumnDetails(request.POST or None)
    if form.is_valid():
        try:
            made = operations.add_column(register, form.plan(), staff=staff)
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _t("列「{label}」を追加しました。").format(label=made.label))
            return redirect("console:register_columns", register.public_id)
    standing = list(register.columns.standing())
    context = {
        "register": register,
        "columns": standing,
        "form": form,
        "has_identity": any(one.is_identifying for one in standing),
        **rights(staff, register),
    }
    return render(request, "registers/console/columns.html", context)


@page(
    "registers/<uuid:register_id>/columns/<int:column_id>/",
    title=_("列を直す"),
    name="register_column",
)
def column(request: StaffRequest, register_id: UUID, column_id: int) -> HttpResponse:
    """Change one column; rows are made anew where that is needed."""
    staff, register = opened(request, register_id, Capability.DESIGN)
    one = get_object_or_404(register.columns.standing(), pk=column_id)
    form = forms.ColumnDetails(request.POST or None, initial=forms.column_initial(one))
    found = None
    if form.is_valid() and request.POST.get("do") != "sure":
        found = _reading_anew(one, form.plan())
    if form.is_valid() and not found:
        try:
            operations.change_column(one, form.plan(), staff=staff)
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _t("列「{label}」を保存しました。").format(label=one.label))
            return redirect("console:register_columns", register.public_id)
    users = [name for user in sockets.column_users for name in user(register, one.key)]
    context = {
        "register": register,
        "column": one,
        "form": form,
        "users": users,
        "found": found,
        "posted": [(name, words) for name, words in request.POST.items() if name in form.fields],
    }
    return render(request, "registers/console/column.html", context)


def _reading_anew(one: Column, plan: operations.Plan) -> queries.KindChange | None:
    """Count what another kind makes of the values that stand; nothing when there is no need."""
    if plan.kind == one.kind or one.is_identifying or plan.is_identifying:
        return None
    after = queries.spec_with(one, kind=plan.kind, is_unique=plan.is_unique, options=plan.options)
    found = queries.kind_change(one, after)
    return found if found.filled else None


@page(
    "registers/<uuid:register_id>/columns/<int:column_id>/move/",
    title=_("列を移す"),
    name="move_register_column",
)
def move(request: StaffRequest, register_id: UUID, column_id: int) -> HttpResponse:
    """Put a column one place up or down."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    staff, register = opened(request, register_id, Capability.DESIGN)
    one = get_object_or_404(register.columns.standing(), pk=column_id)
    operations.move_column(one, to=max(0, counted(request.POST.get("to", ""))), staff=staff)
    return redirect("console:register_columns", register.public_id)


@page(
    "registers/<uuid:register_id>/columns/<int:column_id>/remove/",
    title=_("列を削除"),
    name="remove_register_column",
)
def remove(request: StaffRequest, register_id: UUID, column_id: int) -> HttpResponse:
    """Say in how many rows something stands there, then take the column away."""
    staff, register = opened(request, register_id, Capability.DESIGN)
    one = get_object_or_404(register.columns.standing(), pk=column_id)
    if request.method == "POST":
        try:
            operations.remove_column(one, staff=staff)
        except Refusal as no:
            messages.error(request, str(no))
        else:
            messages.success(request, _t("列「{label}」を削除しました。").format(label=one.label))
        return redirect("console:register_columns", register.public_id)
    users = [name for user in sockets.column_users for name in user(register, one.key)]
    context = {
        "register": register,
        "column": one,
        "users": users,
        "rows": queries.rows_of(register).count(),
    }
    return render(request, "registers/console/remove_column.html", context)
