"""Whether what a delivery says may go out."""

from yakuba.broadcasts.models import Delivery
from yakuba.broadcasts.operations import composing, media, wordings
from yakuba.broadcasts.rules import linting
from yakuba.broadcasts.rules.content import read
from yakuba.procedures.models import Procedure
from yakuba.townhall.models import Department
from yakuba.townhall.queries import town


def problems(delivery: Delivery) -> list[linting.Problem]:
    """Return everything that is missing or doubtful, the red ones first."""
    content = read(delivery.content)
    return linting.problems(
        content,
        known=wordings.attributes().keys(),
        procedures=set(
            Procedure.objects.filter(status=Procedure.Status.OPEN).values_list("slug", flat=True)
        ),
        whole_media=media.whole(content.media).keys(),
        telephones=telephones(),
    )


def objections(delivery: Delivery) -> list[str]:
    """Return the sentences for which it must not be sent now: what is wrong, and warnings without an answer."""
    wrong = [one.sentence for one in problems(delivery) if one.is_red]
    open_ = [one.sentence for one in composing.unconfirmed(delivery, known=telephones())]
    return list(dict.fromkeys([*wrong, *open_]))


def telephones() -> list[str]:
    """Return the numbers that are the town hall's own."""
    return [town().phone, *Department.objects.values_list("phone", flat=True)]
