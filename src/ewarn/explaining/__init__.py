"""Why a rule says what it says of one entity: its conditions taken apart, down to the cells of the drop."""

from ewarn.explaining.explanation import Explanation, explained
from ewarn.explaining.models import Beneath, Branch, Document, Explained, Ladder
from ewarn.explaining.subject import Subject, found_entity, found_rules

__all__ = [
    "Beneath", "Branch", "Document", "Explained", "Explanation", "Ladder", "Subject", "explained", "found_entity",
    "found_rules",
]  # fmt: skip
