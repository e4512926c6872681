"""Units in drop.yaml that were probably meant to be others."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from ewarn.diagnostics import Diagnostic
from ewarn.drop.model import AcrossModel, AttributeModel, IndicatorModel, ValueModel
from ewarn.source import Text
from ewarn.units import likely


def doubtful_units(model: BaseModel) -> Iterator[Diagnostic]:
    """A warning for each unit, anywhere in the model, that stands in no table and is nearly one that does."""
    pending: list[object] = [model]
    while pending:
        here = pending.pop()
        if isinstance(here, dict):
            pending.extend(reversed(here.values()))
        elif isinstance(here, tuple | list):
            pending.extend(reversed(here))
        elif isinstance(here, BaseModel):
            unit = here.unit if isinstance(here, ValueModel | AttributeModel | AcrossModel | IndicatorModel) else None
            if isinstance(unit, Text) and (near := likely(unit)):
                message, label = f"`{unit}` is no unit that is known", "counted as a unit of its own"
                yield Diagnostic("EW212", message, unit.span(), label, f"did you mean {near}?", "warning")
            pending.extend(reversed([value for _, value in here]))
