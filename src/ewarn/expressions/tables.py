"""`panel.eval`: one expression for every entity and period, as a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ewarn.calendar import Calendar
from ewarn.diagnostics import Diagnostic, did_you_mean
from ewarn.errors import RuleError, UsageError
from ewarn.expressions.build import Build
from ewarn.expressions.evaluation import Evaluation
from ewarn.expressions.nodes import Node
from ewarn.expressions.reading import meeting
from ewarn.expressions.scope import Lacking, Scope
from ewarn.panel import Panel
from ewarn.source import Text

if TYPE_CHECKING:
    import pandas as pd


def evaluated(panel: Panel, expression: str, entity: str | None = None) -> pd.DataFrame:
    """Values of an expression: index the periods, columns the ids of the entities of type `entity`.

    Numbers are float64 (NaN unknown), conditions nullable booleans, dates datetime64, categories text; a count of
    periods is the number known at least. Raises RuleError for the expression, UsageError for the type.
    """
    import pandas as pd

    home = entity if entity is not None else _only_type(panel)
    if home not in panel.types:
        known = ", ".join(panel.types)
        raise UsageError(
            [
                Diagnostic(
                    "EW003",
                    f"no entity type `{home}`",
                    None,
                    None,
                    did_you_mean(home, panel.types) or f"it has: {known}",
                )
            ]
        )
    evaluation = Evaluation(panel)
    text = Text.plain(expression)
    try:
        survey = Build(evaluation, evaluation.graph(evaluation.finest), Scope(home), surveying=True)
        survey.rooted(text)
        graph = evaluation.graph(*meeting(panel, survey.reads))
        node = Build(evaluation, graph, Scope(home)).rooted(text)
    except Lacking as lacking:
        raise RuleError(
            [Diagnostic("EW102", f"the drop has no `{lacking.name}`", text.span(), "not reported for this type")]
        ) from None
    shape = (len(graph.calendar), evaluation.width(home))
    value = evaluation.whole(node)
    array = np.broadcast_to(value[0] if isinstance(value, tuple) else value, shape)
    columns = pd.Index(panel.types[home].ids, name=home)
    return pd.DataFrame(_plain(node, array), index=_index(graph.calendar), columns=columns)


def _only_type(panel: Panel) -> str:
    if len(panel.types) != 1:
        known = ", ".join(panel.types)
        raise UsageError([Diagnostic("EW003", "whose expression is it?", None, None, f"give entity=, one of {known}")])
    return next(iter(panel.types))


def _index(calendar: Calendar) -> pd.Index[Any]:
    import pandas as pd

    if calendar.freq == "round":
        return pd.DatetimeIndex(calendar.labels, name="period")
    labels = [label.replace("-Q", "Q") for label in calendar.labels]
    return pd.PeriodIndex(labels, freq={"M": "M", "Q": "Q", "A": "Y"}[calendar.freq], name="period")


def _plain(node: Node, array: npt.NDArray[Any]) -> Any:
    import pandas as pd

    if node.type.base == "condition":
        return pd.DataFrame(array == 1).astype("boolean").mask(array == 0).to_numpy(dtype=object)
    if node.type.base == "category":
        words = np.array([*node.type.categories, None], dtype=object)
        return words[array]
    if node.type.base == "date":
        days = np.where(np.isnan(array), np.iinfo(np.int64).min, np.nan_to_num(array)).astype(np.int64)
        return days.astype("datetime64[D]").astype("datetime64[s]")
    return np.array(array)
