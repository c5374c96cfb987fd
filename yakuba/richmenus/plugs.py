"""What richmenus plug into others."""

from collections.abc import Iterator
from datetime import timedelta

from yakuba.kit import upkeep
from yakuba.line.rules import Event
from yakuba.line.sockets import postbacks
from yakuba.procedures.models import Run
from yakuba.procedures.sockets import run_completed
from yakuba.residents.models import LineAccount, Resident
from yakuba.residents.sockets import attribute_user, forgotten, joined, left, moved, returned
from yakuba.richmenus import api, console, operations, queries  # noqa: F401
from yakuba.richmenus.chat import pressed
from yakuba.richmenus.kinds import links, ruling  # noqa: F401

postbacks("richmenus", while_silent=True)(pressed)
upkeep.every(timedelta(minutes=1))(operations.nightly)


@joined.connect
def give_menu(resident: Resident, event: Event) -> None:
    """A new friend sees the right menu at once; of one who comes back, LINE is told anew."""
    operations.meet_again([event.user_id])


@left.connect
def doubt_menu(resident: Resident) -> None:
    operations.doubt(_accounts(resident))


@run_completed.connect
def judge_anew(run: Run, resident: Resident) -> None:
    """Whoever told us something may see another menu from now on."""
    operations.decide_for(_accounts(resident))


@moved.connect
def judge_the_new_owner(before: Resident, after: Resident) -> None:
    operations.decide_for(_accounts(after))


@returned.connect
def judge_the_old_owner(before: Resident, after: Resident) -> None:
    operations.decide_for(_accounts(after))


@forgotten.connect
def forget_links(resident: Resident) -> None:
    operations.forget(_accounts(resident))


@attribute_user
def rules_that_ask(key: str) -> Iterator[str]:
    """Name the rules whose condition asks for the attribute."""
    for rule in queries.rules_about(f"resident.{key}"):
        yield f"メニューの決まり「{rule.name}」"


def _accounts(resident: Resident) -> list[str]:
    mine = LineAccount.objects.filter(resident=resident, detached_at=None)
    return list(mine.values_list("line_user_id", flat=True))
