"""Disaster messages: choose what was prepared, fill in the places, type the number, send."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from yakuba.broadcasts import operations
from yakuba.broadcasts.console.shared import me, phone, text_of
from yakuba.broadcasts.forms.disaster import Blanks, Prepared, Sending
from yakuba.broadcasts.models import Delivery, Template
from yakuba.broadcasts.operations.warning import specimen
from yakuba.broadcasts.rules import blanks
from yakuba.broadcasts.rules import content as contents
from yakuba.console.sockets import Section, StaffRequest, page
from yakuba.kit.errors import Refusal
from yakuba.segments import queries as segments
from yakuba.townhall.models import Capability, Scope, StaffMember
from yakuba.townhall.queries import may
from yakuba.townhall.rules import DISASTER


def _templates(staff: StaffMember, capability: str) -> list[Template]:
    mine = Template.objects.visible_to(staff, capability).filter(is_for_disaster=True)
    return list(mine.order_by("order", "pk"))


@page(
    "disaster/",
    title=_("災害の配信"),
    name="disaster",
    section=Section.DELIVERY,
    order=18,
)
def disaster(request: StaffRequest) -> HttpResponse:
    """The prepared messages, for those who may send them; others are told whom to ask."""
    staff = me(request)
    scope = Scope.objects.filter(kind=DISASTER).first()
    context = {
        "scope": scope,
        "may_warn": scope is not None and may(staff, Capability.PUBLISH, scope),
        "may_write": scope is not None and may(staff, Capability.DESIGN, scope),
        "templates": _templates(staff, Capability.VIEW),
        "sent": Delivery.objects.visible_to(staff)
        .filter(kind=Delivery.Kind.DISASTER)
        .order_by("-sent_at")[:10],
    }
    return render(request, "broadcasts/console/disaster.html", context)


@page(
    "disaster/<uuid:public_id>/",
    title=_("災害の配信を送る"),
    name="warn",
    needs=Capability.PUBLISH,
)
def warn(request: StaffRequest, public_id: str) -> HttpResponse:
    """Fill in, look, type the number, send: one page, and nothing waits for anybody else."""
    staff = me(request)
    mine = Template.objects.visible_to(staff, Capability.PUBLISH)
    template = get_object_or_404(mine, public_id=public_id, is_for_disaster=True)
    form = Blanks(request.POST or None, blanks=blanks.blanks(template.content), staff=staff)
    context: dict[str, object] = {"template": template, "form": form}
    if form.is_valid():
        one = specimen(
            template,
            words=form.words(),
            condition=form.condition(),
            staff=staff,
            segment=form.group(),
        )
        people, cautions = operations.cautions(one)
        shown = None if segments.is_veiled(one.condition, people) else people
        asked = Sending(request.POST if "number" in request.POST or "sure" in request.POST else None, expected=shown)  # fmt: skip
        if asked.is_valid():
            try:
                sent = operations.warn(
                    template,
                    words=form.words(),
                    condition=form.condition(),
                    segment=form.group(),
                    staff=staff,
                    expected=shown,
                    why=asked.cleaned_data["why"],
                )
            except operations.NeedsAReason as no:
                asked.add_error("why", str(no))
            except Refusal as no:
                asked.add_error(None, str(no))
            else:
                return redirect("console:delivery", sent.public_id)
        context |= {"asked": asked, "people": people, "shown": shown, "cautions": cautions, **phone(text_of(one))}  # fmt: skip
    else:
        context |= phone(text_of(Delivery(content=template.content)))
    return render(request, "broadcasts/console/warn.html", context)


@page(
    "disaster/templates/new/",
    title=_("ひな形を作る"),
    name="new_template",
    needs=Capability.DESIGN,
)
def new_template(request: StaffRequest) -> HttpResponse:
    staff = me(request)
    scope = Scope.objects.filter(kind=DISASTER).first()
    if scope is None or not may(staff, Capability.DESIGN, scope):
        raise PermissionDenied
    return _write(request, None, scope, staff)


@page(
    "disaster/templates/<uuid:public_id>/",
    title=_("ひな形"),
    name="template",
    needs=Capability.DESIGN,
)
def template(request: StaffRequest, public_id: str) -> HttpResponse:
    staff = me(request)
    mine = Template.objects.visible_to(staff, Capability.DESIGN)
    one = get_object_or_404(mine, public_id=public_id)
    if request.POST.get("press") == "discard":
        operations.discard(one, staff=staff)
        messages.success(request, _t("ひな形を消しました。"))
        return redirect("console:disaster")
    return _write(request, one, one.scope, staff)


def _write(
    request: StaffRequest, one: Template | None, scope: Scope, staff: StaffMember
) -> HttpResponse:
    form = Prepared(request.POST or None, initial=_spoken(one))
    if form.is_valid():
        said = form.cleaned_data
        text = contents.Texts(ja=said["text"], ja_easy=said["easy"], en=said["en"])
        content = contents.document_of(contents.Content(parts=[contents.TextPart(text=text)]))
        try:
            operations.prepare(
                one,
                scope=scope,
                name=said["name"],
                content=content,
                condition=segments.everybody(),
                staff=staff,
                rev=said["rev"],
            )
        except Refusal as no:
            form.add_error(None, str(no))
        else:
            messages.success(request, _t("ひな形を整えました。まだだれにも送っていません。"))
            return redirect("console:disaster")
    context = {"form": form, "template": one, **phone(form["text"].value() or "")}
    return render(request, "broadcasts/console/template.html", context)


def _spoken(one: Template | None) -> dict[str, object]:
    if one is None:
        return {}
    content = contents.read(one.content)
    said: dict[str, list[str]] = {"ja": [], "ja-easy": [], "en": []}
    for _where, language, words in contents.texts(content):
        said[language].append(words)
    return {
        "name": one.name,
        "text": "\n\n".join(said["ja"]),
        "easy": "\n\n".join(said["ja-easy"]),
        "en": "\n\n".join(said["en"]),
        "rev": one.rev,
    }


@page(
    "feeds/<str:feed>/",
    title=_("連携から届いて止めたもの"),
    name="held_feed",
    needs=Capability.PUBLISH,
)
def held_feed(request: StaffRequest, feed: str) -> HttpResponse:
    """Everything of a feed that is held, as one thing: look, and decide once."""
    staff = me(request)
    if request.method == "POST" and request.POST.get("press") == "call_off":
        number = operations.call_off_feed(feed, staff=staff)
        messages.success(request, _t("{number}件を取りやめました。").format(number=f"{number:,}"))  # fmt: skip
        return redirect("console:deliveries")
    held = (
        Delivery.objects.visible_to(staff, Capability.PUBLISH)
        .filter(feed=feed, state=Delivery.State.HELD)
        .order_by("-made_at")
    )
    context = {"feed": feed, "held": held[:200], "number": held.count()}
    return render(request, "broadcasts/console/held_feed.html", context)
