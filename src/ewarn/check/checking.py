"""The check itself: verdicts against a baseline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from ewarn.check.baseline import Baseline, Entry
from ewarn.check.current import Current, current
from ewarn.check.hygiene import Finding, kinds
from ewarn.check.hygiene.finding import PACK
from ewarn.check.lines import CheckedLines, KeptLines, finding_alert
from ewarn.check.lost import Lost, Why, earlier, lost, provisionally
from ewarn.check.outcome import Bar, Outcome
from ewarn.check.renamed import hinted
from ewarn.check.settled import judged_settled
from ewarn.levels import LEVELS, RANK
from ewarn.report import Alerts, Report
from ewarn.signals import Signals


@dataclass(frozen=True, eq=False)
class Checked:
    """The report with a status on every alert, what follows, and what the next baseline would be."""

    report: Report
    outcome: Outcome
    accepted: Sequence[Entry]


def check(
    report: Report,
    signals: Signals,
    baseline: Baseline | None,
    bar: Bar,
    *,
    findings: Sequence[Finding] = (),
    compared: bool = False,
    place: Callable[[str], str] = str,
    drop: str = "",
    file: str = "",
    accepting: bool = False,
) -> Checked:
    """Compare the alerts of `report`, which lists all of `signals`, with `baseline` (None: everything is new).

    `findings`: what is wrong with the drop itself; `compared`: whether an older drop was there to compare with.
    `place`, `drop`: see `Outcome`; `file`: the baseline's path;
    `accepting`: whether it is being written.
    """
    known = baseline or Baseline("")
    base = report.alerts.explained
    now = _with(current(base), findings)
    fired = {entry.fingerprint for entry in now.entries}
    gone = lost([entry for entry in known.entries if entry.fingerprint not in fired], signals, _others(compared))
    gone = provisionally(gone, partial(judged_settled, signals))
    statuses = [_status(entry, known) for entry in now.entries]
    fresh = [entry for entry, status in zip(now.entries, statuses, strict=True) if status == "new"]
    gone, hints = hinted(gone, fresh, known, earlier(signals))

    count = len(base)
    places = np.concatenate([
        np.arange(count), count + len(gone) + np.arange(len(findings)), count + np.arange(len(gone)),
    ]).astype(np.int64)  # fmt: skip
    ranks = np.concatenate([now.ranks, np.array([one.entry.rank for one in gone], dtype=np.int64)])
    all_statuses = [*statuses, *(one.status for one in gone)]
    over = np.array([status == "resolved" for status in all_statuses], dtype=np.bool_)
    # What is over comes last; the rest by level, and within it as ranked, what does not fire after what does.
    order = np.lexsort((np.arange(len(places)), -ranks, over))
    told = [replace(finding, status=status) for finding, status in zip(findings, statuses[count:], strict=True)]
    lines = CheckedLines(
        base, KeptLines(signals, gone, [finding_alert(one) for one in told]), places[order],
        [all_statuses[at] for at in order.tolist()],
    )  # fmt: skip
    listed = (*now.entries, *(one.entry for one in gone))
    outcome = Outcome(
        lines,
        ranks[order],
        bar,
        matched=sum(row.matched for row in report.coverage),
        evaluated=sum(row.evaluated for row in report.coverage),
        hints=hints,
        accepting=accepting,
        many_types=len({entry.entity_type for entry in listed}) > 1,
        shared_ids=_shared({entry.key for entry in listed}),
        before={entry.fingerprint: entry.level for entry in known.entries},
        baseline=file,
        baseline_as_of=None if baseline is None else baseline.as_of,
        place=place,
        drop=drop,
    )
    present = ranks[order][~over[order]]
    counts: dict[str, int] = {
        LEVELS[rank - 1]: int((present == rank).sum()) for rank in sorted(RANK.values(), reverse=True)
    }
    shown = replace(report, alerts=Alerts(lines), counts=counts)
    return Checked(shown, outcome, _accepted(now, statuses, gone))


def _shared(keys: set[tuple[str, str]]) -> frozenset[str]:
    """Rule ids of several packs."""
    counts = Counter(rule for _, rule in keys)
    return frozenset(rule for rule, count in counts.items() if count > 1)


def _with(fires: Current, findings: Sequence[Finding]) -> Current:
    entries = (*fires.entries, *(finding.entry for finding in findings))
    return Current(entries)


def _status(entry: Entry, baseline: Baseline) -> str:
    before = baseline.by_fingerprint.get(entry.fingerprint)
    if before is None:
        return "new"
    if entry.rank == before.rank:
        return "ongoing"
    return "worse" if entry.rank > before.rank else "better"


def _others(compared: bool) -> dict[tuple[str, str], Why]:
    """Why a finding of the baseline about the drop is not among those of now."""
    return {
        (PACK, name): "clear" if compared or not kind.COMPARES else "not_compared" for name, kind in kinds().items()
    }


def _accepted(now: Current, statuses: Sequence[str], gone: Sequence[Lost]) -> list[Entry]:
    """What a new baseline holds: what fires, and what lasts though it does not."""
    fires = [entry.with_status(status) for entry, status in zip(now.entries, statuses, strict=True)]
    return fires + [one.entry.with_status(one.status) for one in gone if one.lasts]
