"""Everything that changes the town, its departments, its staff and their rights."""

from yakuba.townhall.operations.access import (
    choose_password,
    code_is_right,
    end_sessions,
    enrol_demo,
    enrol_totp,
    forget_second_steps,
    forget_sessions_that_are_over,
    note_second_steps,
    rewrite_second_steps,
    send_code,
    send_invitation,
    send_password_link,
)
from yakuba.townhall.operations.attempts import (
    Outcome,
    note_recovery_code,
    note_refused,
    note_sign_in,
)
from yakuba.townhall.operations.changeovers import (
    cancel_changeover,
    carry_out_changeovers,
    plan_changeover,
)
from yakuba.townhall.operations.rights import grant, own, rename, revoke, set_matrix, set_rights
from yakuba.townhall.operations.staff import change, create_administrator, invite, set_active
from yakuba.townhall.operations.town import close_on, describe_town, keep_department, open_again

__all__ = [
    "Outcome",
    "cancel_changeover",
    "carry_out_changeovers",
    "change",
    "choose_password",
    "close_on",
    "code_is_right",
    "create_administrator",
    "describe_town",
    "end_sessions",
    "enrol_demo",
    "enrol_totp",
    "forget_second_steps",
    "forget_sessions_that_are_over",
    "grant",
    "invite",
    "keep_department",
    "note_recovery_code",
    "note_refused",
    "note_second_steps",
    "note_sign_in",
    "open_again",
    "own",
    "plan_changeover",
    "rename",
    "revoke",
    "rewrite_second_steps",
    "send_code",
    "send_invitation",
    "send_password_link",
    "set_active",
    "set_matrix",
    "set_rights",
]
