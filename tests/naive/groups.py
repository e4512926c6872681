"""Members of an entity, and peers: aggregators, ranks, shares, pulls."""

from __future__ import annotations

import ast
import math
import statistics
from typing import TYPE_CHECKING

from .outcome import Unknown, Value, because, compare, equal, join, known
from .over_time import base_of
from .sheet import Steps

if TYPE_CHECKING:
    from .reader import Env, Reader

AGGREGATORS = ("sum", "mean", "median", "min", "max", "count", "breadth", "growth", "quantile", "share_of_top")
OF_A_PEER = ("rank", "share", "zscore")


def _keyword(node: ast.Call, name: str) -> ast.expr | None:
    return next((item.value for item in node.keywords if item.arg == name), None)


def folds(reader: Reader, node: ast.Call) -> bool:
    """Whether a call folds its argument's last step to children."""
    assert isinstance(node.func, ast.Name)
    return node.func.id in AGGREGATORS and (len(node.args) == 1 or node.func.id in ("quantile", "share_of_top"))


def peers(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> list[str] | Unknown:
    """Entities of the own type in the same group as the own one: `within` parents or attributes, else all."""
    within = _keyword(node, "within")
    names = [] if within is None else within.elts if isinstance(within, ast.List | ast.Tuple) else [within]
    type_, me = env[0]
    month = reader.sheet.last_month(steps.freq, t)

    def key(entity: str) -> list[object]:
        found: list[object] = []
        for name in names:
            assert isinstance(name, ast.Name)
            if name.id in reader.sheet.entities:
                found.append(reader.sheet.parent(type_, entity, name.id, month))
            else:
                found.append(reader.sheet.attributes[type_][name.id].get(entity))
        return found

    mine = key(me)
    if None in mine:
        return because("blank")
    there = [entity for entity in reader.sheet.entities[type_] if reader.sheet.exists(type_, entity, steps.freq, t)]
    return [entity for entity in there if key(entity) == mine]


def places(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> list[Env] | Unknown:
    """One environment per member or peer that a call runs over."""
    options = [item.value for item in node.keywords if item.arg in ("where", "weight", "by")]
    many = max((reader.to_many(part) for part in [node.args[0], *options]), key=len)
    if len(many) >= len(env):
        child = many[len(env) - 1]
        step = reader.step(env[-1][0], child)
        assert step is not None
        return [(*env, (step[0], member)) for member in reader.sheet.members(child, env[-1], steps.freq, t)]
    if len(env) > 1:
        child = env[-1][0]
        return [(*env[:-1], (child, member)) for member in reader.sheet.members(child, env[-2], steps.freq, t)]
    found = peers(reader, node, t, steps, env)
    return found if isinstance(found, Unknown) else [reader.with_own(env, entity) for entity in found]


def aggregate(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """Known members only, if enough of them are known."""
    assert isinstance(node.func, ast.Name)
    name = node.func.id
    everywhere = places(reader, node, t, steps, env)
    if isinstance(everywhere, Unknown):
        return everywhere
    where, weight = _keyword(node, "where"), _keyword(node, "weight") or _keyword(node, "by")
    have: list[tuple[float, float]] = []
    bases: list[float] = []
    total = 0
    for place in everywhere:
        picked = True if where is None else reader.read(where, t, steps, place)
        if picked is False:
            continue
        value = reader.read(node.args[0], t, steps, place)
        base: Value = 1.0
        if name == "growth":
            base = base_of(reader, node.args[0], t, steps, place, "1y")
            value = value if known(value) and known(base) else join([value, base])
        if isinstance(value, Unknown) and value.only_want_of_base:
            continue
        total += 1
        heavy = 1.0 if weight is None else reader.read(weight, t, steps, place)
        if known(picked) and known(value) and known(heavy):
            have.append((float(value), float(heavy)))
            bases.append(base)
    if not enough(node, name, len(have), total):
        return because("too_few_members")
    if name == "growth":
        return math.fsum(value for value, _ in have) / math.fsum(bases) - 1 if have else because("too_few_members")
    return folded(name, have, node)


def enough(node: ast.Call, name: str, have: int, total: int) -> bool:
    """`min_known`: below 1 a share of the members known, from 1 a number; default 0.5, for `sum` 0.95."""
    given = _keyword(node, "min_known")
    least = (0.95 if name == "sum" else 0.5) if given is None else float(ast.literal_eval(given))
    if least >= 1:
        return have >= least
    return total == 0 or compare(">=", have / total, least)


def folded(name: str, have: list[tuple[float, float]], node: ast.Call) -> Value:
    """One number for the known members."""
    values = [value for value, _ in have]
    if name in ("sum", "count"):
        return math.fsum(value * weight for value, weight in have)
    if not have:
        return because("too_few_members")
    if name in ("mean", "breadth"):
        weights = math.fsum(weight for _, weight in have)
        if weights == 0:
            return because("not_applicable")
        return math.fsum(value * weight for value, weight in have) / weights
    if name == "share_of_top":
        by = [heavy for _, heavy in have] if _keyword(node, "by") is not None else values
        whole = math.fsum(values)
        first = sorted(zip(by, values, strict=True), reverse=True)[: int(ast.literal_eval(node.args[1]))]
        return because("not_applicable") if whole == 0 else math.fsum(value for _, value in first) / whole
    if name == "quantile":
        return quantile(values, float(ast.literal_eval(node.args[1])))
    over = {"median": statistics.median, "min": min, "max": max}
    return float(over[name](values))


def quantile(values: list[float], q: float) -> float:
    """Linear between the two nearest."""
    ordered = sorted(values)
    place = q * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def of_a_peer(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """An entity's place among its peers whose value is known; rank 1 is the greatest.

    A share needs its `sum`, a zscore its `mean`: 95 % and half of the peers.
    """
    assert isinstance(node.func, ast.Name)
    found = peers(reader, node, t, steps, env)
    if isinstance(found, Unknown):
        return found
    mine = reader.read(node.args[0], t, steps, env)
    if not known(mine):
        return mine
    if env[0][1] not in found:
        return because("not_reported")
    values = [reader.read(node.args[0], t, steps, reader.with_own(env, entity)) for entity in found]
    values = [value for value in values if not (isinstance(value, Unknown) and value.only_want_of_base)]
    have = [value for value in values if known(value)]
    if node.func.id == "rank":
        return 1 + sum(compare(">", value, mine) for value in have)
    if not compare(">=", len(have) / len(values), 0.95 if node.func.id == "share" else 0.5):
        return because("too_few_members")
    if node.func.id == "share":
        whole = math.fsum(have)
        return because("not_applicable") if whole == 0 else mine / whole
    if len(have) < 2 or equal(min(have), max(have)):
        return because("not_applicable")
    return (mine - statistics.fmean(have)) / statistics.stdev(have)


def pull(reader: Reader, node: ast.Call, t: int, steps: Steps, env: Env) -> Value:
    """(x - base) / the sum of bases, over those with a value and a base."""
    arg = node.args[0]

    def parts(place: Env) -> tuple[Value, Value]:
        return reader.read(arg, t, steps, place), base_of(reader, arg, t, steps, place, "1y")

    now, base = parts(env)
    if not known(now) or not known(base):
        return join([now, base])
    around = places(reader, node, t, steps, env)
    if isinstance(around, Unknown):
        return around
    if len(env) == 1 and place_of(env) not in [place_of(place) for place in around]:
        return because("not_reported")
    bases = [parts(place)[1] for place in around if all(map(known, parts(place)))]
    return (now - base) / math.fsum(bases)


def place_of(env: Env) -> str:
    """The entity that is looked at."""
    return env[-1][1]


FUNCTIONS = {
    **dict.fromkeys(AGGREGATORS, aggregate),
    **dict.fromkeys(OF_A_PEER, of_a_peer),
    "pull": pull,
}

__all__ = ["FUNCTIONS", "Steps", "aggregate", "folds", "peers"]
