"""The list of the accounting section: what was asked for and what was received, by day, department and method."""

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import Section, StaffRequest, exported, page
from yakuba.kit import clock, sheets
from yakuba.payments import forms, queries
from yakuba.payments.console.connections import me
from yakuba.townhall.models import Capability

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
