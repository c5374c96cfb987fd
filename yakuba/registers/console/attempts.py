"""How often a register was looked into, and whether somebody goes through it name by name."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import StaffRequest, page
from yakuba.registers import queries
from yakuba.registers.console.door import opened
from yakuba.townhall.models import Capability


@page(
    "registers/<uuid:register_id>/attempts/",
    title=_("照合の記録"),
    name="register_attempts",
)
def attempts(request: StaffRequest, register_id: UUID) -> HttpResponse:
    """Figures only: nobody's name stands here, neither of those who asked nor of those asked for."""
    _staff, register = opened(request, register_id, Capability.DESIGN)
    context = {"register": register, "days": queries.tries_by_day(register)}
    return render(request, "registers/console/attempts.html", context)
