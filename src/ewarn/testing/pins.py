"""The numbers of a rule that decide something, and the rule with one of them moved by a step.

A step is 1 for a whole number, else one unit of the last digit that is written: 0.05 becomes 0.04 and 0.06. Numbers
stand in params, in the expressions of levels, `where`, `adjust`, `until`, `labels` and of the names that these read,
and in `for:`, `keep_for:` and the windows of legs. What only a sentence, a list or the weight reads decides nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from ewarn.diagnostics import Span
from ewarn.errors import RuleError
from ewarn.expressions.mentions import reached
from ewarn.expressions.syntax import parse
from ewarn.levels import Level
from ewarn.rules import Param, Rule
from ewarn.source import Real, Text, woven
from ewarn.units import parse_quantity

Move = Callable[[Rule, str], Rule]
_NUMBER = re.compile(r"[-+−]?\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True, eq=False)
class Pin:
    """One number of a rule."""

    key: tuple[object, ...]
    """The same for one number that several rules of a pack share."""
    what: str
    """`params.k.yellow`, `levels.red`, `keep_for`."""
    place: Span
    written: str
    """The number, with the quotes and the unit around it where it has some."""
    steps: tuple[str, ...]
    """The same, a step lower and a step higher."""
    moved: Move

    def rule(self, rule: Rule, step: str) -> Rule:
        """`rule` with the number at `step`."""
        return self.moved(rule, step)


def pins_of(rule: Rule) -> tuple[Pin, ...]:
    """Every number of a rule, in the order of the file."""
    read = _reached(rule)
    found = [*_of_params(rule, read), *_of_texts(rule, read), *_of_holding(rule)]
    return tuple(sorted(found, key=lambda pin: (pin.place.file, pin.place.line, pin.place.column)))


def stepped(number: str) -> tuple[str, ...]:
    """A written number a step lower and a step higher."""
    plainly = number.replace(",", "").replace("−", "-")
    _, _, decimals = plainly.partition(".")
    step = Decimal(1).scaleb(-len(decimals))
    return tuple(f"{Decimal(plainly) + move:.{len(decimals)}f}" for move in (-step, step))


def _stepped_words(words: str) -> tuple[str, ...]:
    """`50 万元`, `1y`: the number in a quantity."""
    match = _NUMBER.search(words)
    assert match is not None
    return tuple(words[: match.start()] + number + words[match.end() :] for number in stepped(match.group()))


def _texts(rule: Rule) -> Iterator[Text]:
    """What decides."""
    yield from rule.levels.values()
    yield from (text for text in (rule.where, rule.until) if text is not None)
    yield from (step.when for step in rule.adjust)
    yield from rule.labels.values()


def _reached(rule: Rule) -> frozenset[str]:
    """The names that what decides reads, through `let` as well."""
    return reached(_texts(rule), rule.parts)


def _of_params(rule: Rule, read: frozenset[str]) -> Iterator[Pin]:
    for name, param in rule.params.items():
        if name not in read:
            continue
        dated = [("" if at < 0 else ".from", value) for at, value in enumerate([param.value, *_later(param)], -1)]
        for when, value in dated:
            for key, one in value.items() if isinstance(value, Mapping) else [("", value)]:
                pin = _of_value(name, f"params.{name}{when}{f'.{key}' if key else ''}", one)
                if pin is not None:
                    yield pin


def _later(param: Param) -> list[object]:
    return [value for _, value in param.dated]


def _of_value(name: str, what: str, value: object) -> Pin | None:
    if isinstance(value, Real):
        place, steps = value.text.span(), stepped(value.text)
        written = str(value.text)
    elif isinstance(value, Text) and _is_quantity(value):
        place, written, steps = value.span(), str(value), _stepped_words(value)
    else:
        return None

    def move(rule: Rule, step: str) -> Rule:
        new: Real | Text = Text.plain(step)
        if isinstance(value, Real):
            new = Real(step)
            new.text = Text.plain(step)
        return replace(rule, params={**rule.params, name: _with(rule.params[name], value, new)})

    return Pin((place.file, place.line, place.column), what, place, written, steps, move)


def _with(param: Param, old: object, new: Real | Text) -> Param:
    """A param with one value changed; one that a test has set otherwise stays."""

    def changed(value: object) -> object:
        if isinstance(value, Mapping):
            return {key: new if one is old else one for key, one in value.items()}
        return new if value is old else value

    dated = tuple((day, changed(value)) for day, value in param.dated)
    return replace(param, value=changed(param.value), dated=dated)  # type: ignore[arg-type]  # of the kinds they were


@dataclass(frozen=True, eq=False)
class _Spot:
    """A literal in one of a rule's expressions: characters `start` to `end` of `text`, which stands at `target`."""

    target: tuple[str, ...]
    text: Text
    start: int
    end: int

    @property
    def place(self) -> Span:
        return self.text.span(self.start, self.end)

    @property
    def written(self) -> str:
        return str(self.text)[self.start : self.end]


