"""Checks a tree against a pydantic model and says every mistake where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, Union, get_args, get_origin

from ewarn.diagnostics import Diagnostic, Span, did_you_mean, nearest
from ewarn.source.text import Text
from ewarn.source.tree import Located

if TYPE_CHECKING:
    from pydantic import BaseModel

    M = TypeVar("M", bound=BaseModel)

Step = str | int


class ModelError(ValueError):
    """Raise it in a validator to report diagnostics of one's own; one without a place gets the value's."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__(diagnostics[0].message if diagnostics else "")
        self.diagnostics = diagnostics


@dataclass(frozen=True)
class _Found:
    """One error of pydantic's, its `loc` divided into steps of the tree and tags (names of union members)."""

    error: dict[str, Any]
    node: Located
    key: Text | None
    of_key: bool
    """Whether the key is wrong, not what stands under it."""
    path: tuple[Step, ...]
    tags: tuple[tuple[Step, tuple[Step, ...]], ...]
    """Each with what comes before it, in `loc`: where the union stands."""


MOST_MISTAKES = 500
"""So many are put into words: a file in which everything is wrong is another file."""


def validate(
    model: type[M], node: Located, problems: list[Diagnostic], *, unknown: str = "EW120", wrong: str = "EW121"
) -> M | None:
    """`node` as an instance of `model`, or None with every mistake appended to `problems`.

    Validation is strict: text is no number. Declare sequences as tuples, and texts whose place matters as `Text`.
    `unknown` is the code of unknown keys, `wrong` that of other mistakes; a field's description becomes the help.
    """
    from pydantic import ValidationError

    try:
        return model.model_validate(node.python, strict=True)
    except ValidationError as error:
        wrongs = error.errors(include_url=False)
        found = [_locate(node, item) for item in wrongs[:MOST_MISTAKES]]
        if len(wrongs) > MOST_MISTAKES:
            problems.append(Diagnostic(wrong, f"more than {MOST_MISTAKES} mistakes; the first of them are shown"))
    # What the parser has left in doubt it has reported; pydantic does not count entries that it has found wrong.
    found = [item for item in found if item.node.value is not None and not _counted_short(item)]
    told = list(_alternatives(found))
    misspelt = {(item.path[:-1], nearest(str(item.path[-1]), _known_keys(model, item)))
                for item in told if item.error["type"] == "extra_forbidden"}  # fmt: skip
    for item in told:
        if item.error["type"] != "missing" or (item.path, item.error["loc"][-1]) not in misspelt:
            problems.extend(_diagnose(model, item, unknown, wrong))
    return None


@dataclass(frozen=True)
class Mistake:
    """One of pydantic's errors, for mending: where it is, and what the key or the value there may be."""

    path: tuple[Step, ...]
    keys: tuple[str, ...] | None
    """The keys that are known there, where an unknown one is the mistake."""
    words: tuple[str, ...] | None
    """The words that a value may be, where it is another one."""


def mistakes_in(model: type[M], node: Located) -> M | list[Mistake]:
    """`node` as an instance of `model`, else what keeps it from being one; nothing is put into words."""
    from pydantic import ValidationError

    try:
        return model.model_validate(node.python, strict=True)
    except ValidationError as error:
        found = [_locate(node, item) for item in error.errors(include_url=False)[:MOST_MISTAKES]]
    return [_mistake(model, item) for item in _alternatives([one for one in found if not _counted_short(one)])]


def _mistake(model: type[BaseModel], found: _Found) -> Mistake:
    context = found.error.get("ctx") or {}
    kind, keys, words = found.error["type"], None, None
    if kind == "extra_forbidden":
        keys = tuple(_known_keys(model, found))
    elif found.of_key and "expected" in context:
        keys = tuple(_words(context))
    elif kind in ("literal_error", "enum") and isinstance(found.node.value, Text):
        words = tuple(_words(context))
    return Mistake(found.path, keys, words)


def _known_keys(model: type[BaseModel], found: _Found) -> list[str]:
    owners = [part for part in _parts(model, found.path[:-1]) if hasattr(part, "model_fields")]
    return sorted({alias for owner in owners for alias in _aliases(owner)})


def _counted_short(found: _Found) -> bool:
    least = (found.error.get("ctx") or {}).get("min_length")
    return found.error["type"] == "too_short" and least is not None and len(found.node.entries) >= least


def _locate(node: Located, error: Any) -> _Found:
    key: Text | None = None
    path: list[Step] = []
    tags: list[tuple[Step, tuple[Step, ...]]] = []
    loc = tuple(error["loc"])
    named = loc[:-1] if error["type"] == "missing" else loc
    for position, step in enumerate(named):
        if isinstance(step, int) and 0 <= step < len(node.entries):
            node, key = node.entries[step], None
        elif isinstance(step, str) and (inner := node.get(step)) is not None:
            key, node = node.key(step), inner
        elif step == "[key]":
            continue
        else:
            tags.append((step, loc[:position]))
            continue
        path.append(step)
    return _Found(error, node, key, "[key]" in loc, tuple(path), tuple(tags))


def _alternatives(found: list[_Found]) -> Iterator[_Found]:
    """Of the errors that the members of a union give for one value, those of the member that came furthest."""
    unions: dict[tuple[Step, ...], list[_Found]] = {}
    for item in found:
        if item.tags:
            unions.setdefault(item.tags[0][1], []).append(item)
        else:
            yield item
    for at, group in unions.items():
        mapping = isinstance(group[0].node.value, dict)
        best = max(group, key=lambda item: (len(item.path), mapping and item.error["type"] == "missing"))
        own = [item for item in group if _wanted(item.error) is None]
        if len(best.path) > len(at) or best.error["type"] == "missing":
            member = best.tags[0][0]
            inner = [replace(item, tags=item.tags[1:]) for item in group if item.tags[0][0] == member]
            yield from _alternatives(inner)
        elif own:
            yield own[0]
        else:
            wanted = tuple(dict.fromkeys(_wanted(item.error) for item in group))
            yield replace(best, error={**best.error, "type": "union", "ctx": {"wanted": wanted}})


