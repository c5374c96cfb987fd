"""What is written to the resident's talk about a submission: what to do, and a link. Nothing personal."""

from collections.abc import Sequence

from django.conf import settings

from yakuba.kit import clock
from yakuba.line import messages as line
from yakuba.line import operations as wire
from yakuba.line.models import Lane
from yakuba.procedures.definition import Text
from yakuba.residents import queries as residents
from yakuba.submissions.models import Event, Submission

_SEE = Text(ja="内容を見る", easy="見る", en="See")
_RECEIPT = Text(ja="受付番号", easy="うけつけ ばんごう", en="Receipt number")


def tell_resident(
    submission: Submission,
    words: Text,
    *,
    facts: Sequence[tuple[Text, str]] = (),
    button: Text = _SEE,
    page: str = "",
    **filled: object,
) -> bool:
    """Write to the resident, if there is a way; else an event says that nobody was reached.

    `page` is below the submission's page; `filled` goes into `words`.
    """
    resident = submission.resident
    user_id = residents.line_user_id(resident) if resident is not None else None
    if resident is None or user_id is None or not resident.reachable:
        Event.objects.create(
            submission=submission,
            happened_at=clock.now(),
            what="unreached",
            words="LINEでお知らせできませんでした（友だちではないか、ブロックされています）。電話か郵便で知らせてください。",
        )
        return False
    language = resident.language
    department = submission.procedure.scope.department
    text = words.pick(language).format(
        title=submission.procedure.title,
        department=department.name,
        phone=department.phone,
        **filled,
    )
    link = f"{settings.LIFF_BASE}/{settings.LINE_LIFF_ID}/submission/{submission.pk}/{page}"
    wire.say(
        user_id,
        [
            line.card(
                kicker=department.name,
                title=submission.procedure.title,
                facts=[
                    (_RECEIPT.pick(language), submission.receipt_no),
                    *((label.pick(language), value) for label, value in facts),
                ],
                note=text,
                main_button=line.Link(button.pick(language), link),
            )
        ],
        lane=Lane.NOTICE,
    )
    return True
