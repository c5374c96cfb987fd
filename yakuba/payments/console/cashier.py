"""The list of the accounting section: what was asked for and what was received, by day, department and method."""

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import ADMINISTRATOR, Section, StaffRequest, exported, page
from yakuba.kit import clock, sheets
from yakuba.payments import forms, operations, queries
from yakuba.payments.console.connections import me
from yakuba.payments.models import CASHIER
from yakuba.townhall.models import Capability, Scope

_TYPES: dict[str, tuple[sheets.Kind, str, str]] = {
    "csv": ("csv", "csv", "text/csv; charset=utf-8"),
    "xlsx": (
        "xlsx",
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
}
_COLUMNS = (
    "日",
    "課",
    "何の請求か",
    "番号",
    "区分",
    "方法",
    "調定（円）",
    "収納（円）",
    "返金（円）",
)


@page(
    "payments/cashier/",
    title=_("調定・収納の一覧"),
    name="payment_cashier",
    needs=Capability.EXPORT,
    section=Section.FIGURES,
    order=42,
)
def cashier(request: StaffRequest) -> HttpResponse:
    """The list of some days, on the screen or as a file. No names in it."""
    today = clock.today()
    asked = {"first": today.replace(day=1), "last": today}
    form = forms.Days(request.GET if "first" in request.GET else asked)
    first, last = (
        (form.cleaned_data["first"], form.cleaned_data["last"])
        if form.is_valid()
        else (today, today)
    )
    rows = queries.cashier_rows(me(request), first, last)
    if (kind := request.GET.get("as", "")) in _TYPES and form.is_valid():
        return _file(request, rows, kind, first, last)
    context = {
        "form": form,
        "rows": rows[:500],
        "count": len(rows),
        "sums": queries.cashier_sums(rows),
    }
    return render(request, "payments/console/cashier.html", context)


def _file(
    request: StaffRequest,
    rows: Sequence[queries.CashierRow],
    kind: str,
    first: date,
    last: date,
) -> HttpResponse:
    form, ending, content_type = _TYPES[kind]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"list.{ending}"
        with sheets.writer(form, path) as book:
            sheet = book.sheet("調定・収納", columns=_COLUMNS)
            for row in rows:
                sheet.row(row.cells())
        content = path.read_bytes() if path.exists() else next(Path(folder).iterdir()).read_bytes()
    exported.announce(
        me(request),
        "payments.cashier",
        f"調定・収納の一覧（{first}から{last}まで）を{len(rows)}件書き出しました。",
        {"first": str(first), "last": str(last), "rows": len(rows)},
    )
    response = HttpResponse(content, content_type=content_type)
    name = f"shuno-{first}-{last}.{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@page(
    "settings/cashier/",
    title=_("調定・収納を見る課"),
    name="entrust_books",
    needs=ADMINISTRATOR,
    section=Section.SETTINGS,
    order=56,
)
def entrust(request: StaffRequest) -> HttpResponse:
    """Say which department reads the whole town's charges; until then each sees its own."""
    scope = Scope.objects.filter(kind=CASHIER).select_related("department").first()
    form = forms.Entrusting(request.POST or None)
    if scope is None and form.is_valid():
        operations.entrust_books(department=form.cleaned_data["department"], staff=me(request))
        messages.success(request, _("課を決めました。"))
        return redirect(request.path)
    return render(request, "payments/console/entrust.html", {"scope": scope, "form": form})
