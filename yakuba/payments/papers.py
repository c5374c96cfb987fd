"""The record of a payment on paper."""

from yakuba.kit import wareki
from yakuba.kit.paper import Paper
from yakuba.payments import queries
from yakuba.payments.models import Charge
from yakuba.townhall import queries as townhall


def receipt(charge: Charge) -> bytes:
    """Return the record of what was received for `charge`, as PDF. The same record gives the same bytes."""
    entries = queries.entries_for_payer(charge)
    made_at = entries[-1].posted_at if entries else charge.made_at
    department = charge.scope.department
    paper = Paper(
        "支払いの記録",
        made_at=made_at,
        sender=(townhall.town().name, department.name, department.phone),
    )
    paper.text("次のとおり受け取りました。")
    paper.table(
        [
            ("何の支払いか", charge.title),
            ("番号", charge.number),
            ("受け取った金額", f"{queries.sums(charge).net:,}円"),
        ]
    )
    paper.heading("内訳")
    paper.table(
        [
            (f"{one.label}　{one.unit:,}円 × {one.quantity}", f"{one.amount:,}円")
            for one in charge.lines_of()
        ]
    )
    paper.heading("お金の出入り")
    paper.table(
        [
            (
                wareki.full(entry.day),
                f"{entry.get_kind_display()}　{entry.amount:,}円",
            )
            for entry in entries
        ]
    )
    paper.small("この記録は、役場が受け取ったことを示すものです。")
    return paper.bytes()
