"""Getting in: invitations, passwords, second steps, and ending it all."""

import base64
import secrets
import time
from collections.abc import Mapping

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from yakuba.kit import secrets as keys
from yakuba.kit.db import lock
from yakuba.mail import operations as mail
from yakuba.townhall import queries
from yakuba.townhall.models import StaffMember
from yakuba.townhall.operations.trail import tell

CODE_LIVES = 10 * 60  # seconds


@transaction.atomic
def send_invitation(staff: StaffMember, *, by: StaffMember | None) -> None:
    """Send the link with which a new colleague chooses the first password."""
    mail.post(
        to=[staff.email],
        subject=_("職員用画面への招待"),
        body=_(
            "{name} 様\n\n{town}の職員用画面を使えるようになりました。\n"
            "下のリンクを開いて、パスワードを決めてください（24時間有効です）。\n\n{link}\n\n"
            "期限が切れたときは、サインイン画面の「パスワードを忘れた方」からやりなおせます。"
        ).format(name=staff.name, town=queries.town().name, link=_password_link(staff)),
        is_secret=True,
    )
    tell(by, "invited", f"townhall.staff:{staff.pk}", f"{staff.name}さんを招待しました。")


@transaction.atomic
def send_password_link(*, email: str) -> None:
    """Send a link to choose a new password, if the address is that of somebody who works here.

    The caller says the same either way, so that nobody learns who works here.
    """
    staff = StaffMember.objects.filter(email__iexact=email).first()
    if staff is None or not queries.may_sign_in(staff):
        return
    mail.post(
        to=[staff.email],
        subject=_("パスワードの決めなおし"),
        body=_(
            "{name} 様\n\n下のリンクを開いて、新しいパスワードを決めてください（24時間有効です）。\n\n{link}\n\n"
            "心当たりがないときは、何もしないでください。いまのパスワードはそのまま使えます。"
        ).format(name=staff.name, link=_password_link(staff)),
        is_secret=True,
    )
    tell(
        None,
        "asked_password",
        f"townhall.staff:{staff.pk}",
        f"{staff.name}さんあてにパスワードのリンクを送りました。",
    )


@transaction.atomic
def choose_password(staff: StaffMember, *, password: str, address: str = "") -> None:
    """Set the password. Every session that was open with the old one ends."""
    lock(staff)
    staff.set_password(password)
    staff.save(update_fields=["password"])
    words = "パスワードを決めました。" + (f"接続元：{address}" if address else "")
    tell(staff, "chose_password", f"townhall.staff:{staff.pk}", words, {"address": address})


@transaction.atomic
def send_code(staff: StaffMember) -> Mapping[str, object]:
    """Send a code by mail and return what `code_is_right` needs later; the code itself is kept nowhere."""
    code = f"{secrets.randbelow(10**6):06}"
    until = int(time.time()) + CODE_LIVES
    mail.post(
        to=[staff.email],
        subject=_("サインインの確認コード"),
        body=_("確認コード：{code}\n\n10分以内に、サインイン画面に入力してください。").format(
            code=code
        ),
        is_secret=True,
    )
    return {"until": until, "seal": _seal(staff, code, until)}


def code_is_right(staff: StaffMember, code: str, *, kept: Mapping[str, object]) -> bool:
    """Say whether `code` is the one that `send_code` sent, in time."""
    until = kept.get("until")
    if not isinstance(until, int) or time.time() > until:
        return False
    return constant_time_compare(str(kept.get("seal")), _seal(staff, code.strip(), until))


def _seal(staff: StaffMember, code: str, until: int) -> str:
    words = f"{staff.pk}:{until}:{code}"
    return salted_hmac("townhall.code_by_mail", words, algorithm="sha256").hexdigest()


@transaction.atomic
def enrol_totp(staff: StaffMember, *, secret: str) -> Authenticator:
    """Remember the secret of an authenticator app, and make printed codes for the day it is lost."""
    lock(staff)
    Authenticator.objects.filter(user=staff, type=Authenticator.Type.TOTP).delete()
    authenticator: Authenticator = TOTP.activate(staff, secret).instance
    RecoveryCodes.activate(staff)
    tell(staff, "enrolled", f"townhall.staff:{staff.pk}", "認証アプリを登録しました。")
    return authenticator


class DemonstrationOnly(RuntimeError):
    """Known secrets are for the demonstration; this is a real town hall."""


@transaction.atomic
def enrol_demo(staff: StaffMember, *, password: str, totp_secret: str) -> None:
    """Give a named account of the demonstration a password and secret that its first page shows.

    Raises:
        DemonstrationOnly: outside the demonstration.
    """
    if settings.ENVIRONMENT != "demo":
        raise DemonstrationOnly("enrol_demo works with ENVIRONMENT=demo only")
    choose_password(staff, password=password)
    enrol_totp(staff, secret=totp_secret)


@transaction.atomic
def note_second_steps(staff: StaffMember) -> None:
    """Put into the trail, and tell the person by mail, that a second step was added or removed."""
    tell(staff, "second_steps", f"townhall.staff:{staff.pk}", "2段階目の確認の方法を変えました。")
    mail.post(
        to=[staff.email],
        subject=_("サインインの方法が変わりました"),
        body=_(
            "認証アプリ、パスキー、予備コードのどれかが変わりました。\n"
            "心当たりがないときは、すぐに管理者にお知らせください。"
        ),
    )


@transaction.atomic
def end_sessions(staff: StaffMember, *, by: StaffMember | None) -> None:
    """Sign the person out everywhere."""
    lock(staff)
    staff.sessions_ended = F("sessions_ended") + 1
    staff.save(update_fields=["sessions_ended"])
    staff.refresh_from_db()
    tell(
        by,
        "signed_out_everywhere",
        f"townhall.staff:{staff.pk}",
        f"{staff.name}さんのすべてのサインインを終わらせました。",
    )


def forget_sessions_that_are_over() -> None:
    """Delete the rows of sessions that ended; called now and then by the worker."""
    SessionStore.clear_expired()


@transaction.atomic
def forget_second_steps(staff: StaffMember, *, by: StaffMember) -> None:
    """Take away authenticators, passkeys and printed codes of somebody who lost them.

    The person enrols anew at the next sign-in; open sessions end.
    """
    lock(staff)
    Authenticator.objects.filter(user=staff).delete()
    tell(
        by,
        "forgot_second_steps",
        f"townhall.staff:{staff.pk}",
        f"{staff.name}さんの2段階目の認証をリセットしました。",
    )
    end_sessions(staff, by=by)


def _password_link(staff: StaffMember) -> str:
    path = reverse(
        "townhall_choose_password",
        args=[
            urlsafe_base64_encode(force_bytes(staff.pk)),
            default_token_generator.make_token(staff),
        ],
    )
    return f"{settings.PUBLIC_URL}{path}"


@transaction.atomic
def rewrite_second_steps(after: object | None) -> object | None:
    """Seal the next person's authenticator secret or recovery seed under the first key, for `yakuba keys rotate`."""
    beyond = {"pk__gt": after} if after is not None else {}
    step = Authenticator.objects.select_for_update().filter(**beyond).order_by("pk").first()
    if step is None:
        return None
    for name in ("secret", "seed"):
        sealed = step.data.get(name)
        if isinstance(sealed, str):
            step.data[name] = base64.b64encode(keys.rotate(base64.b64decode(sealed))).decode()
    step.save(update_fields=["data"])
    return int(step.pk)
