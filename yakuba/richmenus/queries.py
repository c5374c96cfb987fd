"""Which rules are in force, who sees which menu and why, and where LINE differs from that."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from psycopg.sql import SQL, Composable

from yakuba.conditions import tree
from yakuba.conditions.checking import BrokenCondition, read
from yakuba.conditions.compiling import ROOM_TO_HASH
from yakuba.conditions.facts import Parameters
from yakuba.files.models import StoredFile
from yakuba.files.queries import is_held
from yakuba.kit import clock
from yakuba.procedures.models import Procedure
from yakuba.residents.models import LineAccount, Resident
from yakuba.richmenus import definition
from yakuba.richmenus.models import Assignment, LinkBatch, MadeMenu, MenuRule, Mirror, RichMenu
from yakuba.richmenus.rules import checking, choosing, objects
from yakuba.richmenus.sockets import rule_kinds
from yakuba.townhall.models import StaffMember


def _plain(rule: MenuRule) -> choosing.Rule:
    kind = rule_kinds[rule.kind]
    return choosing.Rule(
        id=rule.pk,
        menu=rule.menu_id,
        rank=kind.rank,
        priority=rule.priority,
        is_for_everybody=kind.is_for_everybody,
    )


def in_order(rules: Sequence[MenuRule]) -> list[MenuRule]:
    """Sort rules as they are judged."""
    by_id = {rule.pk: rule for rule in rules}
    return [by_id[one.id] for one in choosing.in_order(map(_plain, rules))]


def running() -> list[MenuRule]:
    """The rules in force, in the order in which they are judged."""
    return in_order(list(MenuRule.objects.running().select_related("menu")))


def everybodys_rule() -> MenuRule | None:
    """The rule whose menu is LINE's default now: the disaster's, else the default."""
    rules = running()
    found = choosing.everybodys(map(_plain, rules))
    return next((rule for rule in rules if found and rule.pk == found.id), None)


def rules_that_differ() -> list[MenuRule]:
    """The rules in force that can give somebody another menu than the default of all."""
    rules = running()
    wanted = {one.id for one in choosing.before_everybodys(map(_plain, rules))}
    return [rule for rule in rules if rule.pk in wanted]


def selection(rule: MenuRule) -> tuple[Composable, Parameters] | None:
    """Return whom the rule means as SQL over `subject`; None if its condition cannot be asked any more."""
    try:
        return rule_kinds[rule.kind].selection(rule, f"r{rule.pk}_")
    except BrokenCondition:
        return None


@dataclass(frozen=True, slots=True)
class Difference:
    """Somebody who is linked otherwise than wanted. `made` is what to link; None is to unlink."""

    user_id: str
    made: int | None
    rule: int | None
    linked_at: datetime | None


# What is fine: for the default no link, or one to a tab of the menu that is the default; else a link to any
# tab of the wanted menu, as LINE shows it now. A menu that is not ready yet changes nobody.
_DIFFERENCES = """
WITH entry AS (
  SELECT menu.id AS menu_id, made.id AS made_id FROM richmenus_richmenu menu
  JOIN richmenus_versiontab tab ON tab.version_id = menu.shown_id AND tab.place = 0
  JOIN richmenus_mademenu made ON made.id = tab.made_id AND made.state = 'ready'),
good AS (
  SELECT menu.id AS menu_id, tab.made_id FROM richmenus_richmenu menu
  JOIN richmenus_versiontab tab ON tab.version_id = menu.shown_id)
SELECT one.line_user_id,
  CASE WHEN one.menu_id IS NULL OR one.menu_id = %(default)s THEN NULL ELSE entry.made_id END,
  CASE WHEN one.menu_id IS NULL OR one.menu_id = %(default)s THEN NULL ELSE one.rule_id END,
  one.linked_at
FROM richmenus_assignment one
JOIN residents_lineaccount account ON account.line_user_id = one.line_user_id
  AND account.detached_at IS NULL AND account.is_friend
LEFT JOIN entry ON entry.menu_id = one.menu_id
LEFT JOIN good ON good.made_id = one.linked_id AND good.menu_id = coalesce(one.menu_id, %(default)s)
WHERE {who} AND CASE WHEN one.menu_id IS NULL OR one.menu_id = %(default)s
  THEN NOT one.is_known OR one.linked_id IS NOT NULL AND good.made_id IS NULL
  ELSE entry.made_id IS NOT NULL AND (NOT one.is_known OR good.made_id IS NULL) END
