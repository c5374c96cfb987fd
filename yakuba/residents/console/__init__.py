"""The staff pages about residents: the register, one resident, and what the town wants to know."""

from yakuba.residents.console import attributes, reattaching, register

__all__ = ["attributes", "reattaching", "register"]
