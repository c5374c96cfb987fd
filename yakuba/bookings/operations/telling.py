"""What is written to the resident's talk about a booking: what, when, and a link."""

from django.conf import settings

from yakuba.bookings.models import Booking
from yakuba.kit import wareki
from yakuba.line import messages as line
from yakuba.line import operations as wire
from yakuba.line.models import Lane
from yakuba.procedures.definition import Text
from yakuba.residents import queries as residents

_SEE = Text(ja="予約を見る", easy="よやくを 見る", en="See the booking")
_NUMBER = Text(ja="予約番号", easy="よやく ばんごう", en="Booking number")
_MOST = 5  # times in one card
CONFIRMED = Text(
    ja="予約が確定しました。",
    easy="よやくが できました。",
    en="Your booking is confirmed.",
)
APPROVED = Text(
    ja="予約が承認されました。ページから料金をお支払いください。お支払いで確定します。",
    easy="よやくの お金を はらって ください。はらうと きまります。",
    en="Your booking is approved. Please pay on the page; it is confirmed with the payment.",
)
GIVEN_UP = Text(
    ja="役場の都合で、予約を取り消しました。申し訳ありません。理由：{reason}",
    easy="やくばの つごうで、よやくを なくしました。ごめんなさい。りゆう：{reason}",
    en="The town hall had to cancel your booking. We are sorry. Reason: {reason}",
)
RAN_OUT = Text(
    ja="お支払いの時間が過ぎたため、仮予約を終わりました。もう一度予約できます。",
    easy="お金を はらう 時間が おわったので、よやくは なくなりました。もういちど よやく できます。",
    en="The time to pay is over, so the booking was not kept. You can book again.",
)
PAID_LATE = Text(
    ja="お支払いが時間を過ぎていたため、その時間はほかの予約が入りました。お金は返します。",
    easy="お金を はらうのが おそかったので、ほかの人が よやくしました。お金は かえします。",
    en="Your payment came after the time to pay, and somebody else has booked. The money goes back.",
)
MOVED = Text(
    ja="予約の日時を変更しました。理由：{reason}",
    easy="よやくの 日を かえました。りゆう：{reason}",
    en="Your booking was moved. Reason: {reason}",
)
REMINDED = Text(
    ja="予約のお知らせです。{reason}",
    easy="よやくの おしらせです。{reason}",
    en="A reminder of your booking. {reason}",
)


def tell(booking: Booking, words: Text, *, reason: str = "") -> bool:
    """Write to the resident, if there is a way; say whether there was."""
    resident = booking.resident
    user_id = residents.line_user_id(resident) if resident is not None else None
    if resident is None or user_id is None or not resident.reachable:
        return False
    language = resident.language
    times = booking.items.filter(live=True).select_related("offer").order_by("starts_at")
    link = f"{settings.LIFF_BASE}/{settings.LINE_LIFF_ID}/booking/{booking.pk}/"
    wire.say(
        user_id,
        [
            line.card(
                kicker=booking.facility.scope.department.name,
                title=booking.facility.name,
                facts=[
                    (_NUMBER.pick(language), booking.receipt_no),
                    *(
                        (str(one.offer), wareki.span(one.starts_at, one.ends_at))
                        for one in times[:_MOST]
                    ),
                ],
                note=words.pick(language).format(reason=reason).strip(),
                main_button=line.Link(_SEE.pick(language), link),
            )
        ],
        lane=Lane.NOTICE,
    )
    return True
