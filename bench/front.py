"""What the one port costs: the same page through it, and from the web part directly."""

from bench import load
from bench.load import Measured
from bench.options import Options
from bench.results import Cell, Result
from bench.rig import Rig, free_port, wait_for

PAGE = "/console/sign-in/"
_WAYS = {"web": "web part directly", "front": "through the one port"}
_MOST_PER_SECOND = 2000


def run(rig: Rig, options: Options) -> Result:
    url = rig.database("bench_front")
    ports = {"front": free_port(), "web": free_port()}
    settings: dict[str, str | int] = {
        "DATABASE_URL": url,
        "PORT": ports["front"],
        "WEB_PORT": ports["web"],
        "PUBLIC_URL": f"http://localhost:{ports['front']}",
        "TRUSTED_PROXIES": 1,
    }
    for part in ("web", "front"):
        wait_for(ports[part], rig.product(part, **settings))
    result = Result(
        "front",
        "One port: what a page costs more",
        ["way", "pages/s, 8 at once", "p50 ms", "p99 ms", "p50 ms, one alone", "p99 ms, one alone"],
    )
    for way in _WAYS:
        _phase(ports[way], connections=8, seconds=2)
    for number in range(options.rounds):
        for way in _WAYS if number % 2 else reversed(_WAYS):
            busy = _phase(ports[way], connections=8, seconds=options.seconds)
            alone = _phase(ports[way], connections=1, seconds=options.seconds / 2)
            result.keep(f"{way} per second", busy.per_second)
            for name, measured in (("busy", busy), ("alone", alone)):
                result.keep(f"{way} {name} p50", measured.percentile(0.5))
                result.keep(f"{way} {name} p99", measured.percentile(0.99))
                result.keep("failed", measured.failed)
    rig.stop()
    columns = ("per second", "busy p50", "busy p99", "alone p50", "alone p99")
    for way, words in _WAYS.items():
        cells: list[Cell] = [words, *(result.median(f"{way} {column}") for column in columns)]
        result.rows.append(cells)
    more = result.median("front alone p50") - result.median("web alone p50")
    result.notes += [
        f"The page is the sign-in of staff ({PAGE}), the lightest that is drawn from templates. Not answered"
        f" with 200: {sum(result.raw['failed']):.0f}.",
        f"Pages a second through the one port are {result.ratio('front per second', 'web per second'):.2f}"
        f" of those without it; one page alone takes {more:.1f} ms more.",
    ]
    return result


def _phase(port: int, *, connections: int, seconds: float) -> Measured:
    requests = [load.page(PAGE, port=port)] * int(_MOST_PER_SECOND * seconds)
    return load.closed(port, requests, connections=connections, seconds=seconds)
