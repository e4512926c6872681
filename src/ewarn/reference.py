"""The pages of `docs/reference/`, made from the code: what a function, a rule key is, is said in one place."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ewarn.alerts import models as report
from ewarn.calendar import common_calendar, parse_period
from ewarn.conditions.page import conditions_page
from ewarn.drop import model as drop
from ewarn.explaining import models as told
from ewarn.expressions.function import REQUIRED, Example, Function, Tables, functions
from ewarn.lint.page import lint_pages
from ewarn.rules import legs
from ewarn.rules import written as rules
from ewarn.rules.overriding import written as overriding
from ewarn.testing.pages import pack_pages

_HEAD = """\
# Functions of the rule language

Generated from the code by `make docs`. Every example is executed by the tests.

Examples over time have a column for each month; `x` is the figure of each month unless a line beginning with `#` says
otherwise (what stands there goes into `drop.yaml` as it is). Examples across entities have a row for each. `·` is
unknown. `2..5` is a count of periods known to be at least 2 and at most 5.

*n* counts the periods that the indicators have; a duration such as `"1y"` or `"6m"` goes by the calendar
([time](../time.md)). Operators, names and paths: [language](../language.md).
"""
_KINDS = {
    "any": "anything",
    "category": "a category",
    "choice": "one of its words",
    "condition": "a condition",
    "count": "a whole number, known when the rule is read",
    "date": "a date",
    "groups": "a parent type or attribute, or a list of them",
    "indicator": "an indicator",
    "number": "a number",
    "share": "a number above 0, known when the rule is read",
    "steps": 'a whole number of periods, or a duration like "1y"',
    "text": "a text",
}


def pages() -> Mapping[str, str]:
    """Every generated page: path below `docs/` -> Markdown."""
    return {
        "reference/functions.md": functions_page(),
        "reference/conditions.md": conditions_page(),
        "reference/rules.md": rules_page(),
        "reference/overrides.md": overrides_page(),
        "reference/drop.md": drop_page(),
        "reference/report.md": report_page(),
        "reference/explanation.md": explanation_page(),
        **lint_pages(),
        **pack_pages(),
    }


def functions_page() -> str:
    """The reference of all functions, by subject."""
    subjects: dict[str, list[Function]] = {}
    for _, function in sorted(functions().items()):
        package, _, own = type(function).__module__.rpartition(".")
        subjects.setdefault(f"{package}.{function.subject or own}", []).append(function)
    index = [
        f"- **{_title(module)}**: " + ", ".join(f"[`{one.name}`](#{one.name})" for one in found)
        for module, found in sorted(subjects.items())
    ]
    parts = [_HEAD, "\n".join(index), ""]
    for module, found in sorted(subjects.items()):
        parts += [f"## {_title(module)}", "", inspect.cleandoc(sys.modules[module].__doc__ or ""), ""]
        parts += [line for function in found for line in described(function)]
    return "\n".join(parts).rstrip() + "\n"


def _title(module: str) -> str:
    return module.rpartition(".")[2].replace("_", " ").capitalize()


def described(function: Function) -> Iterator[str]:
    """One function: lines of Markdown."""
    yield from (f"### {function.name}", "", f"`{function.signature}` gives {function.gives}.", "")
    yield from (inspect.cleandoc(function.__doc__ or ""), "")
    for parameter in function.parameters:
        words = parameter.doc or _KINDS[parameter.kind]
        if parameter.choices:
            words += ": " + ", ".join(f"`{choice}`" for choice in parameter.choices)
        default = parameter.default
        usual = "" if default is REQUIRED or default is None else f" (usually `{default}`)"
        label = f"{parameter.name}=" if parameter.keyword else parameter.name
        yield f"- `{label}`: {words}{usual}"
    if function.parameters:
        yield ""
    for example in function.examples:
        text = example.text.strip("\n") if isinstance(example, Tables) else "\n".join(drawn(example))
        yield from ("```text", text, "```", "")


def drawn(example: Example) -> list[str]:
    """An example over time as aligned rows, under its periods."""
    start = parse_period(example.start)
    labels = common_calendar("M", start.ordinal, start.ordinal + len(example.gives) - 1).labels
    rows: dict[str, list[object]] = {"": list(shortened(labels))}
    rows |= {name: list(values) for name, values in example.series.items()}
    rows[example.expression] = list(example.gives)
    cells = {name: [shown(value) for value in values] for name, values in rows.items()}
    widths = [max(len(row[at]) for row in cells.values() if at < len(row)) for at in range(len(labels))]
    margin = max(map(len, cells))
    lines = [
        f"{name:<{margin}}  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=False))
        for name, row in cells.items()
    ]
    kinds = ", ".join(f"{name}: {{kind: {example.kind}}}" for name in example.series)
    return [*([f"# indicators: {{{kinds}}}"] if example.kind != "flow" else []), *lines]


def shortened(labels: tuple[str, ...]) -> Iterator[str]:
    """Labels of periods, the year only where it is a new one: 2020-11, 12, 2021-01."""
    for at, label in enumerate(labels):
        same = at > 0 and "-" in label and labels[at - 1].partition("-")[0] == label.partition("-")[0]
        yield label.partition("-")[2] if same else label


def shown(value: object) -> str:
    """A value as in the tables of the pages."""
    if value is None:
        return "·"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def rules_page() -> str:
    """Every key of a rule file."""
    head = """\
# Keys of a rule file

