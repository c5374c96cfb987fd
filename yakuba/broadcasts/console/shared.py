"""What several pages of deliveries show: whose they are, the phone beside them, numbers of people."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _t

from yakuba.broadcasts import forms, rules
from yakuba.broadcasts.models import Delivery
from yakuba.broadcasts.rules import content as contents
from yakuba.console.sockets import StaffRequest
from yakuba.kit.errors import Refusal
from yakuba.kit.text import utf16_length
from yakuba.line.messages.limits import MESSAGES, TEXT
from yakuba.segments import builder
from yakuba.segments import queries as segments
from yakuba.townhall.models import Capability, StaffMember
from yakuba.townhall.queries import town


def visible(staff: StaffMember, public_id: str, capability: str = Capability.VIEW) -> Delivery:
    mine = Delivery.objects.visible_to(staff, capability)
    return get_object_or_404(
        mine.select_related("scope__department", "segment", "sent_by"), public_id=public_id
    )


def me(request: StaffRequest) -> StaffMember:
    return get_object_or_404(StaffMember, pk=request.user.pk)


def people(delivery: Delivery) -> str:
    if delivery.planned is None:
        return "—"
    veiled = segments.is_veiled(delivery.condition, delivery.planned)
    return _t("10人未満") if veiled else f"{delivery.planned:,}人"


def text_of(one: Delivery) -> str:
    return "\n\n".join(
        words
        for _where, language, words in contents.texts(contents.read(one.content))
        if language == "ja"
    )


def phone(text: str) -> dict[str, object]:
    """Return what the phone shows: the bubbles exactly as LINE will get them."""
    try:
        composed = rules.composed(contents.read(contents.plain(text)), language="ja")
        bubbles = [str(message["text"]) for message in composed] if text.strip() else []
    except Refusal:
        bubbles = []
    return {
        "bubbles": bubbles,
        "units": utf16_length(text),
        "most_units": TEXT,
        "most_bubbles": MESSAGES,
        "text_troubles": forms.text_troubles(text) if text.strip() else [],
        "account": town().name,
    }


def look(condition: object, *, by: StaffMember | None = None) -> dict[str, object]:
    """Return what the pane about the people shows; `by` somebody who has just typed the condition."""
    return builder.look(condition, by=by) if condition is not None else {"look_is_open": True}
