"""The frame's own tags: rail, long work, and the way back."""

from typing import Any

from django import template
from django.urls import reverse

from yakuba.console import queries, sockets
from yakuba.console.lists.parts import Column
from yakuba.console.lists.state import State

register = template.Library()


def _path(context: dict[str, Any]) -> str:
    root = reverse("console:today")
    return str(context["request"].path).removeprefix(root)


@register.inclusion_tag("console/rail.html", takes_context=True)
def rail(context: dict[str, Any]) -> dict[str, Any]:
    staff = context["request"].user
    return {"sections": queries.rail(staff, _path(context)) if staff.is_authenticated else []}


@register.inclusion_tag("console/works.html", takes_context=True)
def works(context: dict[str, Any]) -> dict[str, Any]:
    request = context["request"]
    staff = request.user
    found = list(queries.works(staff.pk)) if staff.is_authenticated else []
    return {
        "works": found,
        "is_running": any(work.state == work.State.RUNNING for work in found),
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }


@register.simple_tag(takes_context=True)
def way_back(context: dict[str, Any]) -> dict[str, Any] | None:
    """Return the page of the rail that this one belongs to, unless it is that page itself."""
    path = _path(context)
    home = queries.home_of(path)
    if home is None or home.path == path:
        return None
    if not sockets.guard(context["request"].user, home.needs):
        return None
    return {"title": home.title, "href": reverse(f"console:{home.name}")}


@register.filter
def sort_query(state: State[Any], column: Column[Any]) -> str:
    """Return the address's query after pressing on the head of `column`."""
    return state.sorted_by(column).query()
