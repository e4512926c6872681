"""Draws one chain of a composite as `docs/images/chain.svg`: C-01 in a park of `examples/county`, from its report."""

from __future__ import annotations

from html import escape
from pathlib import Path

import ewarn
from ewarn.alerts.models import Alert

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "chain.svg"
LEGS = {"held": ("ATT-01", "INV-02", "INV-06"), "landless": ("LND-01", "LND-02")}
INK, FAINT = "#28282a", "#787878"
COLOURS = {"yellow": "#e8b800", "red": "#be1e2d", "orange": "#d9730d", "blue": "#1e5aaa"}
ROW, BOX = 26, 20


def draw() -> str:
    """The picture: alerts of the projects, the legs that they make true, the projects that wait, the composite."""
    report = ewarn.run(ROOT / "examples" / "county")
    whole = next(alert for alert in report.alerts if (alert.rule, alert.entity) == ("C-01", "P1"))
    parts = {alert.fingerprint: alert for alert in report.alerts if alert.fingerprint in whole.members}
    members = [parts[key] for key in whole.members]
    entities = list(dict.fromkeys(alert.entity for alert in members))
    names = {alert.entity: alert.name for alert in members}
    lines, y, middles = [], 56, []
    for entity in entities:
        mine = [alert for alert in members if alert.entity == entity]
        top, ends = y, []
        for leg, rules in LEGS.items():
            first = y
            for alert in (one for one in mine if one.rule in rules):
                lines += _alert(alert, 16, y)
                y += ROW
            at = (first + y - ROW) / 2 + BOX / 2
            ends.append(at)
            lines += [_link(216, first + step * ROW + BOX / 2, 262, at) for step in range((y - first) // ROW)]
            lines.append(_box(254, at - 11, 100, f"project.{leg}", "#f1f1ee"))
            y += 6
        middle = (top + y - 6) / 2
        middles.append(middle)
        lines += [_link(346, at, 386, middle) for at in ends]
        lines += [_box(386, middle - 12, 132, names[entity], "#fff6d6"), _text(452, middle + 26, "waits", FAINT)]
        y += 18
    middle = sum(middles) / len(middles)
    lines += [_link(518, at, 566, middle) for at in middles]
    lines += [
        f'<rect x="566" y="{middle - 34:.1f}" width="176" height="68" rx="4" fill="{COLOURS[whole.level]}"/>',
        _text(654, middle - 12, f"{whole.rule} {whole.title.zh}", "#ffffff", "bold"),
        _text(654, middle + 6, whole.name, "#ffffff"),
        _text(654, middle + 24, f"count(waits) = {len(entities)}", "#ffffff"),
    ]
    heads = ((16, "alerts of one project"), (262, "legs"), (386, "joined per project"), (566, "counted per park"))
    titles = [f'<text x="{x}" y="30" fill="{FAINT}" font-size="12">{escape(words)}</text>' for x, words in heads]
    frame = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 {y + 6}" font-family="sans-serif" font-size="12">'
    )
    ground = f'<rect width="760" height="{y + 6}" fill="#fdfdfa"/>'
    return "\n".join([frame, ground, *titles, *lines, "</svg>"]) + "\n"


def _alert(alert: Alert, x: float, y: float) -> list[str]:
    words = f"{alert.rule} {alert.title.zh}"
    return [
        f'<rect x="{x}" y="{y}" width="6" height="{BOX}" fill="{COLOURS[alert.level]}"/>',
        f'<rect x="{x + 6}" y="{y}" width="194" height="{BOX}" fill="#f1f1ee"/>',
        f'<text x="{x + 14}" y="{y + 14}" fill="{INK}">{escape(words)}</text>',
    ]


def _box(x: float, y: float, width: float, words: str, fill: str) -> str:
    shape = f'<rect x="{x}" y="{y:.1f}" width="{width}" height="22" rx="3" fill="{fill}" stroke="{FAINT}"/>'
    return shape + _text(x + width / 2, y + 15, words, INK)


def _text(x: float, y: float, words: str, fill: str, weight: str = "normal") -> str:
    style = f'fill="{fill}" text-anchor="middle" font-weight="{weight}"'
    return f'<text x="{x}" y="{y:.1f}" {style}>{escape(words)}</text>'


def _link(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line x1="{x}" y1="{y:.1f}" x2="{to_x}" y2="{to_y:.1f}" stroke="{FAINT}"/>'


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
