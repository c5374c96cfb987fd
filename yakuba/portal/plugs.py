"""What portal plugs into others; its own pages register themselves."""

from yakuba.portal import operations
from yakuba.portal import portal as portal  # registers its pages
from yakuba.portal.sockets import subjects
from yakuba.residents import sockets as residents
from yakuba.residents.models import Resident

residents.forgotten.connect(operations.forget_uploads_of)


@subjects.plug
def registration_of(resident: Resident) -> dict[str, str]:
    return {resident.subject: "登録の内容"}
