"""The numbers an alert stands on: each slot of its sentences, each side of its deciding comparisons, with the cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ewarn.alerts.assembly import Assembly, json_numbers, json_optional, json_text, json_values
from ewarn.alerts.collect import Tallied, collect, tally
from ewarn.alerts.columns import Column
from ewarn.alerts.inputs import InputTexts
from ewarn.alerts.leaves import Leaf, Reading
from ewarn.expressions.functions.lag import MANY
from ewarn.expressions.nodes import Node

OPEN = MANY / 2
"""An upper bound from here on stands for "who knows": no panel has so many periods."""


@dataclass(eq=False)
class EvidenceTexts:
    """Evidence of one group of alerts, as JSON objects per expression; made once for those that share it."""

    reading: Reading
    inputs: InputTexts
    _made: dict[int, list[bytes]] = field(default_factory=dict)

    def of(self, node: Node) -> list[bytes]:
        """The evidence of one expression, a text for each alert of the group."""
        if id(node) not in self._made:
            self._made[id(node)] = self._write(node)
        return self._made[id(node)]

    def all_of(self, nodes: Sequence[Node]) -> list[bytes]:
        """The inside of the `evidence` array of each alert."""
        texts = [self.of(node) for node in nodes]
        return list(map(b",".join, zip(*texts, strict=True))) if texts else [b""] * self.reading.count

    def _write(self, node: Node) -> list[bytes]:
        reading = self.reading
        column = reading.column(node)
        period = node.calendar.labels[reading.row]
        inputs, totals = self.inputs.joined(collect(reading.frame, node, reading.row), reading.count)
        assembly = Assembly(reading.count)
        assembly.fixed(b'{"expr":%b,"period":"%b","value":' % (json_text(reading.words(node)), period.encode()))
        assembly.varying(json_values(column)).fixed(b',"unit":%b,"inputs":[' % json_optional(unit_word(column)))
        assembly.varying(inputs).fixed(b'],"inputs_total":').varying(totals)
        if column.high is not None and (column.high != column.low).any():
            assembly.varying(_at_most(column))
        members = tally(reading.frame, node, reading.row)
        if members is not None:
            assembly.varying(_members(members))
        return assembly.fixed(b"}").rows()


def _at_most(column: Column) -> list[bytes]:
    """The upper bound where it differs; a count that is open above (it may go on before the start) has none."""
    assert column.high is not None
    differs = (column.high != column.low) & (column.high < OPEN)
    texts = json_numbers(column.high)
    return [b',"at_most":' + text if show else b"" for text, show in zip(texts, differs.tolist(), strict=True)]


def _members(members: Tallied) -> list[bytes]:
    counts = zip(members.n.tolist(), members.known.tolist(), strict=True)
    true = [b"null"] * len(members.n) if members.true is None else [b"%d" % count for count in members.true.tolist()]
    return [
        b',"members":{"n":%d,"known":%d,"true":%b}' % (*pair, last) for pair, last in zip(counts, true, strict=True)
    ]


def unit_word(column: Column) -> str | None:
    """The unit as evidence names it: `ratio` for every fraction."""
    return "ratio" if column.kind == "fraction" else column.unit


def evident(slots: Sequence[Node], deciding: Sequence[Leaf], reading: Reading) -> list[Node]:
    """What to give evidence for, each once: the slots, then both sides of each comparison that are no literals, and
    the leaves that are no comparisons."""
    nodes = list(slots)
    for leaf in deciding:
        comparison = leaf.comparison
        if comparison is None:
            nodes.append(leaf.node)
        else:
            nodes += [side for side in (comparison.number, comparison.threshold) if not reading.is_literal(side)]
    return list({id(node): node for node in nodes}.values())
