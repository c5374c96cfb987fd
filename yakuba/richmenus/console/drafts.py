"""What the pages and the JSON of the editor share: the menu that somebody may change, and its draft."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from yakuba.console.sockets import StaffRequest
from yakuba.richmenus.models import Draft, RichMenu
from yakuba.townhall.models import Capability, StaffMember


def menu_for(
    request: StaffRequest, public_id: UUID, capability: str = Capability.DESIGN
) -> RichMenu:
    """Return the menu if this person may do that with it; else there is no such page."""
    mine = RichMenu.objects.visible_to(me(request), capability).living()
    return get_object_or_404(mine.select_related("scope__department"), public_id=public_id)


def draft_of(menu: RichMenu) -> Draft:
    return Draft.objects.select_related("changed_by", "menu__scope").get(menu=menu)


def me(request: StaffRequest) -> StaffMember:
    return get_object_or_404(StaffMember, pk=request.user.pk)
