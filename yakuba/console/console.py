"""The pages of the frame itself."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from yakuba.console import forms, operations, queries
from yakuba.console.models import Undo
from yakuba.console.sockets import Section, StaffRequest, page
from yakuba.kit import clock
from yakuba.kit.errors import Refusal
from yakuba.ui.icons import ICONS


@page("", title=_("今日やること"), name="today", section=Section.TODAY)
def today(request: StaffRequest) -> HttpResponse:
    """What waits for this person, what is late, what failed, what happens by itself today."""
    return render(
        request,
        "console/today.html",
        {"groups": queries.today(request.user), "now": clock.now()},
    )


@page("search/", title=_("検索"), name="search")
def search(request: StaffRequest) -> HttpResponse:
    """What the box in the head finds, across all packages."""
    words = request.GET.get("q", "").strip()[:100]
    answers = queries.found(request.user, words) if words else []
    if words:
        operations.note_search(request.user, where="everywhere", place=_("検索"), words=words)
    return render(request, "console/search.html", {"searched_words": words, "answers": answers})


@page("stay/", title=_("サインインを続ける"), name="stay")
def stay(request: StaffRequest) -> HttpResponse:
    """Answer nothing: the request itself puts the end of the sign-in off."""
    return HttpResponse(status=204)


@page("works/", title=_("作業の進み具合"), name="works")
def works(request: StaffRequest) -> HttpResponse:
    """The long work of this person, drawn again while it is running."""
    return render(request, "console/works_only.html")


@page("works/<uuid:progress_id>/seen/", title=_("作業の確認"), name="work_seen")
def work_seen(request: StaffRequest, progress_id: UUID) -> HttpResponse:
    """Put a finished work away."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    operations.see(staff_id=request.user.pk, progress_id=progress_id)
    return render(request, "console/works_only.html") if request.htmx else _back(request)


@page("undo/<uuid:undo_id>/", title=_("元に戻す"), name="undo")
def undo(request: StaffRequest, undo_id: UUID) -> HttpResponse:
    """Take back what this person has just done to many things."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    deed = get_object_or_404(Undo, pk=undo_id, staff_id=request.user.pk)
    try:
        sentence = operations.take_back(deed, staff=request.user)
    except Refusal as no:
        messages.error(request, str(no))
    else:
        messages.success(request, sentence)
    return _back(request)


@page("styleguide/", title=_("部品の見本"), name="styleguide", order=99)
def styleguide(request: StaffRequest) -> HttpResponse:
    """Every component with all its states; the browser tests walk here."""
    if request.method == "POST":  # the sample of `reveal`: nobody's name, so nothing to record
        return HttpResponse("神市　花子")
    context = {
        "right": forms.Sample(auto_id="right_%s"),
        "wrong": forms.Sample({"email": "hanako", "people": "0"}, auto_id="wrong_%s"),
        "icons": ICONS,
        "now": clock.now(),
    }
    return render(request, "console/styleguide.html", context)


def _back(request: StaffRequest) -> HttpResponse:
    """Return to where the button was pressed, if that was here."""
    came_from = request.headers.get("Referer", "")
    safe = url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()})
    return redirect(came_from if safe else "console:today")
