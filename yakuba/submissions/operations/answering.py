"""What a clerk says to the resident in the talk: a template, perhaps a sentence more, nothing personal."""

from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yakuba.kit.errors import Refusal
from yakuba.line import messages as line
from yakuba.line import operations as wire
from yakuba.line.models import Lane
from yakuba.mail.rules import looks_personal
from yakuba.procedures.definition import Text
from yakuba.residents import queries as residents
from yakuba.submissions import queries
from yakuba.submissions.models import Submission
from yakuba.submissions.operations import changing, handling
from yakuba.townhall.models import StaffMember

MOST_EXTRA = 200
_SHORTEST = 2  # a name of one kanji stands in too many words


class CannotBeAnswered(Refusal):
    sentence = _("無記名で届いたものなので、返事は送れません。")


class Unreachable(Refusal):
    sentence = _(
        "この人のLINEには、いま送れません（友だちではなくなったか、ブロックされています）。"
    )


class LooksPersonal(Refusal):
    sentence = _(
        "トークに個人情報は書けません（{what}）。詳しいことは電話か、入力画面でお伝えください。"
    )


@dataclass(frozen=True, slots=True)
class Template:
    """What may be said, in the three languages; `{title}`, `{department}` and `{phone}` are filled in."""

    key: str
    label: str
    text: Text


TEMPLATES = (
    Template(
        "seen",
        "確認しました",
        Text(
            ja="「{title}」の内容を{department}で確認しました。対応が進みましたら、またお知らせします。",
            easy="「{title}」を {department}が 見ました。また お知らせします。",
            en="{department} has read “{title}”. We will write again when there is news.",
        ),
    ),
    Template(
        "done",
        "対応が終わりました",
        Text(
            ja="「{title}」の対応が終わりました。お知らせいただき、ありがとうございました。",
            easy="「{title}」が おわりました。ありがとうございました。",
            en="“{title}” has been dealt with. Thank you for telling us.",
        ),
    ),
    Template(
        "call",
        "お電話をお願いします",
        Text(
            ja="「{title}」について確かめたいことがあります。お手すきのときに{department}（{phone}）へお電話ください。",
            easy="「{title}」について 聞きたいことが あります。{department}（{phone}）に でんわしてください。",
            en="We have a question about “{title}”. Please call {department} ({phone}).",
        ),
    ),
    Template(
        "longer",
        "時間がかかっています",
        Text(
            ja="「{title}」は、いま{department}で対応しています。もう少しお時間をください。",
            easy="「{title}」は、いま やっています。もうすこし まってください。",
            en="{department} is working on “{title}”. It takes a little longer.",
        ),
    ),
)


def said(template: Template, submission: Submission, *, language: str) -> str:
    """Return the words of `template` for this submission."""
    department = submission.procedure.scope.department
    return template.text.pick(language).format(
        title=submission.procedure.title, department=department.name, phone=department.phone
    )


@transaction.atomic
def answer(
    submission: Submission, *, template: str, extra: str, rev: int, staff: StaffMember
) -> None:
    """Write to the resident's talk; what was said is kept as an event.

    Raises:
        ChangedMeanwhile: somebody else was faster, and perhaps has answered already.
        CannotBeAnswered, Unreachable: there is nobody to write to.
        LooksPersonal: the added words must not lie with LINE.
        TooMuchWritten
    """
    changing.lock_as_seen(submission, rev=rev)
    resident = submission.resident
    if resident is None:
        raise CannotBeAnswered
    user_id = residents.line_user_id(resident)
    if user_id is None or not resident.reachable:
        raise Unreachable
    chosen = next(one for one in TEMPLATES if one.key == template)
    extra = extra.strip()
    if len(extra) > MOST_EXTRA:
        raise handling.TooMuchWritten(limit=MOST_EXTRA)
    _refuse_personal(submission, extra)
    words = said(chosen, submission, language=resident.language)
    page = f"{settings.LIFF_BASE}/{settings.LINE_LIFF_ID}/submission/{submission.pk}/"
    wire.say(
        user_id,
        [
            line.card(
                kicker=submission.procedure.scope.department.name,
                title=submission.procedure.title,
                facts=[("受付番号", submission.receipt_no)],
                note="\n".join(part for part in (words, extra) if part),
                main_button=line.Link("内容を見る", page),
            )
        ],
        lane=Lane.NOTICE,
    )
    in_japanese = said(chosen, submission, language="ja")
    changing.changed(
        submission, what="answered", fields=[], words=f"{in_japanese}{extra}", staff=staff
    )


def _refuse_personal(submission: Submission, extra: str) -> None:
    if looks_personal(extra):
        raise LooksPersonal(what=_("電話番号やメールアドレスのようです"))
    plain = "".join(extra.split())
    for group in queries.groups(queries.newest_revision(submission)):
        for given in group.answers:
            if not given.is_confidential:
                continue
            for part in given.text.replace("（", " ").replace("）", " ").split():
                if len(part) >= _SHORTEST and part in plain:
                    raise LooksPersonal(what=f"「{given.label}」の答えが入っています")
