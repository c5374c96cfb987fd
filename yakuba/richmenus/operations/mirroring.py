"""Making LINE like us: menus made, named, shown and deleted, one step after the other, each after a kill again.

One at a time does this, under a lease. What LINE may have done without our hearing of it is looked up under
the name that carries our key; so nothing is made twice for good, and what was is deleted.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from yakuba.kit import upkeep
from yakuba.kit.db import lock
from yakuba.kit.errors import OutsideFailure
from yakuba.kit.jobs import job
from yakuba.line import menus as wire
from yakuba.residents.models import LineAccount
from yakuba.richmenus import queries
from yakuba.richmenus.models import (
    Alias,
    Assignment,
    LinkBatch,
    MadeMenu,
    Mirror,
    RichMenu,
    VersionTab,
)
from yakuba.richmenus.operations import deciding, laying
from yakuba.richmenus.operations.budgets import spend
from yakuba.richmenus.rules import objects

State = MadeMenu.State
NAME = "yakuba/"  # what LINE's names of our menus begin with; our key follows
_LEASE = timedelta(seconds=60)
_LOOK_EVERY = timedelta(hours=1)
_LONGEST_WAIT = 1800.0
_ROUNDS = 20


def wake() -> None:
    """Have LINE made like us after the present transaction is committed."""
    mirror.defer()


@job(queue="menus", attempts=1)
def mirror() -> None:
    """Do whatever is to be done at LINE. May run twice, and may be killed anywhere."""
    for _round in range(_ROUNDS):
        with _turn() as is_ours:
            if not is_ours:
                return  # whoever is at it looks again before it leaves
            _look_if_due()
            laying.lay_out_all()
            moved = _make_all() + _show_all() + _set_default() + _remove_all()
        if not moved:
            return


@upkeep.every(timedelta(minutes=1))
def mirror_when_due() -> None:
    """Go on with what LINE's limits or a failure made wait."""
    deciding.plan()
    if (
        laying.versions_to_lay_out().exists()
        or _to_make().exists()
        or _to_show()
        or _to_remove().exists()
        or _default_differs()
        or _is_look_due()
    ):
        wake()


@contextmanager
def _turn() -> Iterator[bool]:
    """Hold the lease of the one mirror, unless somebody else does."""
    Mirror.objects.get_or_create(pk=1)
    free = Q(lease_until=None) | Q(lease_until__lt=Now())
    taken = Mirror.objects.filter(free, pk=1).update(lease_until=Now() + _LEASE)
    try:
        yield bool(taken)
    finally:
        if taken:
            Mirror.objects.filter(pk=1).update(lease_until=None)


def _hold() -> None:
    """Keep the lease while LINE is asked once more."""
    Mirror.objects.filter(pk=1).update(lease_until=Now() + _LEASE)
    if not connection.in_atomic_block:
        connection.close()  # back to the pool while LINE thinks


def _to_make() -> QuerySet[MadeMenu]:
    wanted = MadeMenu.objects.filter(state__in=(State.WANTED, State.CREATED), next_at__lte=Now())
    return wanted.filter(_is_needed())


def _is_needed() -> Q:
    """What a version shows that is public, was shown last, or is planned."""
    version = VersionTab.objects.filter(made=OuterRef("pk")).exclude(
        version__menu__state=RichMenu.State.REMOVED
    )
    public = Q(version__current_of__isnull=False) | Q(version__shown_of__isnull=False)
    return Q(Exists(version.filter(public | Q(version__state="scheduled"))))


def _make_all() -> int:
    """Make what is wanted; what people wait for goes before what is only planned."""
    waiting = VersionTab.objects.filter(made=OuterRef("pk"), version__current_of__isnull=False)
    ids = list(
        _to_make()
        .annotate(is_urgent=Exists(waiting))
        .order_by("-is_urgent", "id")
        .values_list("pk", flat=True)
    )
    return sum(_make(pk) for pk in ids)


def _make(pk: int) -> bool:
    """Bring one menu to LINE, from wherever it was left; say whether it is there now."""
    made = MadeMenu.objects.get(pk=pk)
    try:
        if made.state == State.WANTED and not _create(made):
            return False
        _hold()
        wire.upload(made.line_id, content=bytes(made.image), content_type=made.image_type)
    except OutsideFailure as no:
        if made.state == State.CREATED and no.status == 404:
            _start_anew(made)  # somebody deleted it meanwhile
        _wait(made, str(no))
        return False
    MadeMenu.objects.filter(pk=pk, state=State.CREATED).update(
        state=State.READY, made_at=Now(), trouble="", attempts=0
    )
    return True