def _diagnose(model: type[BaseModel], found: _Found, unknown: str, wrong: str) -> Iterator[Diagnostic]:
    error, node = found.error, found.node
    kind = error["type"]
    context = error.get("ctx") or {}
    name = _name(found.path)
    place = found.key.span() if found.key is not None and found.of_key else node.span
    cause = context.get("error")
    if isinstance(cause, ModelError):
        yield from (replace(item, place=item.place or place) for item in cause.diagnostics)
    elif kind == "extra_forbidden":
        yield _unknown_key(unknown, found, _known_keys(model, found))
    elif found.of_key and "expected" in context:
        yield _unknown_key(unknown, found, _words(context))
    elif kind == "missing":
        field = str(error["loc"][-1])
        yield Diagnostic(wrong, f"`{field}` is missing", _head(found), None, _help(model, (*found.path, field)))
    else:
        yield Diagnostic(wrong, f"{name} {_sentence(kind, error, context, node)}", place, help=_help(model, found.path))


def _name(path: tuple[Step, ...]) -> str:
    match path:
        case (*_, str(key)):
            return f"`{key}`"
        case (*_, str(key), int(entry)):
            return f"entry {entry + 1} of `{key}`"
    return "this"


def _unknown_key(code: str, found: _Found, known: list[str]) -> Diagnostic:
    name = str(found.key)
    place = found.key.span() if found.key is not None else found.node.span
    near = did_you_mean(name, known)
    keys = f"keys here: {', '.join(known)}" if known else None
    label, advice = (None, near or keys) if len(known) > 10 else (keys, near)
    return Diagnostic(code, f"unknown key `{name}`", place, label, advice)


def _words(context: dict[str, Any]) -> list[str]:
    return str(context["expected"]).replace("'", "").replace(" or ", ", ").split(", ")


def _head(found: _Found) -> Span:
    """The first key of a mapping that lacks one; else what stands there."""
    items = found.node.items()
    return items[0][0].span() if items else found.node.span


def _aliases(owner: Any) -> Iterator[str]:
    for name, field in owner.model_fields.items():
        yield field.alias or name


def _help(model: type[BaseModel], path: tuple[Step, ...]) -> str | None:
    """The description of the innermost field along `path` that has one."""
    for length in range(len(path), 0, -1):
        name = path[length - 1]
        for owner in _parts(model, path[: length - 1]):
            for key, field in getattr(owner, "model_fields", {}).items():
                if (field.alias or key) == name and field.description:
                    return str(field.description)
    return None


def _parts(model: Any, path: tuple[Step, ...]) -> list[Any]:
    """The types that may stand at `path` below `model`."""
    types: list[Any] = [model]
    for step in path:
        below: list[Any] = []
        for part in types:
            fields = getattr(part, "model_fields", None)
            arguments = get_args(part)
            if fields is not None:
                below += [field.annotation for key, field in fields.items() if (field.alias or key) == step]
            elif get_origin(part) is dict and isinstance(step, str):
                below.append(arguments[1])
            elif get_origin(part) in (tuple, list) and isinstance(step, int):
                below.append(arguments[0])
        types = list(_members(below))
    return types


def _members(types: Iterable[Any]) -> Iterator[Any]:
    for part in types:
        if get_origin(part) in (Union, UnionType):
            yield from _members(get_args(part))
        elif get_origin(part) is Annotated:
            yield from _members(get_args(part)[:1])
        else:
            yield part


_WANTED = {
    "string": "text",
    "int": "a whole number",
    "float": "a number, like 3 or 0.25",
    "bool": "true or false",
    "dict": "a mapping, `key: value`",
    "model": "a mapping, `key: value`",
    "tuple": "a list, [a, b]",
    "list": "a list, [a, b]",
}
_BOUNDS = {
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be at most {le}",
    "too_short": "must not be empty",
    "too_long": "must have at most {max_length} entries",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
}


def _sentence(kind: str, error: dict[str, Any], context: dict[str, Any], node: Located) -> str:
    """What is wrong with a value, after its name."""
    if kind in ("literal_error", "enum"):
        words = _words(context)
        near = did_you_mean(str(node.value), words) if isinstance(node.value, str) else None
        return f"must be one of {', '.join(words)}, not {_shown(node)}" + (f": {near}" if near else "")
    if kind in _BOUNDS:
        return _BOUNDS[kind].format(**context)
    if kind == "union" and context["wanted"]:
        *others, last = context["wanted"]
        return f"must be {', '.join(others)} or {last}, not {_shown(node)}" if others else f"must be {last}"
    wanted = _wanted(error)
    if wanted:
        return f"must be {wanted}, not {_shown(node)}"
    return str(context["error"]) if kind == "value_error" else f"is wrong: {error['msg']}"


def _wanted(error: dict[str, Any]) -> str | None:
    if error["type"] == "value_error" and str(error["ctx"]["error"]) == "must be text":
        return "text"
    return _WANTED.get(str(error["type"]).split("_")[0])


def _shown(node: Located) -> str:
    value = node.value
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, tuple):
        return "a list"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    text = str(value) if len(str(value)) <= 40 else f"{str(value)[:37]}..."
    return f"the text `{text}`" if isinstance(value, Text) and value.quoted else f"`{text}`"
