"""Letters as an administrator sees them: what waits, what went, what could not go, and sending it again."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console import lists
from yakuba.console.lists import Column, Empty, Filter, Listing
from yakuba.console.sockets import (
    ADMINISTRATOR,
    Figure,
    Group,
    Section,
    Staff,
    StaffRequest,
    card,
    page,
)
from yakuba.kit import wareki
from yakuba.kit.errors import Refusal
from yakuba.mail import operations
from yakuba.mail.models import Letter


def _in_state(letters: QuerySet[Letter], state: str) -> QuerySet[Letter]:
    return letters.filter(state=state)


def _found(letters: QuerySet[Letter], words: str) -> QuerySet[Letter]:
    return letters.filter(subject__icontains=words)


LETTERS: Listing[Letter] = Listing(
    key="mail.letters",
    title=_("メール"),
    columns=[
        Column("subject", _("件名"), lambda letter: letter.subject),
        Column("state", _("状態"), lambda letter: letter.get_state_display(), sort="state"),
        Column("to", _("宛先"), lambda letter: "、".join(letter.to)),
        Column(
            "written", _("作成"), lambda letter: wareki.moment(letter.written_at), sort="written_at"
        ),
        Column("trouble", _("理由"), lambda letter: letter.trouble),
        Column("attempts", _("回数"), lambda letter: letter.attempts, at_end=True),
    ],
    order="-pk",
    empty=Empty(
        _("メールはまだありません"), _("申請などが届くと、担当課へのお知らせがここに並びます。")
    ),
    href=lambda letter: reverse("console:letter", args=[letter.pk]),
    filters=[Filter("state", _("状態"), lambda staff: Letter.State.choices, _in_state)],
    search=_found,
    search_hint=_("件名から探す"),
)


@page(
    "settings/mail/",
    title=_("メール"),
    name="letters",
    needs=ADMINISTRATOR,
    section=Section.SETTINGS,
    order=70,
)
def letters(request: StaffRequest) -> HttpResponse:
    return lists.answer(request, LETTERS, rows=Letter.objects.all())


@page("settings/mail/<int:letter_id>/", title=_("メール"), name="letter", needs=ADMINISTRATOR)
def letter(request: StaffRequest, letter_id: int) -> HttpResponse:
    """One letter, and sending it again to those who did not get it."""
    found = get_object_or_404(Letter, pk=letter_id)
    if request.method == "POST":
        try:
            operations.send_again(found)
        except Refusal as no:
            messages.error(request, str(no))
        else:
            messages.success(request, _t("もう一度送ります。しばらくしてからご確認ください。"))
        return redirect(request.path)
    parts = [] if found.is_secret else [part.text for part in found.parts.order_by("pk")]
    return render(request, "mail/console/letter.html", {"letter": found, "parts": parts})


@card(group=Group.FAILED, needs=ADMINISTRATOR)
def failed_letters(staff: Staff) -> list[Figure]:
    count = Letter.objects.filter(state=Letter.State.FAILED).count()
    if count == 0:
        return []
    return [Figure(_("送れなかったメール"), count, reverse("console:letters") + "?state=failed")]
