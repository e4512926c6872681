"""One written rule with its pack's defaults to the rule that is run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar
from unicodedata import normalize

from ewarn.diagnostics import Diagnostic
from ewarn.expressions.mentions import heads
from ewarn.levels import LEVELS, Level
from ewarn.rules.dated import day
from ewarn.rules.legs import WrittenLeg
from ewarn.rules.model import Adjust, Constant, Each, Language, Leg, Listing, Param, Rule
from ewarn.rules.written import Defaults, Pack, WrittenAdjust, WrittenParam, WrittenRule
from ewarn.source import Text

T = TypeVar("T")


def resolve(written: WrittenRule, pack: Pack, unnamed: str, problems: list[Diagnostic]) -> Rule:
    """The rule; what does not fit together within it is appended to `problems`."""
    defaults = pack.defaults
    own = {_name(name): _param(name, param) for name, param in written.params.items()}
    params = {**{_name(name): _param(name, param) for name, param in pack.params.items()}, **own}
    let = {_name(name): text for name, text in written.let.items()}
    shared = {
        _name(kind): {_name(name): text for name, text in named.items() if _name(name) not in own}
        for kind, named in pack.let.items()
    }
    named = {name: text for kind in shared.values() for name, text in kind.items()}
    levels = _levels(written, params, {**named, **let}, problems)
    slug = str(written.slug or written.id.lower())
    titles: Mapping[Language, str] = dict(written.title) if written.title else {"en": slug}
    return Rule(
        pack=str(pack.pack or unnamed),
        id=str(written.id),
        slug=slug,
        title={language: str(text) for language, text in titles.items()},
        entity=tuple(_name(name) for name in written.entity or defaults.entity or ()),
        where=written.where,
        params=params,
        let=let,
        siblings=frozenset(_name(name) for rule in pack.rules for name in rule.params),
        shared=shared,
        levels=levels,
        adjust=(*(_adjust(item, True) for item in pack.adjust), *(_adjust(item, False) for item in written.adjust)),
        hold=_hold(written, defaults, levels, problems),
        keep_for=_first(written.keep_for, defaults.keep_for, 0),
        until=written.until,
        weight=written.weight,
        explain=dict(written.explain),
        evidence=written.evidence,
        action=_words(written.action),
        traps=_words(written.traps),
        notes=_words(written.notes),
        channel=_first(written.channel, defaults.channel, "economy"),
        source=_words(written.source or defaults.source or {}),
        listing=_listing(written),
        frequency=_first(written.frequency, defaults.frequency, None),
        bridge=_first(written.bridge, defaults.bridge, 0),
        show=written.show,
        labels={str(name): text for name, text in written.labels.items()},
        each=_each(written),
        legs=tuple(_leg(path, leg) for path, leg in written.legs.items()),
        effective=written.effective.days if written.effective is not None else (None, None),
        span=written.id.span(),
    )


def _first(own: T | None, default: T | None, otherwise: T) -> T:
    return own if own is not None else default if default is not None else otherwise


def _name(text: str) -> str:
    return normalize("NFKC", text)


def _words(texts: Mapping[Language, Text]) -> dict[Language, str]:
    return {language: str(text) for language, text in texts.items()}


def _text(text: Text | None) -> str | None:
    return None if text is None else str(text)


def _param(name: Text, param: WrittenParam) -> Param:
    by = None if param.by is None else _name(param.by)
    value = None if param.value is None else _plain(param.value)
    dated = tuple((day(key), _plain(item)) for key, item in param.since.items())
    return Param(value, by, _text(param.unit), _words(param.source or {}), dated, param.confidence, name.span())


def _plain(value: Constant | Mapping[Text, bool | float | Text]) -> Constant | dict[str, Constant]:
    return {str(key): item for key, item in value.items()} if isinstance(value, Mapping) else value


def _adjust(item: WrittenAdjust, shared: bool) -> Adjust:
    return Adjust(item.when, item.by, item.cap, tuple(_name(name) for name in item.entity or ()), shared)


def _each(written: WrittenRule) -> Each | None:
    if written.each is None:
        return None
    (name, given), *_ = written.each.items()
    indicators = tuple(_name(one) for one in given.indicators or ())
    return Each(_name(name), indicators, given.has, given.kind, given.better)


def _leg(key: Text, leg: WrittenLeg) -> Leg:
    of, _, name = _name(key).rpartition(".")
    title: Mapping[Language, str] = {language: str(text) for language, text in leg.title.items()}
    return Leg(key, of or None, name, leg.any, leg.level, leg.window, leg.optional, title)


def _listing(written: WrittenRule) -> Listing | None:
    item = written.listing
    return None if item is None else Listing(_name(item.of), item.where, item.by, item.top)


def _hold(
    written: WrittenRule, defaults: Defaults, levels: Iterable[Level], problems: list[Diagnostic]
) -> dict[Level, int]:
    own = written.hold
    chosen: int | dict[Text, int] = own if own is not None else defaults.hold if defaults.hold is not None else 1
    if isinstance(chosen, int):
        return dict.fromkeys(levels, chosen)
    if isinstance(own, dict):
        problems.extend(
            Diagnostic("EW125", f"this rule has no level `{key}`", key.span(), f"it has: {', '.join(levels)}")
            for key in own
            if key not in set(levels)
        )
    return {level: chosen.get(Text(level), 1) for level in levels}


def _levels(
    written: WrittenRule, params: Mapping[str, Param], let: Mapping[str, Text], problems: list[Diagnostic]
) -> dict[Level, Text]:
    """The conditions, lowest level first; a param that differs by level must have a value for each that reads it."""
    if isinstance(written.levels, dict):
        given = written.levels
        levels = {level: given[Text(level)] for level in LEVELS if level in given}
    else:
        read = _params(written.levels, params, let)
        named = {key for name in read for key in _values(params[name])}
        if not named:
            problems.append(
                Diagnostic(
                    "EW125",
                    "one condition for all levels names no param that differs by level",
                    written.levels.span(),
                    help="write `levels: {yellow: ...}`, or a param with `by: level`",
                )
            )
        levels = {level: written.levels for level in LEVELS if level in named}
    for level, text in levels.items():
        for name in _params(text, params, let):
            if level not in _values(params[name]):
                message = f"`{name}` has no value for {level}"
                problems.append(Diagnostic("EW125", message, text.span(), help=f"add one under `{name}: value:`"))
    return levels


def _values(param: Param) -> Mapping[str, Constant]:
    value = param.value if param.value is not None else param.dated[0][1]
    return value if isinstance(value, Mapping) else {}


def _params(text: str, params: Mapping[str, Param], let: Mapping[str, Text]) -> list[str]:
    """The params that differ by level among the names of an expression, also through `let`."""
    found: dict[str, None] = {}
    pending, seen = [text], set[str]()
    while pending:
        for name in sorted(heads(pending.pop())):
            if name in seen:
                continue
            seen.add(name)
            if name in let:
                pending.append(let[name])
            elif name in params and params[name].by == "level":
                found[name] = None
    return list(found)
