"""Distance on the earth: one formula, in Python and in SQL.

The haversine of the angle between two places grows with their distance, so "within r metres" compares
haversines: nothing is inverted, and neither side can leave the domain of asin by a rounding error.
"""

import math
from dataclasses import dataclass

from psycopg.sql import SQL, Composable, Composed

EARTH_METRES = 6_371_008.8  # mean radius, IUGG
_STEEPEST = 80.0  # degrees; nearer to a pole the box of longitudes is not worth its special cases


@dataclass(frozen=True, slots=True)
class Place:
    """A point on the map, in degrees (WGS 84)."""

    latitude: float
    longitude: float

    def __post_init__(self) -> None:
        if not (-90 <= self.latitude <= 90 and -180 <= self.longitude <= 180):
            raise ValueError(f"no place on the earth: {self.latitude}, {self.longitude}")


@dataclass(frozen=True, slots=True)
class Box:
    """Two parallels and two meridians; a circle lies inside, so that SQL can pass over the rest."""

    south: float
    north: float
    west: float
    east: float


def haversine(one: Place, other: Place) -> float:
    north = math.sin(math.radians(one.latitude - other.latitude) / 2)
    east = math.sin(math.radians(one.longitude - other.longitude) / 2)
    shrink = math.cos(math.radians(other.latitude)) * math.cos(math.radians(one.latitude))
    return north * north + shrink * east * east


def haversine_sql(
    latitude: Composable,
    longitude: Composable,
    centre_latitude: Composable,
    centre_longitude: Composable,
) -> Composed:
    """Return the formula of `haversine`, operation by operation; NULL where a coordinate is NULL."""
    north = SQL("sin(radians({} - {}) / 2)").format(latitude, centre_latitude)
    east = SQL("sin(radians({} - {}) / 2)").format(longitude, centre_longitude)
    shrink = SQL("cos(radians({})) * cos(radians({}))").format(centre_latitude, latitude)
    return SQL("({} * {} + {} * {} * {})").format(north, north, shrink, east, east)


def haversine_of(metres: int) -> float:
    """Return the haversine of two places that are `metres` apart along the surface."""
    half = math.sin(metres / EARTH_METRES / 2)
    return half * half


def metres_between(one: Place, other: Place) -> float:
    return 2 * EARTH_METRES * math.asin(math.sqrt(min(1.0, haversine(one, other))))


def box_around(place: Place, metres: int) -> Box | None:
    """Return a box that holds the whole circle, a little larger; None near a pole or the date line."""
    angle = metres / EARTH_METRES * 1.0001 + 1e-9
    height = math.degrees(angle)
    if abs(place.latitude) + height > _STEEPEST:
        return None
    width = math.degrees(math.asin(math.sin(angle) / math.cos(math.radians(place.latitude))))
    if abs(place.longitude) + width > 180:
        return None
    return Box(
        place.latitude - height,
        place.latitude + height,
        place.longitude - width,
        place.longitude + width,
    )
