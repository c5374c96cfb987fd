"""A new telephone: the old record is looked for, both are seen side by side, and the account moves."""

from collections.abc import Mapping

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console import operations as frame
from yakuba.console.sockets import Staff, StaffRequest, Undoer, page, undoers, viewed
from yakuba.kit.errors import Refusal
from yakuba.residents import forms, operations, queries
from yakuba.residents.console.register import allowed
from yakuba.residents.models import Reattachment, Resident
from yakuba.townhall.models import Capability, StaffMember


@page(
    "residents/<uuid:public_id>/reattach/",
    title=_("新しい電話への引き継ぎ"),
    name="reattach_resident",
    needs=Capability.HANDLE,
)
def reattach(request: StaffRequest, public_id: str) -> HttpResponse:
    """Look for the old record of the person whose new LINE account this record has."""
    staff = allowed(request, Capability.HANDLE)
    new = get_object_or_404(Resident, public_id=public_id)
    words = request.GET.get("who", "").strip()[:60]
    candidates = queries.found(staff, words).exclude(pk=new.pk)[:10] if words else []
    context = {
        "resident": new,
        "who": words,
        "candidates": candidates,
        "account": new.accounts.filter(detached_at=None).first(),
    }
    return render(request, "residents/console/reattach.html", context)


@page(
    "residents/<uuid:public_id>/reattach/<uuid:old_id>/",
    title=_("引き継ぎの確認"),
    name="confirm_reattach",
    needs=Capability.HANDLE,
)
def confirm(request: StaffRequest, public_id: str, old_id: str) -> HttpResponse:
    """Both records side by side, masked; how the person was identified is typed and kept."""
    staff = allowed(request, Capability.HANDLE)
    new = get_object_or_404(Resident, public_id=public_id)
    old = get_object_or_404(Resident.objects.exclude(pk=new.pk), public_id=old_id)
    account = new.accounts.filter(detached_at=None).order_by("-attached_at").first()
    if account is None:
        messages.error(request, _t("この記録には、いま使われているLINEアカウントがありません。"))
        return redirect("console:resident", new.public_id)
    form = forms.Identification(request.POST or None)
    if form.is_valid():
        try:
            with transaction.atomic():
                done = operations.reattach(
                    user_id=account.line_user_id,
                    to=old,
                    staff=staff,
                    reason=form.cleaned_data["identified_by"],
                )
                undo = frame.offer_undo(
                    staff_id=staff.pk,
                    kind=Reattaching.key,
                    payload={"reattachment": done.pk},
                    sentence="LINEアカウントを付け替えました。",
                )
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(
                request, _t("LINEアカウントを付け替えました。"), extra_tags=f"undo:{undo.pk}"
            )
            return redirect("console:resident", old.public_id)
    else:
        viewed.announce(
            request.user, old.subject, "引き継ぎのために、登録内容を伏せ字で見ました。", {}
        )
    context = {
        "resident": new,
        "old": old,
        "form": form,
        "sides": [(_t("古い記録（残ります）"), old, queries.outline(old)),
                  (_t("新しいLINEの記録"), new, queries.outline(new))],
    }  # fmt: skip
    return render(request, "residents/console/confirm_reattach.html", context)


@undoers.plug
class Reattaching(Undoer):
    key = "residents.reattach"
    label = _("LINEアカウントの付け替え")

    def take_back(self, staff: Staff, payload: Mapping[str, object]) -> str:
        """Give the account back, with what was handed over with it."""
        done = Reattachment.objects.select_related("before", "to", "account").get(
            pk=str(payload["reattachment"])
        )
        operations.take_back(done, staff=StaffMember.objects.get(pk=staff.pk))
        return _t("LINEアカウントの付け替えを元に戻しました。")
