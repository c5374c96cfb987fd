"""Letters to staff about deliveries: a name, a reason and a link. Never a word of the text, never a number of people."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from yakuba.broadcasts.models import Delivery
from yakuba.mail import operations as mail
from yakuba.townhall.models import StaffMember


def tell(delivery: Delivery, people: Iterable[StaffMember | None], subject: str, body: str) -> None:
    """Write one letter to each of `people`, with the address of the delivery below."""
    link = settings.PUBLIC_URL + reverse("console:delivery", args=[delivery.public_id])
    for address in dict.fromkeys(person.email for person in people if person is not None):
        mail.post(to=[address], subject=subject, body=f"{body}\n\n{link}")
