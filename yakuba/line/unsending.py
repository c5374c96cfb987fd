"""A message that its sender took back (LINE's `unsend`): what it said is not ours to keep."""

from contextlib import suppress

from django.db import transaction
from django.db.models import ProtectedError

from yakuba.files import operations as files
from yakuba.line import rules
from yakuba.line.models import Content, WebhookEvent

_LOOKED_THROUGH = 200_000  # events; LINE lets people take back what is at most a day old


@transaction.atomic
def forget_message(*, user_id: str, message_id: str) -> None:
    """Empty the stored body of a message and erase its photo or file, also while it is being fetched.

    A photo that somebody refers to already, because it was handed in, stays with what was handed in.
    """
    wish = Content.objects.select_related("file").filter(pk=message_id).first()
    if wish is not None:
        file = wish.file
        wish.delete()  # whoever is fetching finds no wish any more, and erases what came
        if file is not None:
            with suppress(ProtectedError):
                files.erase(file)
    newest = WebhookEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for row in WebhookEvent.objects.filter(
        user_id=user_id, pk__gt=newest - _LOOKED_THROUGH, body__isnull=False
    ).order_by("-pk"):
        event = rules.read_event(row.body)
        if str(event.message.get("id", "")) == message_id:
            row.body, row.state = None, WebhookEvent.State.DONE  # nobody is to handle it any more
            row.save(update_fields=["body", "state"])