def _create(made: MadeMenu) -> bool:
    """Have LINE make the menu, or find the one that it made when we were killed; False: not now."""
    name = NAME + str(made.key)
    line_id = ""
    if made.attempts:
        _hold()
        line_id = next((one for one, called in wire.everything().items() if called == name), "")
    if not line_id:
        if not spend("create"):
            return False
        # Written before LINE is asked: whoever comes after a kill looks first.
        MadeMenu.objects.filter(pk=made.pk).update(attempts=F("attempts") + 1)
        made.attempts += 1
        _hold()
        line_id = wire.create({**made.body, "name": name})
    made.line_id, made.state = line_id, State.CREATED
    MadeMenu.objects.filter(pk=made.pk, state=State.WANTED).update(
        line_id=line_id, state=State.CREATED
    )
    return True


def _wait(made: MadeMenu, words: str) -> None:
    made.attempts += 1
    wait = min(_LONGEST_WAIT, 2.0 ** min(made.attempts, 11))
    MadeMenu.objects.filter(pk=made.pk).update(
        attempts=made.attempts, trouble=words[:300], next_at=Now() + timedelta(seconds=wait)
    )


def _start_anew(made: MadeMenu) -> None:
    """Forget LINE's copy, because LINE has it no more; whoever was linked to it is told anew."""
    with transaction.atomic():
        MadeMenu.objects.filter(pk=made.pk).update(
            state=State.WANTED, line_id="", attempts=F("attempts") + 1, next_at=Now()
        )
        Alias.objects.filter(made=made).update(made=None)
        Assignment.objects.filter(linked=made).update(is_known=False, linked=None)
        Mirror.objects.filter(default=made).update(is_default_known=False)
    made.state, made.line_id = State.WANTED, ""


def start_anew(made: MadeMenu) -> None:
    """Have LINE asked for `made` once more, because it said that it does not know it."""
    _start_anew(made)
    wake()


def _to_show() -> list[RichMenu]:
    """Menus whose present version is wholly at LINE, and not, or not any more, what LINE shows."""
    found = []
    for menu in RichMenu.objects.filter(state=RichMenu.State.PUBLISHED).select_related("current"):
        tabs = list(VersionTab.objects.filter(version=menu.current).select_related("made"))
        if not tabs or any(tab.made.state != State.READY for tab in tabs):
            continue
        if menu.shown_id != menu.current_id or _aliases_differ(menu, tabs):
            found.append(menu)
    return found


def _aliases_differ(menu: RichMenu, tabs: list[VersionTab]) -> bool:
    wanted = {objects.alias(menu.pk, tab.key): tab.made_id for tab in tabs} if len(tabs) > 1 else {}
    known = dict(Alias.objects.filter(menu=menu).values_list("name", "made"))
    return any(known.get(name) != made for name, made in wanted.items())


def _show_all() -> int:
    return sum(_show(menu) for menu in _to_show())


def _show(menu: RichMenu) -> bool:
    """Point the menu's tabs to its present version, then link people to it."""
    tabs = list(
        VersionTab.objects.filter(version=menu.current_id).select_related("made").order_by("place")
    )
    try:
        for tab in tabs if len(tabs) > 1 else ():
            name = objects.alias(menu.pk, tab.key)
            known = Alias.objects.get_or_create(name=name, defaults={"menu": menu, "tab": tab.key})[
                0
            ]
            if known.made_id == tab.made_id:
                continue
            Alias.objects.filter(pk=name).update(made=None)  # not known while LINE is asked
            _hold()
            wire.point(name, to=tab.made.line_id)
            Alias.objects.filter(pk=name).update(made=tab.made)
    except OutsideFailure as no:
        if no.status in (400, 404):
            # LINE knows one of them no more; which, its own list tells.
            Mirror.objects.filter(pk=1).update(looked_at=None)
        Mirror.objects.filter(pk=1).update(trouble=str(no)[:300])
        return False
    with transaction.atomic():
        now = RichMenu.objects.get(pk=menu.pk)
        lock(now)
        if now.current_id != menu.current_id:
            return True  # published again meanwhile; the next round shows that
        now.shown_id = menu.current_id
        now.save(update_fields=["shown"])
        deciding.plan()
    return True


def _default_differs() -> bool:
    wanted = queries.default_entry()
    here = Mirror.objects.filter(pk=1).first()
    if wanted is None:
        return False
    return here is None or not here.is_default_known or here.default_id != wanted.pk


def _set_default() -> int:
    """Let LINE show everybody without a link what the disaster's or the default rule says."""
    wanted = queries.default_entry()
    if wanted is None or not _default_differs():
        return 0
    Mirror.objects.filter(pk=1).update(is_default_known=False)
    try:
        _hold()
        wire.set_default(wanted.line_id)
    except OutsideFailure as no:
        Mirror.objects.filter(pk=1).update(trouble=str(no)[:300])
        if no.status in (400, 404):
            _start_anew(wanted)
        return 0
    Mirror.objects.filter(pk=1).update(default=wanted, is_default_known=True, trouble="")
    return 1


