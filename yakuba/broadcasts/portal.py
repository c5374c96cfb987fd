"""What residents see of a message beyond the talk: why they got it, and the long text."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from yakuba.broadcasts.models import Delivery, TestPhone
from yakuba.broadcasts.operations import reading, wordings
from yakuba.broadcasts.queries.readers import received
from yakuba.broadcasts.rules import variables
from yakuba.broadcasts.rules.content import PagePart, Texts, read
from yakuba.portal.sockets import Preview, ResidentRequest, page
from yakuba.procedures.models import Procedure
from yakuba.residents.models import Resident
from yakuba.segments import queries as segments
from yakuba.townhall.queries import town

_WORDS = {
    "why": Texts(
        ja="このお知らせが届いた理由",
        ja_easy="この おしらせが とどいた りゆう",
        en="Why you got this message",
    ),
    "corrects": Texts(
        ja="訂正する前のお知らせが届いた方に送りました。",
        ja_easy="まちがった お知らせが とどいた 人に 送りました。",
        en="It was sent to everybody who got the message that it corrects.",
    ),
    "not_yours": Texts(
        ja="このお知らせは、あなたのLINEには送っていません。だれかから受け取った場合は、送った課におたずねください。",
        ja_easy="この おしらせは、あなたの LINEには 送っていません。",
        en="This message was not sent to your LINE account.",
    ),
    "from": Texts(ja="送った課", ja_easy="送った ところ", en="Sent by"),
    "at": Texts(ja="送った日時", ja_easy="送った 日", en="Sent on"),
    "phone": Texts(ja="電話", ja_easy="でんわ", en="Telephone"),
    "settings": Texts(
        ja="受信設定を変える", ja_easy="おしらせの せっていを かえる", en="Change what I receive"
    ),
    "settings_hint": Texts(
        ja="登録している内容を変えると、届くお知らせが変わります。",
        ja_easy="とうろくを かえると、とどく おしらせが かわります。",
        en="What you receive depends on what you told the town.",
    ),
    "named": Texts(
        ja="このページを読んだことは、手続のために町に記録されます。",
        ja_easy="この ページを 読んだことを、町が きろくします。",
        en="The town keeps a record that you have read this page.",
    ),
}


def _found(public_id: UUID, resident: Resident | None = None) -> Delivery:
    """Return a delivery that was sent; whoever tests messages sees those that were not, too."""
    rows = Delivery.objects.select_related("scope__department")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    is_draft = found.state in Delivery.State.before_sending()
    tests = resident is not None and TestPhone.objects.ready().filter(resident=resident).exists()
    if is_draft and not tests:
        raise Http404
    return found


def _part(delivery: Delivery) -> PagePart:
    for part in read(delivery.content).parts:
        if isinstance(part, PagePart):
            return part
    raise Http404


def _preview_of_page(public_id: UUID) -> Preview:
    try:
        return Preview(title=_part(_found(public_id)).title.ja)
    except Http404:
        return Preview(title="")


@page("d/<uuid:public_id>/", name="delivery", preview=_preview_of_page)
def long_text(request: ResidentRequest, public_id: UUID) -> HttpResponse:
    """The long text of a message; that it was opened is counted."""
    delivery = _found(public_id, request.resident)
    part = _part(delivery)
    if received(
        delivery, request.resident
    ):  # a friend whom it was forwarded to is no reader of ours
        reading.opened(delivery=delivery, resident=request.resident)
    language = request.resident.language
    content = read(delivery.content)
    values = wordings.said(
        content,
        language,
        wordings.values_of(content, request.resident),
        department=delivery.scope.department,
        delivery=delivery,
    )
    context = {
        "delivery": delivery,
        "title": variables.filled(part.title.of(language), values),
        "text": variables.filled(part.text.of(language), values),
        "names_readers": part.names_readers,
        "w": _words(language),
    }
    return render(request, "broadcasts/portal/page.html", context)


@page(
    "d/<uuid:public_id>/why/",
    name="why",
    preview=lambda public_id: Preview(title="このお知らせについて"),
)
def why(request: ResidentRequest, public_id: UUID) -> HttpResponse:
    """Why the resident got the message, in sentences; others learn only who sent it."""
    delivery = _found(public_id, request.resident)
    department = delivery.scope.department
    is_theirs = received(delivery, request.resident)
    context = {
        "delivery": delivery,
        "department": department,
        "phone": department.phone or town().phone,
        "is_theirs": is_theirs,
        "sentences": _reasons(delivery, request.resident) if is_theirs else [],
        "settings": _settings(),
        "w": _words(request.resident.language),
    }
    return render(request, "broadcasts/portal/why.html", context)


def _reasons(delivery: Delivery, resident: Resident) -> list[str]:
    """Say why it came to this resident; a correction came to whoever got what it corrects."""
    if delivery.corrects is not None:
        return [_words(resident.language)["corrects"]]
    return segments.reasons(delivery.condition, resident, resident.language)


def _settings() -> str:
    """Return where residents change what they told the town: the procedure that asks who joins."""
    mine = Procedure.objects.filter(starts_on_joining=True, status=Procedure.Status.OPEN).first()
    return reverse("portal:procedure", args=[mine.slug]) if mine else reverse("portal:mine")


def _words(language: str) -> dict[str, str]:
    return {key: texts.of(language) for key, texts in _WORDS.items()}
