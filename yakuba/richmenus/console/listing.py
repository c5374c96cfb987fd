"""All menus, and who sees which of them: one list in the order in which it is judged."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.console.sockets import Figure, Group, Section, Staff, StaffRequest, card, page
from yakuba.kit import clock, wareki
from yakuba.richmenus import definition, queries
from yakuba.richmenus.console.drafts import me
from yakuba.richmenus.models import MenuRule, RichMenu, Version
from yakuba.richmenus.rules import checking
from yakuba.richmenus.sockets import DISASTER, rule_kinds
from yakuba.segments.queries import departments_of_makers, is_veiled
from yakuba.townhall.models import Capability, StaffMember


@dataclass(frozen=True, slots=True)
class Line:
    """One rule as the list shows it."""

    rule: MenuRule
    kind: str
    words: list[str]
    people: str
    until: str
    is_silenced: bool  # a rule for everybody stands before it


@dataclass(frozen=True, slots=True)
class Row:
    """One menu as the list shows it."""

    menu: RichMenu
    planned: Version | None
    red: int
    yellow: int
    is_behind: bool  # LINE has not yet what is public


@page("menus/", title=_("メニュー"), name="menus", section=Section.MAKE, order=20)
def menus(request: StaffRequest) -> HttpResponse:
    """Who sees which menu and until when, and every menu of the departments that let this person see them."""
    staff = me(request)
    rules = queries.in_order(list(MenuRule.objects.standing().select_related("menu__scope")))
    mine = set(MenuRule.objects.visible_to(staff).values_list("pk", flat=True))
    lines = lines_of(rules)
    progress = queries.progress()
    context = {
        "lines": [line for line in lines if line.rule.pk in mine],
        "hidden": sum(line.rule.pk not in mine for line in lines),
        "rows": [_row(menu) for menu in _menus(staff)],
        "away": RichMenu.objects.visible_to(staff).filter(state=RichMenu.State.REMOVED),
        "disaster": next((rule for rule in rules if rule.kind == DISASTER), None),
        "has_default": any(rule.kind == "default" for rule in rules),
        "progress": progress,
        "may_make": departments_of_makers(staff).exists(),
        "may_switch": RichMenu.objects.visible_to(staff, Capability.PUBLISH).exists(),
    }
    return render(request, "richmenus/console/menus.html", context)


def _menus(staff: StaffMember) -> list[RichMenu]:
    living = RichMenu.objects.visible_to(staff).living()
    return list(
        living.select_related("scope__department", "current", "shown", "draft").order_by("pk")
    )


def lines_of(rules: Sequence[MenuRule]) -> list[Line]:
    """Return the rules as the list shows them; a small number of a sensitive condition is veiled."""
    counts = queries.seeing(rules)
    found, silenced = [], False
    for rule in rules:
        kind = rule_kinds[rule.kind]
        people = counts.get(rule.pk, 0)
        veiled = rule.condition is not None and is_veiled(rule.condition, people)
        is_running = rule.state == MenuRule.State.RUNNING
        found.append(
            Line(
                rule=rule,
                kind=str(kind.label),
                words=kind.words(rule) if kind.has_condition else [],
                people="—" if not is_running else _t("10人未満") if veiled else f"{people:,}人",
                until=wareki.moment(rule.ends_at) if rule.ends_at else str(_("ずっと")),
                is_silenced=silenced and is_running,
            )
        )
        silenced = silenced or (is_running and kind.is_for_everybody)
    return found


def _row(menu: RichMenu) -> Row:
    read = definition.read(
        menu.current.document if menu.current is not None else menu.draft.document
    )
    found = queries.findings(menu, read)
    red = sum(one.severity == checking.RED for one in found)
    return Row(
        menu=menu,
        planned=menu.versions.filter(state=Version.State.SCHEDULED).first(),
        red=red,
        yellow=len(found) - red,
        is_behind=menu.state == RichMenu.State.PUBLISHED and menu.shown_id != menu.current_id,
    )


@card(group=Group.FAILED, order=30)
def troubles(staff: Staff) -> Sequence[Figure]:
    """Menus that something is wrong with, and switches that LINE did not take."""
    mine = StaffMember.objects.filter(pk=staff.pk).first()
    if mine is None:
        return []
    wrong = queries.troubled(mine)
    figures = [
        Figure(
            _("直すところのあるメニュー"),
            len(wrong),
            reverse("console:menu", args=[wrong[0][0].public_id])
            if len(wrong) == 1
            else reverse("console:menus"),
            detail=wrong[0][1][0].sentence if wrong else "",
        )
    ]
    if RichMenu.objects.visible_to(mine, Capability.PUBLISH).exists():
        failed = queries.progress().failed
        switching = reverse("console:menu_switching")
        figures.append(Figure(_("メニューを切り替えられなかった人"), failed, switching, unit="人"))
        late = queries.made_troubles().count()
        figures.append(Figure(_("LINEに用意できていないメニュー"), late, switching))
    return [figure for figure in figures if figure.value]


@card(group=Group.PLANNED, order=30)
def planned(staff: Staff) -> Sequence[Figure]:
    """What menus do by themselves today: publish, begin, end."""
    mine = StaffMember.objects.filter(pk=staff.pk).first()
    if mine is None:
        return []
    now = clock.now()
    midnight = now.replace(hour=23, minute=59, second=59)
    figures = []
    for rule in MenuRule.objects.visible_to(mine).standing().filter(ends_at__lte=midnight):
        ends = wareki.moment(rule.ends_at) if rule.ends_at else ""
        here = reverse("console:menu_rule", args=[rule.public_id])
        figures.append(
            Figure(_("終わるメニューの決まり"), 1, here, detail=f"{rule.name}（{ends}）")
        )
    due = Version.objects.filter(state=Version.State.SCHEDULED, publish_at__lte=midnight)
    for version in due.filter(menu__in=RichMenu.objects.visible_to(mine)).select_related("menu"):
        at = wareki.moment(version.publish_at) if version.publish_at else ""
        here = reverse("console:menu", args=[version.menu.public_id])
        figures.append(
            Figure(_("公開されるメニュー"), 1, here, detail=f"{version.menu.name}（{at}）")
        )
    return figures
