"""Everything that changes the town, its departments, its staff and their rights."""

from yakuba.townhall.operations.access import (
    choose_password,
    code_is_right,
    end_sessions,
    enrol_demo,
    enrol_totp,
    forget_second_steps,
    note_second_steps,
    note_sign_in,
    send_code,
    send_invitation,
    send_password_link,
)
from yakuba.townhall.operations.rights import grant, own, rename, revoke, set_rights

__all__ = [
    "choose_password",
    "code_is_right",
    "end_sessions",
    "enrol_demo",
    "enrol_totp",
    "forget_second_steps",
    "grant",
    "note_second_steps",
    "note_sign_in",
    "own",
    "rename",
    "revoke",
    "send_code",
    "send_invitation",
    "send_password_link",
    "set_rights",
]
