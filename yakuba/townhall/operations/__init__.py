"""Everything that changes the town, its departments, its staff and their rights."""

from yakuba.townhall.operations.rights import grant, own, rename, revoke, set_rights

__all__ = ["grant", "own", "rename", "revoke", "set_rights"]
