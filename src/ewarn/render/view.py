"""What renderers get: a report and how it is to be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ewarn.alerts.lines import AlertLines
from ewarn.alerts.models import Alert, Language, Texts
from ewarn.report import Report

if TYPE_CHECKING:
    from ewarn.check.outcome import Outcome

LEGS_MOST = 12
"""So many alerts are shown beneath a composite; the JSON has them all."""
Charts = Callable[[Sequence[Alert]], Mapping[str, Sequence[float | None]]]


@dataclass(frozen=True, eq=False)
class View:
    """A report, with what stands around it."""

    report: Report
    language: Language = "en"
    command: str = ""
    """What made the report, up to the options that choose what is shown: `ewarn run county`; empty from Python."""
    explain: str = ""
    """What explains the first alert; empty where there is none, or nothing to type."""
    top: str = ""
    """The option with which the number of alerts was chosen."""
    coverage: bool = False
    """Show coverage rule by rule."""
    most: int | None = None
    """Show at most so many alerts of the report."""
    charts: Charts | None = None
    """Finds the last periods of what each alert is about; asked only by a screen that has room for them."""

    outcome: Outcome | None = None
    """Of a check: what is new, and what fails."""

    def text(self, texts: Texts) -> str:
        """The words of this view's language, else of the other one."""
        zh, en = texts.zh, texts.en
        return (zh or en) if self.language == "zh" else (en or zh)

    @cached_property
    def alerts(self) -> list[Alert]:
        """All that is shown, in order; what stands beneath one of the first `most` comes with it."""
        explained = self.report.alerts.explained
        if self.most and isinstance(explained, AlertLines):
            return [self.report.alerts[at] for at in explained.leading(self.most)]
        return list(self.report.alerts[: self.most])

    @cached_property
    def trends(self) -> Mapping[str, Sequence[float | None]]:
        """The last periods of what an alert is about, by fingerprint."""
        return {} if self.charts is None else self.charts(self.alerts)

    @property
    def omitted(self) -> int:
        """Alerts that are not shown."""
        return self.report.omitted + len(self.report.alerts) - len(self.alerts)

    @cached_property
    def legs(self) -> Mapping[str, list[Alert]]:
        """By fingerprint of a composite, the first alerts that are shown beneath it, and beneath those."""
        return {key: beneath[:LEGS_MOST] for key, beneath in self._beneath.items()}

    def more(self, alert: Alert) -> int:
        """How many more stand beneath it."""
        return max(len(self._beneath.get(alert.fingerprint, ())) - LEGS_MOST, 0)

    @cached_property
    def _beneath(self) -> Mapping[str, list[Alert]]:
        shown = {alert.fingerprint: alert for alert in self.alerts}
        own: dict[str, list[Alert]] = {}
        for alert in self.alerts:
            if alert.absorbed_by in shown:
                own.setdefault(str(alert.absorbed_by), []).append(alert)
        for key, legs in own.items():
            place = {member: at for at, member in enumerate(shown[key].members)}
            legs.sort(key=lambda alert, place=place: place.get(alert.fingerprint, len(place)))  # type: ignore[misc]  # a default binds it
        found: dict[str, list[Alert]] = {}
        for key, legs in own.items():
            found[key] = beneath = []
            pending = list(reversed(legs))
            while pending:
                beneath.append(pending.pop())
                pending.extend(reversed(own.get(beneath[-1].fingerprint, [])))
        return found

    @cached_property
    def tops(self) -> list[Alert]:
        """The alerts that stand on their own, in order."""
        beneath = {alert.fingerprint for legs in self._beneath.values() for alert in legs}
        return [alert for alert in self.alerts if alert.fingerprint not in beneath]

    def channel(self, name: str) -> list[Alert]:
        """The alerts of `tops` on this channel: `economy`, or `data`, which is never mixed in."""
        return [alert for alert in self.tops if alert.channel == name]

    @property
    def judged(self) -> bool:
        """Whether anything could be judged at all."""
        return any(row.evaluated for row in self.report.coverage)

    @cached_property
    def many_types(self) -> bool:
        """Whether ids need their entity type to be told apart."""
        if self.outcome is not None:
            return self.outcome.many_types
        return len({alert.entity_type for alert in self.alerts}) > 1

    @cached_property
    def shared_ids(self) -> frozenset[str]:
        """Rule ids that two packs of this report have."""
        if self.outcome is not None:
            return self.outcome.shared_ids
        pack: dict[str, str] = {}
        return frozenset(alert.rule for alert in self.alerts if pack.setdefault(alert.rule, alert.pack) != alert.pack)