ORDER BY one.line_user_id
"""
_FREE = "one.batch_id IS NULL"


def differences(
    *, only: Sequence[str] | None = None, lock: bool = False, batch: LinkBatch | None = None
) -> list[Difference]:
    """Return whose link at LINE is not what it should be; of those in `batch`, or in no batch at all."""
    who = [SQL("one.batch_id = %(batch)s") if batch else SQL(_FREE)]
    if only is not None:
        who.append(SQL("one.line_user_id = ANY(%(only)s)"))
    statement = SQL(_DIFFERENCES).format(who=SQL(" AND ").join(who))
    if lock:
        statement += SQL(" FOR UPDATE OF one SKIP LOCKED")
    rule = everybodys_rule()
    parameters = {
        "default": rule.menu_id if rule else None,
        "only": list(only) if only is not None else None,
        "batch": batch.pk if batch else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [Difference(*row) for row in cursor.fetchall()]


def entry(menu: RichMenu) -> MadeMenu | None:
    """What people are linked to for `menu`, if LINE has it."""
    return MadeMenu.objects.filter(
        tabs__version__shown_of=menu.pk, tabs__place=0, state=MadeMenu.State.READY
    ).first()


def default_entry() -> MadeMenu | None:
    """What should be LINE's default of all now, if LINE has it."""
    rule = everybodys_rule()
    return entry(rule.menu) if rule is not None else None


def count_of(rule: MenuRule) -> int:
    """How many friends the rule means, whatever other rules say."""
    found = selection(rule)
    if found is None:
        return 0
    statement = SQL(
        "SELECT count(*) FROM residents_resident subject WHERE subject.reachable AND {}"
    ).format(found[0])
    with connection.cursor() as cursor:
        cursor.execute(ROOM_TO_HASH)
        cursor.execute(statement, found[1])
        return int(cursor.fetchone()[0])


def friends() -> int:
    return Resident.objects.filter(reachable=True).count()


def means(rules: Sequence[MenuRule], resident: Resident) -> dict[int, bool]:
    """Say of each rule whether it means the resident."""
    said: dict[int, bool] = {}
    for rule in rules:
        found = selection(rule)
        if found is None:
            said[rule.pk] = False
            continue
        statement = SQL(
            "SELECT coalesce({}, false) FROM residents_resident subject WHERE subject.id = %(resident)s"
        ).format(found[0])
        with connection.cursor() as cursor:
            cursor.execute(statement, {**found[1], "resident": resident.pk})
            said[rule.pk] = bool(cursor.fetchone()[0])
    return said


@dataclass(frozen=True, slots=True)
class Judged:
    """One rule in force, and what it was for one resident: chosen, beaten, no."""

    rule: MenuRule
    verdict: str


@dataclass(frozen=True, slots=True)
class Link:
    """One LINE account of a resident, and what LINE shows it as far as we know."""

    ending: str  # the last four letters of the user id
    is_friend: bool
    linked: MadeMenu | None
    is_under_way: bool


@dataclass(frozen=True, slots=True)
class Why:
    """Which menu a resident sees, and why."""

    menu: RichMenu | None
    judged: list[Judged]
    links: list[Link]


def why(resident: Resident) -> Why:
    """Judge the resident as everybody is judged, and tell what became of each rule."""
    rules = running()
    said = means(rules, resident)
    verdicts = choosing.reasons([_plain(rule) for rule in rules], said)
    by_id = {rule.pk: rule for rule in rules}
    judged = [Judged(by_id[one.rule], one.verdict) for one in verdicts]
    menu = next((one.rule.menu for one in judged if one.verdict == "chosen"), None)
    accounts = LineAccount.objects.filter(resident=resident, detached_at=None)
    known = {
        one.line_user_id: one
        for one in Assignment.objects.filter(
            line_user_id__in=accounts.values("line_user_id")
        ).select_related("linked__menu", "batch")
    }
    links = []
    for account in accounts.order_by("attached_at"):
        one = known.get(account.line_user_id)
        links.append(
            Link(
                ending=account.line_user_id[-4:],
                is_friend=account.is_friend,
                linked=one.linked if one else None,
                is_under_way=bool(one and one.batch_id),
            )
        )
    return Why(menu, judged, links)


