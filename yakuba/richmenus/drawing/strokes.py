"""Drawing the lines of an icon: smooth, with round ends, the same bytes every time."""

import math
import re
from collections.abc import Iterator

from PIL import Image, ImageDraw

from yakuba.richmenus.drawing.icons import Icon

Point = tuple[float, float]

SQUARE = 24
_STROKE = 2.0  # of the square
_FINER = 4  # drawn so many times larger, then shrunk: Pillow's own lines have steps
_TOKENS = re.compile(r"[MLHVCAOZ]|-?\d+(?:\.\d+)?")
_STEPS = 16  # of a curve


def mask(icon: Icon, size: int) -> Image.Image:
    """Return a picture of one channel, `size` square: where the icon is, and how much of each pixel."""
    large = size * _FINER
    scale = large / SQUARE
    canvas = Image.new("L", (large, large))
    pen = ImageDraw.Draw(canvas)
    half = _STROKE * scale / 2
    for line in polylines(icon.lines):
        points = [(x * scale, y * scale) for x, y in line]
        pen.line(points, fill=255, width=round(half * 2))
        joint = half - 1  # Pillow's circles are a pixel larger than its lines
        for x, y in points:
            pen.ellipse((x - joint, y - joint, x + joint, y + joint), fill=255)
    for shape in polylines(icon.fills):
        pen.polygon([(x * scale, y * scale) for x, y in shape], fill=255)
    return canvas.resize((size, size), Image.Resampling.LANCZOS)


def polylines(path: str) -> Iterator[list[Point]]:
    """Go through the parts of a path as points joined by straight lines."""
    words = _TOKENS.findall(path)
    line: list[Point] = []
    command = ""

    def take(count: int) -> list[float]:
        return [float(words.pop(0)) for _number in range(count)]

    while words:
        if words[0].isalpha():
            command = words.pop(0)
        match command:
            case "M":
                if len(line) > 1:
                    yield line
                (x, y) = take(2)
                line = [(x, y)]
            case "L":
                (x, y) = take(2)
                line.append((x, y))
            case "H":
                line.append((take(1)[0], line[-1][1]))
            case "V":
                line.append((line[-1][0], take(1)[0]))
            case "C":
                line += _curve(line[-1], take(6))
            case "A":
                line += _arc(line[-1], take(7))
            case "Z":
                line.append(line[0])
            case "O":
                if len(line) > 1:
                    yield line
                x, y, r = take(3)
                yield [_on_circle(x, y, r, turn / 48) for turn in range(49)]
                line = []
            case _:
                raise ValueError(path)
    if len(line) > 1:
        yield line


def _on_circle(x: float, y: float, r: float, part: float) -> Point:
    return x + r * math.cos(2 * math.pi * part), y + r * math.sin(2 * math.pi * part)


def _curve(start: Point, numbers: list[float]) -> Iterator[Point]:
    x1, y1, x2, y2, x3, y3 = numbers
    for step in range(1, _STEPS + 1):
        t = step / _STEPS
        a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3
        yield (
            a * start[0] + b * x1 + c * x2 + d * x3,
            a * start[1] + b * y1 + c * y2 + d * y3,
        )


def _arc(start: Point, numbers: list[float]) -> Iterator[Point]:
    """Follow a circle to its end point, by the formulas of SVG 1.1, F.6.5, for equal radii."""
    r, _same, _turned, is_large, sweeps, x2, y2 = numbers
    x1, y1 = start
    half_x, half_y = (x1 - x2) / 2, (y1 - y2) / 2
    square = half_x**2 + half_y**2
    away = math.sqrt(max(0.0, r * r / square - 1))
    if bool(is_large) == bool(sweeps):
        away = -away
    centre_x = away * half_y + (x1 + x2) / 2
    centre_y = -away * half_x + (y1 + y2) / 2
    begin = math.atan2(y1 - centre_y, x1 - centre_x)
    turn = math.atan2(y2 - centre_y, x2 - centre_x) - begin
    if sweeps and turn < 0:
        turn += 2 * math.pi
    elif not sweeps and turn > 0:
        turn -= 2 * math.pi
    for step in range(1, _STEPS + 1):
        angle = begin + turn * step / _STEPS
        yield centre_x + r * math.cos(angle), centre_y + r * math.sin(angle)
