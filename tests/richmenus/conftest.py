"""LINE, simulated, and a town with menus."""

import pytest

from simulators.line.driver import Phone
from simulators.line.server import Running
from tests.line.conftest import phone, sim  # noqa: F401  (fixtures)
from tests.richmenus.cast import Town, make_menu_town


@pytest.fixture
def town(db: None, sim: Running, phone: Phone) -> Town:  # noqa: F811
    """Hanako of Otosugi and Taro of Yunosho are friends of a town whose menu has two tabs."""
    return make_menu_town(sim, phone)