Generated from the code by `make docs`. What they do, by example: [rules](../rules.md). The JSON schema for editors is
printed by `ewarn rules schema`. Keys that are not here are errors.
"""
    shared = set(rules.Defaults.model_fields)
    return _page(
        head,
        ("The file", rules.Pack, ()),
        ("A rule", rules.WrittenRule, tuple(shared)),
        ("A rule, or `defaults:` of the file", rules.Defaults, ()),
        ("A parameter", rules.WrittenParam, ()),
        ("An item of `adjust:`", rules.WrittenAdjust, ()),
        ("`list:`", rules.WrittenListing, ()),
        ("`each:`", rules.WrittenEach, ()),
        ("`effective:`", rules.WrittenEffective, ()),
        ("A leg of `legs:`", legs.WrittenLeg, ()),
    )


def overrides_page() -> str:
    """Every key of an override file."""
    head = """\
# Keys of an override file

Generated from the code by `make docs`. What they do, by example: [overrides](../overrides.md). The JSON schema for
editors is printed by `ewarn rules schema overrides`. Keys that are not here are errors.
"""
    return _page(
        head,
        ("The file", overriding.Override, ()),
        ("An item of `overrides:`", overriding.WrittenOverride, ()),
        ("An item of `params:`, where it is more than the value", overriding.WrittenChange, ()),
        ("A table of numbers", overriding.WrittenTable, ()),
        ("`owner:` by attribute, parent or entity", overriding.WrittenOwner, ()),
        ("`owner:` in a table", overriding.WrittenOwnerTable, ()),
        ("`score:`", overriding.WrittenScore, ()),
    )


def drop_page() -> str:
    """Every key of drop.yaml."""
    head = """\
# Keys of drop.yaml

Generated from the code by `make docs`. What they do, by example: [drop](../drop.md). Keys that are not here are errors.
"""
    return _page(
        head,
        ("The file", drop.DropModel, ()),
        ("A table", drop.TableModel, ()),
        ("`entity:` of a table", drop.EntityModel, ()),
        ("An item of `links:`", drop.LinkModel, ()),
        ("A column under `values:`", drop.ValueModel, ()),
        ("A column under `attributes:`", drop.AttributeModel, ()),
        ("`long:` of a table", drop.LongModel, ()),
        ("`across:` of a table", drop.AcrossModel, ()),
        ("`events:` of a table", drop.EventsModel, ()),
        ("An item of `flows:`", drop.FlowModel, ()),
        ("An item of `indicators:`", drop.IndicatorModel, ()),
        ("An item of `breaks:`", drop.BreakModel, ()),
        ("An item of `calendars:`", drop.StretchModel, ()),
        ("A calendar in a file", drop.CalendarFileModel, ()),
    )


def report_page() -> str:
    """Every field of a report."""
    head = """\
# Fields of a report

Generated from the code by `make docs`. What they mean, by example: [alert](../alert.md). The JSON schema is
`ewarn/alerts/report.schema.json` in the package. CSV columns and the attributes of Python's `Alert` have the same
names.
"""
    return _page(
        head,
        ("The report", report.ReportDocument, ()),
        ("An alert", report.Alert, ()),
        ("An item of `evidence`", report.Evidence, ()),
        ("An item of `inputs`", report.Input, ()),
        ("`source`", report.SourcePlace, ()),
        ("`members` of an evidence", report.Members, ()),
        ("An item of `adjusted`", report.Adjustment, ()),
        ("`score_parts`", report.ScoreParts, ()),
        ("An item of `list`", report.ListItem, ()),
        ("An item of `clears_when`, `fires_when`", report.Clearing, ()),
        ("An item of `near`", report.Near, ()),
        ("An item of `coverage`", report.CoverageRow, ()),
        ("An item of `episodes`", report.Episode, ()),
    )


def explanation_page() -> str:
    """Every field of an explanation."""
    head = """\
# Fields of an explanation

Generated from the code by `make docs`. What `ewarn explain --format json` writes; what they mean, by example:
[explain](../explain.md). The JSON schema is `ewarn/explaining/explanation.schema.json` in the package. An `alert` has
the fields of a [report](report.md), and so have `inputs`, `members` and single cells.
"""
    return _page(
        head,
        ("The explanation", told.Document, ()),
        ("An item of `rules`", told.Explained, ()),
        ("An item of `levels`", told.Ladder, ()),
        ("A `tree`, and each of its `parts`", told.Branch, ()),
        ("`comparison`", told.Comparison, ()),
        ("An item of `terms`", told.Term, ()),
        ("An item of `missing`", told.Missing, ()),
        ("`worse`", told.Worse, ()),
        ("An item of `beneath`", told.Beneath, ()),
        ("An item of `parents`", told.Above, ()),
    )


def _page(head: str, *parts: tuple[str, type[BaseModel], Sequence[str]]) -> str:
    """Tables of keys; of each model all fields but those named last."""
    lines = [head]
    for title, model, without in parts:
        lines += [f"## {title}", "", "| key | is | else |", "|---|---|---|"]
        lines += [_row(name, field) for name, field in model.model_fields.items() if name not in without]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _row(name: str, field: FieldInfo) -> str:
    assert field.description, f"{name} has no description"
    words = field.description.replace("|", "\\|")
    usual = "" if field.is_required() else _default(field.default)
    return f"| `{field.alias or name}` | {words} | {usual} |"


def _default(value: object) -> str:
    """What holds where a key is left out; nothing where that says nothing."""
    if value is None or value in ((), {}) or isinstance(value, BaseModel):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
