"""A correction: a draft to exactly those who got the wrong message, or may have."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts.models import Delivery
from yakuba.broadcasts.operations.trail import note
from yakuba.broadcasts.rules import content as contents
from yakuba.kit import clock
from yakuba.kit.db import lock
from yakuba.kit.errors import Refusal
from yakuba.townhall import operations as townhall
from yakuba.townhall.models import StaffMember

State = Delivery.State
_MARK = "【訂正】"


class NothingToCorrect(Refusal):
    sentence = _("まだだれにも送っていないので、訂正はいりません。下書きに戻して直してください。")


@transaction.atomic
def correct(wrong: Delivery, *, staff: StaffMember) -> Delivery:
    """Return the draft of a correction of what was sent or stopped; the one that is open, or a new one.

    It goes to those whom a batch was meant for that LINE took or may have taken, whatever the condition says
    now. The words are those of the wrong one behind 【訂正】, for the clerk to change.

    Raises:
        NothingToCorrect: nobody got anything.
    """
    lock(wrong)
    if wrong.state in State.before_sending():
        raise NothingToCorrect
    known = wrong.corrections.filter(state=State.DRAFT).first()
    if known is not None:
        return known
    name = f"{_MARK}{wrong.name}"[:80]
    fresh = Delivery.objects.create(
        scope=townhall.own(department=wrong.scope.department, kind="broadcasts", name=name),
        name=name,
        kind=Delivery.Kind.CORRECTION,
        condition=wrong.condition,
        segment=wrong.segment,
        content=_marked(wrong.content),
        lane=wrong.lane,
        corrects=wrong,
        made_at=clock.now(),
        made_by=staff,
    )
    note(fresh, staff, "created", f"配信「{wrong.name}」の訂正の下書きを作りました。")
    return fresh


def _marked(document: object) -> dict[str, object]:
    """Put the mark before the first text; a content without any gets one."""
    content = contents.read(document)
    parts = list(content.parts)
    for place, part in enumerate(parts):
        if isinstance(part, contents.TextPart):
            text = part.text.model_copy(update={"ja": f"{_MARK}\n{part.text.ja}"})
            parts[place] = part.model_copy(update={"text": text})
            break
    else:
        mark = contents.TextPart(
            text=contents.Texts(ja=f"{_MARK}\n先ほどのお知らせに誤りがありました。")
        )
        parts = [mark, *parts][: contents.MOST_PARTS]
    return contents.document_of(content.model_copy(update={"parts": parts}))
