"""Whose values an expression has: those of an entity type, or of what a link leads to."""

from __future__ import annotations

from ewarn.panel import EntityType, Panel


class Role(str):
    """Entities of type `type` as `base` reaches them by `step`: through a link, or beyond one.

    As a text it is the path: `project.blocks`, `project.blocks.park`. It stands wherever an entity type stands as the
    home of a node; two ways to the same type are two homes.
    """

    __slots__ = ("base", "link", "many", "step", "type")
    type: str
    base: str
    step: str
    link: str | None
    """The link: of `base` if it leads to one, of `type` if to many; None for a parent or child beyond a link."""
    many: bool

    def __new__(cls, base: str, step: str, type: str, link: str | None, many: bool) -> Role:
        """One step further than `base`."""
        role = super().__new__(cls, f"{base}.{step}")
        role.type, role.base, role.step, role.link, role.many = type, base, step, link, many
        return role

    def __str__(self) -> str:
        """Itself, so that it stays what it is."""
        return self


def kind_of(home: str) -> str:
    """The entity type behind a home."""
    return home.type if isinstance(home, Role) else home


def entities_of(panel: Panel, home: str) -> EntityType:
    """The entities along the second axis of a node of this home."""
    return panel.types[kind_of(home)]


def links_between(panel: Panel, home: str, other: str) -> list[Role]:
    """The ways by a link from entities of one type to those of another; to many where the link is the other's."""
    own = panel.types[home].links.items()
    back = panel.types[other].links.items()
    return [Role(home, name, other, name, many=False) for name, link in own if link.type == other] + [
        Role(home, link.inverse or f"<{name}", other, name, many=True) for name, link in back if link.type == home
    ]


def linked(panel: Panel, home: str, step: str) -> Role | None:
    """What a link of a home's entities, or the inverse of one, leads to; None where `step` is neither."""
    kind = kind_of(home)
    link = entities_of(panel, home).links.get(step)
    if link is not None:
        return Role(home, step, link.type, step, many=False)
    inverse = panel.inverses.get(kind, {}).get(step)
    return None if inverse is None else Role(home, step, inverse[0], inverse[1], many=True)
