"""What others may plug into registers."""

from collections.abc import Callable, Iterable

from yakuba.registers.models import Register

ColumnUser = Callable[[Register, str], Iterable[str]]

column_users: list[ColumnUser] = []


def column_user(user: ColumnUser) -> ColumnUser:
    """Name what reads a column of a register (手続「敬老祝い金」), so that it is not taken away underneath it."""
    column_users.append(user)
    return user
