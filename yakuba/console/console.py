"""The pages of the frame itself."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import Section, StaffRequest, page


@page("", title=_("今日やること"), name="today", section=Section.TODAY)
def today(request: StaffRequest) -> HttpResponse:
    """What waits for this person, what is late, what failed, what happens by itself today."""
    return render(request, "console/today.html")
