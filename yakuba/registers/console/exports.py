"""Taking a register out as a file."""

import tempfile
from pathlib import Path
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page
from yakuba.kit import clock
from yakuba.registers import forms, operations, queries
from yakuba.registers.console.door import opened
from yakuba.registers.models import Register
from yakuba.townhall.models import Capability, StaffMember
from yakuba.townhall.queries import may


@page("registers/<uuid:register_id>/export/", title=_("台帳の書き出し"), name="register_export")
def export(request: StaffRequest, register_id: UUID) -> HttpResponseBase:
    """Choose what, and get the file."""
    staff, register = opened(request, register_id, Capability.EXPORT)
    form = forms.ExportWish(request.POST or None)
    may_reveal = may(staff, Capability.PERSONAL, register.scope)
    if not may_reveal:
        del form.fields["has_personal"]
    if form.is_valid():
        wants = form.cleaned_data.get("has_personal", False)
        if wants and not may_reveal:
            raise PermissionDenied
        return _file(register, form.cleaned_data["format"], staff, has_personal=wants)
    context = {
        "register": register,
        "form": form,
        "count": queries.rows_of(register).count(),
        "protected": queries.rows_of(register).filter(is_protected=True).count(),
    }
    return render(request, "registers/console/export.html", context)


def _file(
    register: Register, format: str, staff: StaffMember, *, has_personal: bool
) -> HttpResponse | FileResponse:
    ending = "xlsx" if format == "xlsx" else "csv"
    with tempfile.TemporaryDirectory(prefix="yakuba-register-") as folder:
        path = Path(folder) / f"register.{ending}"
        operations.write_file(
            register, path=path, kind=format, has_personal=has_personal, staff=staff
        )
        # The file stays readable after its name is gone.
        return FileResponse(
            path.open("rb"),
            as_attachment=True,
            filename=f"{register.name}_{clock.today():%Y%m%d}.{ending}",
        )
