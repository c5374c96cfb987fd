"""LINE, simulated, and a town with people in it."""

import pytest

from simulators.line.driver import Phone
from simulators.line.server import Running
from tests.broadcasts.cast import Town, make_broadcasting_town
from tests.line.conftest import phone, sim  # noqa: F401  (fixtures)


@pytest.fixture
def town(db: None, sim: Running, phone: Phone) -> Town:  # noqa: F811
    """Hanako and Taro of Otosugi and Jiro of Yunosho are friends of the town."""
    return make_broadcasting_town(sim, phone)
