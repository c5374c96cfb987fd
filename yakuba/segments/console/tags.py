"""Tags: made by staff, given to everybody in a group or to a list of numbers, and taken back."""

from collections.abc import Mapping

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console import operations as frame
from yakuba.console.sockets import Section, Staff, StaffRequest, Undoer, page, undoers
from yakuba.kit.errors import Refusal
from yakuba.residents import operations as residents
from yakuba.residents import queries as people
from yakuba.residents.models import AttributeChoice
from yakuba.segments import forms, queries
from yakuba.segments.console.groups import me
from yakuba.townhall.models import StaffMember


def _may(request: StaffRequest) -> StaffMember:
    """Pass whoever may make groups: a tag says no more of people than a group does."""
    staff = me(request)
    if not queries.departments_of_makers(staff).exists():
        raise PermissionDenied
    return staff


@page("segments/tags/", title=_("タグ"), name="tags", section=Section.DELIVERY, order=21)
def tags(request: StaffRequest) -> HttpResponse:
    """Every tag with how many people have it, and a line to make another."""
    staff = _may(request)
    form = forms.NewTag(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = residents.make_tag(label=form.cleaned_data["label"], staff=staff)
        except Refusal as no:
            form.add_error("label", str(no))
        else:
            messages.success(request, _t("タグ「{label}」を作りました。").format(label=made.label))
            return redirect("console:tag", made.pk)
    return render(
        request, "segments/console/tags.html", {"form": form, "tags": people.tags_with_people()}
    )


@page("segments/tags/<int:tag_id>/", title=_("タグを付ける"), name="tag")
def tag(request: StaffRequest, tag_id: int) -> HttpResponse:
    """Choose whom to give a tag: a group, or numbers; see how many; then give it."""
    staff = _may(request)
    one = get_object_or_404(people.tags(), pk=tag_id)
    typed = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = forms.Tagging(*typed, staff=staff)
    context = {"tag": one, "form": form}
    if not form.is_valid():
        return render(request, "segments/console/tag.html", context)
    chosen = form.chosen()
    if "give" in request.POST and form.cleaned_data["expected"] == len(chosen.ids):
        return _give(request, one, chosen, staff)
    if "give" in request.POST:
        messages.warning(
            request, _t("確かめている間に人数が変わりました。もう一度確かめてください。")
        )
    context |= {
        "chosen": chosen,
        "new": people.without(one, chosen.ids),
        "carried": form.carried(),
    }
    return render(request, "segments/console/tag_confirm.html", context)


def _give(
    request: StaffRequest, one: AttributeChoice, chosen: forms.Chosen, staff: StaffMember
) -> HttpResponse:
    with transaction.atomic():
        given = residents.tag(one, resident_ids=chosen.ids, whom=chosen.whom, staff=staff)
        sentence = _t("タグ「{label}」を{count}人に付けました。").format(
            label=one.label, count=f"{len(given):,}"
        )
        undo = frame.offer_undo(
            staff_id=staff.pk,
            kind=Tagged.key,
            payload={"tag": one.pk, "residents": given},
            sentence=sentence,
        )
    messages.success(request, sentence, extra_tags=f"undo:{undo.pk}")
    return redirect("console:tags")


@undoers.plug
class Tagged(Undoer):
    key = "segments.tagged"
    label = _("タグを付ける")

    def take_back(self, staff: Staff, payload: Mapping[str, object]) -> str:
        """Take the tag from those it was new to; whoever had it before keeps it."""
        given = payload["residents"]
        if not isinstance(given, list):
            raise TypeError("whom the tag was given to is kept as a list")
        one = AttributeChoice.objects.get(pk=str(payload["tag"]))
        taken = residents.untag(one, resident_ids=given, staff=StaffMember.objects.get(pk=staff.pk))
        return _t("{count}人からタグを外しました。").format(count=f"{taken:,}")
