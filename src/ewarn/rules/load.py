"""From packs, files, YAML texts and dicts to rules; every mistake of all of them at once, and none skipped."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from unicodedata import normalize

from ewarn import resources
from ewarn.diagnostics import Diagnostic, Span, did_you_mean
from ewarn.errors import RuleError
from ewarn.rules.model import Rule, RuleSet
from ewarn.rules.named import without_conditions
from ewarn.rules.overriding import Override, is_override, overridden
from ewarn.rules.resolve import resolve
from ewarn.rules.written import Pack, WrittenRule
from ewarn.source import Instead, Located, Text, load_data, parse_yaml, read_text, salvage, validate, woven

Source = str | os.PathLike[str] | Mapping[str, object] | RuleSet
"""A str that is a `Text` stands in a file: what is wrong with it is told at that place."""

TESTS = (".test.yaml", ".test.yml")
"""Endings of files that hold tests of rules."""


def shipped() -> tuple[str, ...]:
    """The names of the packs that come with ewarn."""
    names = (path.name for path in resources.packs().glob("*.yaml") if not path.name.endswith(TESTS))
    return tuple(sorted(name.removesuffix(".yaml") for name in names))


def load_rules(*sources: Source | Iterable[Source]) -> RuleSet:
    """The rules of all `sources`, in their order; without one, of every shipped pack.

    A source is the name of a shipped pack, a path (ends in .yaml or .yml, or holds a separator), a YAML text, a dict
    of the same form (or of one rule), a RuleSet, or an override file, which changes rules of the others. Raises
    RuleError with every problem of all sources.
    """
    problems: list[Diagnostic] = []
    loading = _Loading(problems)
    for source in _flat(sources) if sources else shipped():
        loading.take(source)
    rules = loading.finished()
    problems += _duplicates(rules)
    if problems:
        error = RuleError(problems)
        error.sound = RuleSet(tuple(rules), loading.score)
        raise error
    return RuleSet(tuple(rules), loading.score)


@dataclass(eq=False)
class _Loading:
    """What has been read so far."""

    problems: list[Diagnostic]
    rules: list[tuple[bool, Rule]] = field(default_factory=list)
    """Each with whether it is to run."""
    overrides: list[tuple[Override, Path, Span]] = field(default_factory=list)
    """Each with the folder its tables are in, and the place where it begins."""
    score: Mapping[str, float] = field(default_factory=dict)
    seen: set[Path] = field(default_factory=set)

    def take(self, source: Source) -> None:
        """Read one source."""
        if isinstance(source, RuleSet):
            self.rules += [(True, rule) for rule in source.rules]
            self.score = self.score or source.score
            return
        before = len(self.problems)
        used: tuple[Text, ...] = ()
        try:
            found = _read(source, self.seen)
            if found is not None:
                self.problems += found.problems
                used = self._understand(found)
        except RuleError as error:
            self.problems += [
                replace(one, place=source.span()) if isinstance(source, Text) and one.place is None else one
                for one in error.diagnostics
            ]
        self.problems[before:] = sorted(self.problems[before:], key=_position)
        for other in used:
            self.take(other)

    def _understand(self, found: _Read) -> tuple[Text, ...]:
        """Rules, or changes of rules; what else is to be read for them."""
        if found.tree is None or not is_override(found.tree):
            self.rules += _rules(found, self.problems)
            return ()
        written = validate(Override, found.tree, self.problems)
        if written is None:
            return ()
        self.overrides.append((written, found.folder, next(key.span() for key, _ in found.tree.items())))
        if written.score is not None:
            self.score = written.score.model_dump()
        return tuple(beside(found.folder, name) for name in written.use)

    def finished(self) -> list[Rule]:
        """The rules that run, every override in place."""
        rules = self.rules
        for written, folder, place in self.overrides:
            if not rules and not self.problems:
                advice = "name them under `use:`, or beside this file"
                self.problems.append(
                    Diagnostic("EW128", "an override file without rules to change", place, help=advice)
                )
            elif rules:
                found: list[Diagnostic] = []
                rules = overridden(rules, written, folder, found)
                self.problems += sorted(found, key=_position)
        return [rule for on, rule in rules if on]


def beside(folder: Path, name: Text) -> Text:
    """A pack's name as it is; a path as seen from where the file is that names it. Its place stays."""
    return woven(name, [Instead(os.fspath(folder / name), name)]) if _is_path(name) else name