def _to_remove() -> QuerySet[MadeMenu]:
    """What nobody needs: no version shows it, nobody is linked to it or about to be, it is not the default."""
    account = LineAccount.objects.filter(
        line_user_id=OuterRef("line_user_id"), is_friend=True, detached_at=None
    )
    friends = Assignment.objects.filter(Exists(account), linked=OuterRef("pk"))
    about_to = LinkBatch.objects.filter(made=OuterRef("pk"), state__in=(0, 1))
    default = Mirror.objects.filter(default=OuterRef("pk"))
    return (
        MadeMenu.objects.exclude(state=State.REMOVED)
        .filter(next_at__lte=Now())
        .exclude(_is_needed())
        .exclude(Exists(friends))
        .exclude(Exists(about_to))
        .exclude(Exists(default))
    )


def _remove_all() -> int:
    removed = sum(_remove_alias(alias) for alias in _aliases_to_remove())
    kept = set(Alias.objects.exclude(made=None).values_list("made", flat=True))
    for pk in list(_to_remove().order_by("id").values_list("pk", flat=True)):
        if pk not in kept:
            removed += _remove(MadeMenu.objects.get(pk=pk))
    return removed


def _aliases_to_remove() -> list[Alias]:
    second = VersionTab.objects.filter(version=OuterRef("version"), place=1)
    standing = VersionTab.objects.filter(Exists(second), key=OuterRef("tab"))
    public = Q(version__shown_of=OuterRef("menu")) | Q(version__current_of=OuterRef("menu"))
    shown = standing.filter(public)
    gone = Q(menu__state=RichMenu.State.REMOVED) | ~Q(Exists(shown))
    return list(Alias.objects.filter(gone))


def _remove_alias(alias: Alias) -> bool:
    if not spend("alias"):
        return False
    try:
        _hold()
        wire.delete_alias(alias.name)
    except OutsideFailure:
        return False
    alias.delete()
    return True


def _remove(made: MadeMenu) -> bool:
    """Delete a menu at LINE. Nobody sees it; should somebody still, they see the default from then on."""
    MadeMenu.objects.filter(pk=made.pk).update(state=State.TO_REMOVE)
    if made.line_id or made.attempts:
        if not spend("delete"):
            return False
        try:
            _hold()
            for line_id in _copies(made):
                wire.delete(line_id)
        except OutsideFailure as no:
            _wait(made, str(no))
            return False
    with transaction.atomic():
        Assignment.objects.filter(linked=made).update(linked=None, is_known=False)
        MadeMenu.objects.filter(pk=made.pk).update(
            state=State.REMOVED, image=b"", trouble="", attempts=0
        )
    return True


def _copies(made: MadeMenu) -> list[str]:
    """Return LINE's ids of the menu: the known one, or whatever a killed making left under its name."""
    if made.line_id:
        return [made.line_id]
    name = NAME + str(made.key)
    return [one for one, called in wire.everything().items() if called == name]


def _is_look_due() -> bool:
    return Mirror.objects.filter(
        Q(looked_at=None) | Q(looked_at__lt=Now() - _LOOK_EVERY), pk=1
    ).exists()


def _look_if_due() -> None:
    if _is_look_due():
        look()


def look() -> None:
    """Compare LINE's own lists with ours: adopt nothing, delete what is nobody's, make anew what is gone."""
    try:
        _hold()
        there = wire.everything()
        names = wire.aliases()
        default = wire.default()
    except OutsideFailure as no:
        Mirror.objects.filter(pk=1).update(trouble=str(no)[:300])
        return
    for made in MadeMenu.objects.filter(state__in=(State.CREATED, State.READY)).defer("image"):
        if made.line_id not in there:
            _start_anew(made)
    _delete_orphans(there)
    for alias in Alias.objects.exclude(made=None).select_related("made"):
        if alias.made is not None and names.get(alias.name) != alias.made.line_id:
            Alias.objects.filter(pk=alias.pk).update(made=None)
    here = Mirror.objects.select_related("default").get(pk=1)
    if here.default is not None and here.default.line_id != default:
        Mirror.objects.filter(pk=1).update(is_default_known=False)
    Mirror.objects.filter(pk=1).update(looked_at=Now(), trouble="")


def _delete_orphans(there: dict[str, str]) -> None:
    """Delete menus of ours that a cut-off making left behind; others' menus are not touched."""
    known = set(MadeMenu.objects.exclude(line_id="").values_list("line_id", flat=True))
    wanted = {NAME + str(key) for key in MadeMenu.objects.filter(state=State.WANTED).values_list("key", flat=True)}  # fmt: skip
    for line_id, name in there.items():
        if not name.startswith(NAME) or line_id in known or name in wanted:
            continue
        if not spend("delete"):
            return
        try:
            _hold()
            wire.delete(line_id)
        except OutsideFailure:
            return
