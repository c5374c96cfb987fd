"""The steps between the right password and a session. There is no way around them.

1. Whoever has neither authenticator nor passkey gets a code by mail, if the town allows it,
2. or else enrols one of the two now.
3. Whoever has one uses it (allauth's own stage).
"""

from allauth.account.stages import LoginStage
from allauth.core import ratelimit
from allauth.core.internal.httpkit import headed_redirect_response
from django.http import HttpResponse

from yakuba.townhall import operations, queries
from yakuba.townhall.models import StaffMember
from yakuba.townhall.signin import lockout

CODE_WAS_RIGHT = "townhall.code_was_right"
Answer = tuple[HttpResponse | None, bool]


class MailCodeStage(LoginStage):  # type: ignore[misc]
    key = "townhall_mail_code"
    urlname = "townhall_mail_code"

    def handle(self) -> Answer:
        staff: StaffMember = self.login.user
        if queries.second_factors(staff).exists() or not queries.code_by_mail_allowed():
            return None, True
        if "seal" not in self.state:  # somebody who comes back to the page gets no second code
            # Whoever has the password must not fill the mailbox, nor get five more guesses with each letter.
            if not ratelimit.consume(self.request, action="mail_code", key=str(staff.pk)):
                return lockout.page(self.request), False
            self.state.update(operations.send_code(staff))
        return headed_redirect_response(self.urlname), True


class EnrolmentStage(LoginStage):  # type: ignore[misc]
    key = "townhall_enrolment"
    urlname = "townhall_enrolment"

    def handle(self) -> Answer:
        staff: StaffMember = self.login.user
        if queries.second_factors(staff).exists():
            return None, True
        if self.login.state.get(CODE_WAS_RIGHT):
            return None, True
        return headed_redirect_response(self.urlname), True