def _is_path(name: str) -> bool:
    return name.endswith((".yaml", ".yml")) or "/" in name or os.sep in name


def _flat(sources: Iterable[Source | Iterable[Source]]) -> Iterable[Source]:
    for source in sources:
        if isinstance(source, (str, os.PathLike, Mapping, RuleSet)):
            yield source
        else:
            yield from _flat(source)


@dataclass(frozen=True)
class _Read:
    """The tree of a source, None if it cannot be read, and the name of its pack if it gives none."""

    tree: Located | None
    problems: list[Diagnostic]
    pack: str = "rules"
    folder: Path = Path()


def _read(source: str | os.PathLike[str] | Mapping[str, object], seen: set[Path]) -> _Read | None:
    """None for a file that was read already."""
    if isinstance(source, Mapping):
        return _Read(load_data(source, error=RuleError), [])
    if isinstance(source, str) and ("\n" in source or ": " in source or source.lstrip().startswith("{")):
        return _Read(*parse_yaml(source, "<rules>"))
    path, name = Path(source), os.fspath(source)
    if isinstance(source, str) and not _is_path(name):
        path = resources.packs() / f"{source}.yaml"
        if not path.is_file():
            known = shipped()
            near = did_you_mean(source, known)
            advice = f"{near} A" if near else f"shipped packs: {', '.join(known) or 'none'}; a"
            raise RuleError(
                [Diagnostic("EW126", f"there is no pack `{source}`", help=f"{advice} file is named by its path")]
            )
    if path.name.endswith(TESTS):
        rules = f"{path.name.removesuffix(path.suffix).removesuffix('.test')}{path.suffix}"
        advice = f"name the rules, `{rules}`; `ewarn rules test {name}` runs the tests"
        raise RuleError([Diagnostic("EW126", f"`{name}` holds tests of rules, not rules", help=advice)])
    resolved = _resolved(path)
    if resolved in seen:
        return None
    seen.add(resolved)
    shown = name if path == Path(source) else f"rules/{path.name}"
    return _Read(*parse_yaml(read_text(path, name=shown, error=RuleError), shown), path.stem, path.parent)


def _resolved(path: Path) -> Path:
    """The file itself, links followed; as it is where it cannot be one (reading it says why)."""
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):
        return path


def _rules(source: _Read, problems: list[Diagnostic]) -> list[tuple[bool, Rule]]:
    """Each with whether it is to run."""
    node = source.tree
    if node is None:
        return []
    if node.get("rules") is None and node.get("id") is not None:
        rules = Located((node,), node.document, node.start, node.end)
        node = Located({Text("rules"): rules}, node.document, node.start, node.end)
    node = without_conditions(node, problems)
    written = validate(Pack, node, problems) or _sound(node)
    if written is None:
        return []
    found: list[tuple[bool, Rule]] = []
    for rule in written.rules:
        before = len(problems)
        resolved = resolve(rule, written, source.pack, problems)
        if len(problems) == before:
            found.append((rule.enabled, replace(resolved, shipped=source.folder == resources.packs())))
    return found


def _sound(node: Located) -> Pack | None:
    """A pack without the rules in which something is wrong; None where what they share is wrong too."""
    rules = node.get("rules")
    entries = () if rules is None else rules.entries
    mended = [found.node for entry in entries if (found := salvage(WrittenRule, entry, values=False)) is not None]
    if rules is None or not mended:
        return None
    kept = Located(tuple(mended), rules.document, rules.start, rules.end)
    items = {key: kept if key == "rules" else value for key, value in node.items()}
    pack = salvage(Pack, Located(items, node.document, node.start, node.end), values=False)
    return None if pack is None else pack.model


def _position(problem: Diagnostic) -> tuple[int, int]:
    return (problem.place.line, problem.place.column) if isinstance(problem.place, Span) else (0, 0)


def _duplicates(rules: Iterable[Rule]) -> Iterable[Diagnostic]:
    first: dict[tuple[str, str], Span] = {}
    for rule in rules:
        key = (normalize("NFC", rule.pack), normalize("NFC", rule.id))
        other = first.setdefault(key, rule.span)
        if other is rule.span:
            continue
        where = f"line {other.line}" if other.file == rule.span.file else f"{other.file}:{other.line}"
        yield Diagnostic(
            "EW123",
            f"two rules with the id `{rule.id}` in pack `{rule.pack}`",
            rule.span,
            f"first at {where}",
            "rename one; alerts are followed over time by pack and id",
            more=(other,),
        )
