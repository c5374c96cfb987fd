"""A file on its way into a register: chosen, mapped, checked, looked at, taken over."""

import csv
import io
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.models import Progress
from yakuba.console.sockets import StaffRequest, page
from yakuba.kit.errors import Refusal
from yakuba.registers import forms, operations
from yakuba.registers.console.door import opened
from yakuba.registers.models import Import, Register
from yakuba.registers.queries import checked
from yakuba.townhall.models import Capability, StaffMember

_NEEDS = (Capability.HANDLE, Capability.PERSONAL)
State = Import.State


@page("registers/<uuid:register_id>/import/", title=_("ファイルの取込"), name="new_register_import")
def new(request: StaffRequest, register_id: UUID) -> HttpResponse:
    """Choose a file."""
    staff, register = opened(request, register_id, *_NEEDS)
    typed = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.Upload(*typed)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = operations.take_in(register, content=file.read(), name=file.name, staff=staff)
        except Refusal as no:
            form.add_error("file", str(no))
        else:
            return redirect("console:register_import", register.public_id, run.pk)
    context = {
        "register": register,
        "form": form,
        "has_columns": register.columns.standing().exists(),
    }
    return render(request, "registers/console/upload.html", context)


@page(
    "registers/<uuid:register_id>/import/<uuid:import_id>/",
    title=_("ファイルの取込"),
    name="register_import",
)
def one(request: StaffRequest, register_id: UUID, import_id: UUID) -> HttpResponse:
    """What stands to be done with a file, and the buttons for it."""
    staff, register = opened(request, register_id, *_NEEDS)
    run = get_object_or_404(Import.objects.select_related("staff"), register=register, pk=import_id)
    otherwise = None
    if request.method == "POST":
        try:
            gone_on, otherwise = _do(request, run, staff)
        except Refusal as no:
            messages.error(request, str(no))
            gone_on = True
        if gone_on:
            if request.POST.get("do") == "again" and run.state == State.DROPPED:
                return redirect("console:new_register_import", register.public_id)
            return redirect("console:register_import", register.public_id, run.pk)
    return render(request, "registers/console/import.html", _context(register, run, otherwise))


def _do(
    request: StaffRequest, run: Import, staff: StaffMember
) -> tuple[bool, forms.Otherwise | None]:
    """Do what was pressed, and say whether the page is to be opened again."""
    do = request.POST.get("do", "")
    if do == "read":
        form = forms.Otherwise(request.POST, reading=run.reading)
        if not form.is_valid():
            return False, form
        operations.read_otherwise(run, form.cleaned_data)
    elif do == "check":
        mode = request.POST.get("mode", "")
        mode = mode if mode in dict(forms.MODES) else run.mode
        mapping = {place: request.POST.get(f"column-{place}", "") for place in run.mapping}
        operations.ask_check(run, mapping=mapping, mode=mode, staff=staff)
    elif do == "commit":
        operations.ask_commit(run, staff=staff)
    elif do == "again":
        operations.drop(run)
    elif do == "drop":
        operations.drop(run)
        messages.success(request, _t("取込をやめました。台帳は元のままです。"))
    return True, None


def _context(register: Register, run: Import, otherwise: forms.Otherwise | None) -> dict[str, Any]:
    context: dict[str, Any] = {
        "register": register,
        "run": run,
        "is_waiting": run.state in (State.CHECKING, State.COMMITTING),
        "progress": Progress.objects.filter(pk=run.progress_id).first()
        if run.progress_id
        else None,
        "same_before": checked.same_file_before(run),
    }
    if run.state in (State.MAPPING, State.CHECKED, State.FAILED) and run.file_id:
        context |= {
            "file_columns": checked.file_columns(run),
            "columns": list(register.columns.standing()),
            "modes": forms.MODES,
            "reading": checked.reading_of(run),
            "otherwise": otherwise or forms.Otherwise(None, reading=run.reading),
        }
    if run.state == State.CHECKED:
        context |= {
            "found": run.found,
            "notes": checked.notes(run.found),
            "problems": run.problems[:100],
            "more_problems": max(0, run.found["problems"] - 100),
            "added": checked.added(run),
            "changed": checked.changed(run),
            "removed": checked.removed(run),
            "left_out": checked.left_out(run),
            "may_commit": not (run.found["faulty"] and run.mode == "replace"),
            "is_empty": not (run.found["added"] or run.found["changed"] or run.found["removed"]),
            "specs": list(register.columns.standing()),
        }
    return context


@page(
    "registers/<uuid:register_id>/import/<uuid:import_id>/problems/",
    title=_("直すところの一覧"),
    name="register_import_problems",
)
def problems(request: StaffRequest, register_id: UUID, import_id: UUID) -> HttpResponse:
    """The lines that cannot be read, as a file to work through beside the table."""
    _staff, register = opened(request, register_id, *_NEEDS)
    run = get_object_or_404(Import, register=register, pk=import_id)
    file = io.StringIO(newline="")
    sheet = csv.writer(file)
    sheet.writerow(["行", "列", "直すところ"])
    sheet.writerows(
        [line, _harmless(label), _harmless(words)] for line, label, words in run.problems
    )
    answer = HttpResponse(file.getvalue().encode("utf-8-sig"), content_type="text/csv")
    answer["Content-Disposition"] = 'attachment; filename="problems.csv"'
    return answer


def _harmless(words: str) -> str:
    return "'" + words if words[:1] in "=+-@＝＋－＠\t" else words
