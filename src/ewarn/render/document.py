"""What renderers get: a report and how it is to be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ewarn.alerts.models import Alert, Language, ReportDocument, Texts


@dataclass(frozen=True, eq=False)
class View:
    """A report's document, with what stands around it."""

    document: ReportDocument
    language: Language = "en"
    name: str = ""
    """The drop's name."""
    command: str = ""
    """The command that made the report, up to the options that choose what is shown: `ewarn run county`."""
    counts: Mapping[str, int] | None = None
    """Alerts by level, those left out included; None counts the alerts of the document."""
    coverage: bool = False
    """Show coverage rule by rule."""
    trends: Mapping[str, Sequence[float | None]] = field(default_factory=dict)
    """The last periods of what an alert is about, by fingerprint."""
    json: str | None = None
    """The document as its report writes it."""

    def text(self, texts: Texts) -> str:
        """The words of this view's language, else of the other one."""
        zh, en = texts.zh, texts.en
        return (zh or en) if self.language == "zh" else (en or zh)

    @property
    def level_counts(self) -> Mapping[str, int]:
        """Alerts by level."""
        if self.counts is not None:
            return self.counts
        counts: dict[str, int] = {}
        for alert in self.document.alerts:
            counts[alert.level] = counts.get(alert.level, 0) + 1
        return counts

    @cached_property
    def tops(self) -> list[Alert]:
        """The alerts that stand on their own, in order."""
        shown = {alert.fingerprint for alert in self.document.alerts}
        return [alert for alert in self.document.alerts if alert.absorbed_by not in shown]

    @cached_property
    def legs(self) -> Mapping[str, list[Alert]]:
        """By fingerprint of a composite, the alerts that are shown beneath it."""
        shown = {alert.fingerprint for alert in self.document.alerts}
        legs: dict[str, list[Alert]] = {}
        for alert in self.document.alerts:
            if alert.absorbed_by is not None and alert.absorbed_by in shown:
                legs.setdefault(alert.absorbed_by, []).append(alert)
        return legs

    @cached_property
    def many_types(self) -> bool:
        """Whether ids need their entity type to be told apart."""
        return len({alert.entity_type for alert in self.document.alerts}) > 1

    @cached_property
    def shared_ids(self) -> frozenset[str]:
        """Rule ids that two packs of this report have."""
        pack: dict[str, str] = {}
        return frozenset(
            alert.rule for alert in self.document.alerts if pack.setdefault(alert.rule, alert.pack) != alert.pack
        )
