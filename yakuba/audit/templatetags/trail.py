"""How an entry is read."""

from django import template

from yakuba.audit.console import ACTIONS
from yakuba.audit.models import Entry

register = template.Library()


@register.filter
def act(entry: Entry) -> str:
    """Say in a word what was done."""
    return str(ACTIONS.get(entry.action, entry.action))
