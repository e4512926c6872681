"""Rules with the changes of override files in place; what does not fit is told with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from unicodedata import normalize

from ewarn.diagnostics import Diagnostic, Span, did_you_mean
from ewarn.drop.folder import label_of
from ewarn.expressions.lookup import Lookup
from ewarn.rules.model import Constant, Owner, Param, Rule
from ewarn.rules.overriding.tables import numbers, words
from ewarn.rules.overriding.written import (
    Override,
    WrittenChange,
    WrittenOverride,
    WrittenOwner,
    WrittenOwnerTable,
    WrittenTable,
)
from ewarn.source import Text
from ewarn.units import parse_quantity

_CODE = "EW128"


@dataclass(eq=False)
class Applying:
    """One override file at work. `folder`: where its tables are; `problems`: mistakes are appended."""

    written: Override
    folder: Path
    problems: list[Diagnostic]
    whole: bool = True
    """Whether all rules are there: one that has mistakes is not, and is no unknown one."""
    _tables: dict[tuple[str, ...], Lookup | None] = field(default_factory=dict)

    def __call__(self, rules: Sequence[tuple[bool, Rule]]) -> list[tuple[bool, Rule]]:
        """The rules, each with whether it runs, after every change."""
        indicators = {_name(old): _name(new) for old, new in self.written.indicators.items()}
        general = self._owner(self.written.owner)
        found = []
        for enabled, rule in rules:
            changed = replace(rule, indicators={**rule.indicators, **indicators})
            if general is not None and rule.owner is None:
                changed = replace(changed, owner=general)
            found.append((enabled, changed))
        for key, change in self.written.overrides.items():
            hit = [at for at, (_, rule) in enumerate(rules) if _matches(key, rule)]
            if not hit and self.whole:
                names = [name for _, rule in rules for name in (rule.id, f"{rule.pack}/{rule.id}")]
                near = did_you_mean(key, names) or f"loaded: {_some([rule.id for _, rule in rules])}"
                self._say(f"there is no rule `{key}`", key.span(), near)
            self._known(change, [rules[at][1] for at in hit])
            for at in hit:
                enabled, rule = found[at]
                on = enabled if change.enabled is None else change.enabled
                found[at] = (on, self._changed(rule, change))
        return found

    def _known(self, change: WrittenOverride, rules: Sequence[Rule]) -> None:
        """A param that none of the rules has."""
        for name in change.params if rules else ():
            known = {param: None for rule in rules for param in rule.params}
            if _name(name) not in known:
                which = f"rule {rules[0].id} has" if len(rules) == 1 else "these rules have"
                near = did_you_mean(_name(name), known) or f"params: {_some(list(known))}"
                self._say(f"{which} no param `{name}`", name.span(), near)

    def _changed(self, rule: Rule, change: WrittenOverride) -> Rule:
        params = dict(rule.params)
        for name, new in change.params.items():
            old = params.get(_name(name))
            if old is not None:
                params[_name(name)] = self._param(rule, name, old, new)
        owner = rule.owner if change.owner is None else self._owner(change.owner)
        return replace(
            rule,
            params=params,
            narrowed=rule.narrowed if change.where is None else (*rule.narrowed, change.where),
            weight=rule.weight if change.weight is None else change.weight,
            owner=owner,
        )

    def _param(self, rule: Rule, name: Text, old: Param, new: WrittenChange) -> Param:
        place = name.span()
        value: Constant | Mapping[str, Constant] | None
        current = old.value if old.value is not None else old.dated[-1][1]
        if isinstance(new.value, dict):
            if not isinstance(current, Mapping):
                self._say(f"`{name}` of {rule.id} is one value", place, f"write `{name}: VALUE`")
                return old
            keyed: dict[str, Constant] = dict(current)
            for key, one in new.value.items():
                if key not in keyed and old.by == "level":
                    known = f"it has: {', '.join(keyed)}"
                    self._say(f"`{name}` of {rule.id} has no level `{key}`", key.span(), known)
                    continue
                self._united(rule, name, keyed.get(str(key)), one, new, key.span())
                read = self._constant(one)
                if read is not None:
                    keyed[str(key)] = read
            value = keyed
            changed = {**old.changed, **{str(key): key.span() for key in new.value}}
        else:
            if isinstance(current, Mapping):
                example = "{" + f"{next(iter(current))}: VALUE" + "}"
                self._say(f"`{name}` of {rule.id} has a value for each {old.by}", place, f"write `{name}: {example}`")
                return old
            self._united(rule, name, current, new.value, new, place)
            read = self._constant(new.value)
            if read is None:
                return old
            value, changed = read, {"": place}
        source = old.source if new.source is None else {language: str(text) for language, text in new.source.items()}
        unit = old.unit if new.unit is None else str(new.unit)
        return replace(old, value=value, dated=(), unit=unit, source=source, changed=changed)

    def _united(
        self, rule: Rule, name: Text, old: Constant | None, new: object, change: WrittenChange, place: Span
    ) -> None:
        """A bare number in place of a quantity would take whatever unit it meets."""
        bare = isinstance(new, WrittenTable) or (isinstance(new, int | float) and not isinstance(new, bool))
        if bare and isinstance(old, Text) and change.unit is None and _is_quantity(old):
            self._say(f"`{name}` of {rule.id} is a quantity, `{old}`", place, "add `unit:`, or write 50 万元")
        kinds = (bool, int | float, str)
        before = next((at for at, kind in enumerate(kinds) if isinstance(old, kind)), None)
        after = next((at for at, kind in enumerate(kinds) if isinstance(new, kind)), 1)
        quantity = any(isinstance(text, str) and _is_quantity(text) for text in (old, new))
        if before is not None and before != after and {before, after} != {1, 2}:
            self._say(f"`{name}` of {rule.id} is {_KINDS[before]}", place, f"this is {_KINDS[after]}")
        elif before != after and {before, after} == {1, 2} and not quantity:
            self._say(f"`{name}` of {rule.id} is {_KINDS[before or 0]}", place, f"this is {_KINDS[after]}")

    def _constant(self, value: object) -> Constant | None:
        if isinstance(value, WrittenTable):
            key = tuple(map(str, (value.table, value.key, value.column, value.sheet, value.otherwise)))
            if key not in self._tables:
                self._tables[key] = numbers(self.folder, value, self.problems)
            return self._tables[key]
        assert isinstance(value, bool | int | float | Text)
        return value

    def _owner(self, written: Text | WrittenOwner | WrittenOwnerTable | None) -> Owner | None:
        if written is None:
            return None
        if isinstance(written, WrittenOwner):
            value = {str(key): str(text) for key, text in written.value.items()}
            places = {str(key): key.span() for key in written.value}
            return Owner(value, _name(written.by), written.by, places)
        if isinstance(written, WrittenOwnerTable):
            found = words(self.folder, written, self.problems)
            if found is None:
                return None
            return Owner(found[0], "entity", written.table, table=label_of(written.table), rows=found[1])
        return Owner(str(written), None, written)

    def _say(self, message: str, place: Span, advice: str) -> None:
        self.problems.append(Diagnostic(_CODE, message, place, help=advice))


_KINDS = ("true or false", "a number", "a text")


def overridden(
    rules: Iterable[tuple[bool, Rule]], written: Override, folder: Path, problems: list[Diagnostic]
) -> list[tuple[bool, Rule]]:
    """The rules, each with whether it runs, as an override file in `folder` wants them.

    `problems` gets its mistakes; where it has others already, a rule may be lacking without being unknown.
    """
    return Applying(written, folder, problems, whole=not problems)(list(rules))


def _matches(key: str, rule: Rule) -> bool:
    names = (normalize("NFC", rule.id), normalize("NFC", f"{rule.pack}/{rule.id}"))
    return any(fnmatchcase(name, normalize("NFC", key)) for name in names)


def _is_quantity(text: str) -> bool:
    try:
        parse_quantity(text)
    except ValueError:
        return False
    return True


def _name(text: str) -> str:
    return normalize("NFKC", text)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "") or "none"
