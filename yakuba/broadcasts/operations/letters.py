"""Letters to staff about deliveries: a name, a reason and a link. Never a word of the text, never a number of people."""

from collections.abc import Iterable

from django.conf import settings
from django.urls import reverse

from yakuba.broadcasts.models import Delivery, Series
from yakuba.mail import operations as mail
from yakuba.townhall import queries as townhall
from yakuba.townhall.models import Capability, StaffMember


def tell(delivery: Delivery, people: Iterable[StaffMember | None], subject: str, body: str) -> None:
    """Write one letter to each of `people`, with the address of the delivery below."""
    _write(people, subject, body, reverse("console:delivery", args=[delivery.public_id]))


def tell_held(delivery: Delivery) -> None:
    """Ask whoever confirmed it; several that stop together are one letter."""
    if delivery.sent_by is None:
        return
    link = settings.PUBLIC_URL + reverse("console:delivery", args=[delivery.public_id])
    mail.post(
        to=[delivery.sent_by.email],
        subject="送らずに止めた配信があります",
        body=f"配信「{delivery.name}」を、だれにも送らずに止めました。"
        f"画面で理由を読み、送るか取りやめるかを決めてください。\n\n{link}",
        batch_key="broadcasts.held",
        batch_minutes=1,
    )


def alarm(delivery: Delivery) -> None:
    """Tell everybody who may decide that a feed brings what is not sent: one letter for all of it."""
    people = [*townhall.who_may(Capability.PUBLISH, delivery.scope), delivery.sent_by]
    link = settings.PUBLIC_URL + reverse("console:held_feed", args=[delivery.feed])
    mail.post(
        to=[person.email for person in people if person is not None],
        subject="警報：連携から届いた情報を送らずに止めました",
        body="古い、重なっている、多すぎるなどの情報が連携から届いたため、1件も送っていません。"
        f"\nまとめて確かめてください。\n\n{link}",
    )


def tell_of_series(
    series: Series, people: Iterable[StaffMember | None], subject: str, body: str
) -> None:
    _write(people, subject, body, reverse("console:series", args=[series.public_id]))


def _write(people: Iterable[StaffMember | None], subject: str, body: str, path: str) -> None:
    link = settings.PUBLIC_URL + path
    for address in dict.fromkeys(person.email for person in people if person is not None):
        mail.post(to=[address], subject=subject, body=f"{body}\n\n{link}")
