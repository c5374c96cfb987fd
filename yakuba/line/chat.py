"""What the wire itself says in the talk, so that nobody is left without an answer."""

from django.utils.translation import gettext as _

from yakuba.files import operations as files
from yakuba.files.models import StoredFile
from yakuba.line import messages, operations, unsending
from yakuba.line.rules import CONTENT, Event
from yakuba.line.sockets import Person, event_handler


@event_handler(order=-1000)
def warn_of_number(event: Event, person: Person) -> bool:
    """A My Number or card number was typed; it is blotted out already, and not taken as an answer."""
    if not event.is_masked:
        return False
    words = _(
        "マイナンバーやカード番号のような番号は、このトークでは受け付けていません。"
        "いただいた番号は、役場には残していません。\n"
        "お手元のトークからも、メッセージを長押しして送信を取り消してください。"
    )
    operations.say(person.user_id, messages.text(words), reply_to=event)
    return True


@event_handler(order=-2000, while_silent=True)
def forget_what_was_unsent(event: Event, person: Person) -> bool:
    """Somebody took a message back: what it said goes at once; whoever made use of it hears of it next."""
    if event.type == "unsend" and event.is_private and event.unsent_id:
        unsending.forget_message(user_id=event.user_id, message_id=event.unsent_id)
    return False


@event_handler(order=1000, while_silent=True)
def drop_unclaimed_content(event: Event, person: Person) -> bool:
    """A photo arrived that nobody waits for any more; what nobody needs is not kept."""
    if event.type != CONTENT:
        return False
    for file in StoredFile.objects.filter(
        pk__in=[event.content[key] for key in ("file",) if key in event.content]
    ):
        files.erase(file)
    if event.content.get("trouble") and not person.is_silent:
        words = str(event.content["trouble"])
        operations.say(person.user_id, messages.text(words), reply_to=event)
    return True