def procedures_known(slugs: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    """Return title and status of the procedures among `slugs`."""
    found = Procedure.objects.filter(slug__in=list(slugs))
    return {one.slug: (one.title, one.status) for one in found}


def surroundings(menu: RichMenu | None, read: definition.Menu) -> checking.Surroundings:
    """Gather what a menu is judged by: procedures, files, links that were dead when looked at last."""
    files = {tab.picture.file for tab in read.tabs if tab.picture.file}
    return checking.Surroundings(
        procedures=procedures_known(sorted(objects.uses(read))),
        dead_links=dict(menu.dead_links) if menu is not None else {},
        pictures=frozenset(_files_there(files)),
        now=f"{clock.now():%Y-%m-%dT%H:%M}",
    )


def _files_there(files: Collection[str]) -> Iterator[str]:
    for one in files:
        try:
            number = UUID(one)
        except ValueError:
            continue
        file = StoredFile.objects.filter(pk=number).first()
        if file is not None and not is_held(file):
            yield one


def findings(menu: RichMenu | None, read: definition.Menu) -> list[checking.Finding]:
    """Say what is wrong with a document now, the worst first; nothing is asked of the world outside."""
    return checking.findings(read, surroundings(menu, read))


def troubled(staff: StaffMember) -> list[tuple[RichMenu, list[checking.Finding]]]:
    """The public menus that something is wrong with, of those that `staff` may see."""
    found = []
    public = RichMenu.objects.visible_to(staff).filter(state=RichMenu.State.PUBLISHED)
    for menu in public.select_related("current").order_by("name"):
        if menu.current is not None:
            problems = findings(menu, definition.read(menu.current.document))
            serious = [one for one in problems if one.severity == checking.RED]
            dead = [one for one in problems if "リンク先が開けません" in one.sentence]
            if serious or dead:
                found.append((menu, [*serious, *dead]))
    return found


@dataclass(frozen=True, slots=True)
class Progress:
    """How far switching is: people who wait, whom LINE is being asked again, who failed, who are done since."""

    waiting: int
    again: int
    failed: int
    done: int
    since: datetime | None

    @property
    def planned(self) -> int:
        return self.waiting + self.failed + self.done


def progress(since: datetime | None = None) -> Progress:
    """Add up the batches made since a moment (business time); those still open are always counted."""
    rows = LinkBatch.objects.exclude(people=0)
    open_ones = rows.filter(state__in=(LinkBatch.State.PENDING, LinkBatch.State.SENDING))
    done = rows.filter(state=LinkBatch.State.DONE)
    if since is not None:
        done = done.filter(created_at__gte=since)
    return Progress(
        waiting=_people(open_ones),
        again=_people(open_ones.filter(attempts__gt=1)),
        failed=_people(rows.filter(state=LinkBatch.State.FAILED)),
        done=_people(done),
        since=since,
    )


def _people(batches: QuerySet[LinkBatch]) -> int:
    return int(batches.aggregate(people=Sum("people"))["people"] or 0)


def failed_batches() -> QuerySet[LinkBatch]:
    return LinkBatch.objects.filter(
        state=LinkBatch.State.FAILED, assignments__isnull=False
    ).distinct()


def made_troubles() -> QuerySet[MadeMenu]:
    """What LINE did not take, or has to wait for."""
    return MadeMenu.objects.exclude(trouble="").exclude(state=MadeMenu.State.REMOVED)


def rules_about(fact: str) -> list[MenuRule]:
    """The rules that are not over and whose condition names `fact`."""
    rules = MenuRule.objects.standing().exclude(condition=None).order_by("name")
    return [rule for rule in rules if fact in tree.facts_named(read(rule.condition))]


def as_file(menu: RichMenu, *, is_published: bool = False) -> dict[str, object]:
    """Return the menu as its file has it; an uploaded picture does not travel, its tab says so when checked."""
    version = menu.current if is_published else None
    return {
        "name": menu.name,
        "department": menu.scope.department.code,
        "menu": version.document if version is not None else menu.draft.document,
    }


def seeing(rules: Sequence[MenuRule]) -> dict[int, int]:
    """How many friends see the menu of each rule because of it; whoever has no row sees everybody's."""
    friend = LineAccount.objects.filter(
        line_user_id=OuterRef("line_user_id"), is_friend=True, detached_at=None
    )
    chosen = Assignment.objects.filter(Exists(friend)).exclude(rule=None)
    counts: dict[int, int] = dict(
        chosen.values_list("rule").annotate(many=Count("pk")).values_list("rule", "many")
    )
    usual = everybodys_rule()
    if usual is not None:
        friends_now = LineAccount.objects.filter(is_friend=True, detached_at=None).count()
        counts[usual.pk] = friends_now - sum(counts.values())
    return {rule.pk: counts.get(rule.pk, 0) for rule in rules}


def is_default_set() -> bool:
    """Say whether LINE's default of all is what it should be, as far as we know."""
    wanted = default_entry()
    here = Mirror.objects.filter(pk=1).first()
    if wanted is None:
        return True
    return here is not None and here.is_default_known and here.default_id == wanted.pk


def newest_batches() -> list[LinkBatch]:
    rows = LinkBatch.objects.exclude(people=0).select_related("made__menu", "rule")
    return list(rows.defer("user_ids").order_by("-pk")[:30])


def mirror_state() -> Mirror | None:
    return Mirror.objects.filter(pk=1).first()