def _of_texts(rule: Rule, read: frozenset[str]) -> Iterator[Pin]:
    """The literals of expressions. One that stands in several, as in a condition for all levels, is one number."""
    spots: dict[tuple[object, ...], list[_Spot]] = {}
    for target, text in _targets(rule, read):
        for spot in _spots(target, text):
            place = spot.place
            spots.setdefault((place.file, place.line, place.column), []).append(spot)
    for key, several in spots.items():
        first = several[0]
        targets = list(dict.fromkeys(".".join(spot.target[:2]) for spot in several))
        what = targets[0] if len(targets) == 1 else several[0].target[0]
        quoted = first.written[:1] in "'\""
        steps = _stepped_words(first.written) if quoted else stepped(first.written)
        yield Pin(key, what, first.place, first.written, steps, _replacing(several))


def _targets(rule: Rule, read: frozenset[str]) -> Iterator[tuple[tuple[str, ...], Text]]:
    """Every expression that decides, and where it stands."""
    yield from ((("levels", level), text) for level, text in rule.levels.items())
    yield from ((("let", name), text) for name, text in rule.let.items() if name in read)
    for kind, named in rule.shared.items():
        yield from ((("let", f"{kind}.{name}", kind, name), text) for name, text in named.items() if name in read)
    yield from ((("labels", name), text) for name, text in rule.labels.items())
    yield from ((("adjust", str(at)), step.when) for at, step in enumerate(rule.adjust))
    if rule.where is not None:
        yield ("where",), rule.where
    if rule.until is not None:
        yield ("until",), rule.until


def _put(rule: Rule, target: tuple[str, ...], text: Text) -> Rule:
    """`rule` with another expression at a place that `_targets` names."""
    match target:
        case ("levels", name):
            return replace(rule, levels={level: text if level == name else one for level, one in rule.levels.items()})
        case ("let", name):
            return replace(rule, let={**rule.let, name: text})
        case ("let", _, kind, name):
            return replace(rule, shared={**rule.shared, kind: {**rule.shared[kind], name: text}})
        case ("labels", name):
            return replace(rule, labels={**rule.labels, name: text})
        case ("adjust", at):
            steps = [replace(one, when=text) if at == str(number) else one for number, one in enumerate(rule.adjust)]
            return replace(rule, adjust=tuple(steps))
        case ("where",):
            return replace(rule, where=text)
    return replace(rule, until=text)


def _spots(target: tuple[str, ...], text: Text) -> Iterator[_Spot]:
    try:
        syntax = parse(text)
    except RuleError:
        return  # told when the rule is compiled
    for node in ast.walk(syntax.body):
        if not isinstance(node, ast.Constant) or isinstance(node.value, bool):
            continue
        start, end = syntax.offsets(node)
        written = str(text)[start:end]
        if not (_is_quantity(node.value) if isinstance(node.value, str) else _NUMBER.fullmatch(written)):
            continue
        # The numbers that a shorthand brings along are its own, and tested where it is defined.
        if text.borrowed and not any(first <= start and end <= last for first, last in text.borrowed):
            continue
        yield _Spot(target, text, start, end)


def _replacing(spots: list[_Spot]) -> Move:
    def move(rule: Rule, step: str) -> Rule:
        written = f"({step})" if step.startswith("-") else step
        texts: dict[tuple[str, ...], list[_Spot]] = {}
        for spot in spots:
            texts.setdefault(spot.target, []).append(spot)
        for target, several in texts.items():
            text, done, pieces = several[0].text, 0, list[Text | str]()
            for spot in sorted(several, key=lambda one: one.start):
                pieces += [text.part(done, spot.start), written]
                done = spot.end
            rule = _put(rule, target, woven(text, [*pieces, text.part(done)]))
        return rule

    return move


def _is_quantity(words: str) -> bool:
    try:
        parse_quantity(words)
    except ValueError:
        return False
    return _NUMBER.search(words) is not None


def _of_holding(rule: Rule) -> Iterator[Pin]:
    """`for:` and `keep_for:` that ask for more than one period (`defaults:` gives one to a whole pack), and windows."""
    place = rule.span
    if rule.keep_for:
        steps = _counts(rule.keep_for, 0)
        key = (place.file, "keep_for", rule.keep_for)
        yield Pin(
            key, "keep_for", place, str(rule.keep_for), steps, lambda rule, step: replace(rule, keep_for=int(step))
        )
    for level, periods in rule.hold.items():
        if periods > 1:
            own = (place.file, rule.id, "for", level)
            yield Pin(own, f"for.{level}", place, str(periods), _counts(periods, 1), _held(level))
    for at, leg in enumerate(rule.legs):
        span = leg.written.span()
        where = (span.file, span.line, span.column, "window")
        yield Pin(where, f"legs.{leg.written}.window", span, str(leg.window), _counts(leg.window, 1), _window(at))


def _window(at: int) -> Move:
    def move(rule: Rule, step: str) -> Rule:
        legs = [replace(leg, window=int(step)) if number == at else leg for number, leg in enumerate(rule.legs)]
        return replace(rule, legs=tuple(legs))

    return move


def _held(level: Level) -> Move:
    return lambda rule, step: replace(rule, hold={**rule.hold, level: int(step)})


def _counts(number: int, least: int) -> tuple[str, ...]:
    return tuple(str(step) for step in (number - 1, number + 1) if step >= least)
