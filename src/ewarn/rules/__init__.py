"""Rule packs: from YAML to rules, with the place of everything that is wrong."""

from ewarn.rules.load import Source, load_rules, shipped
from ewarn.rules.model import (
    Adjust,
    Channel,
    Constant,
    Each,
    Language,
    Leg,
    Listing,
    Owner,
    Param,
    Rule,
    RuleSet,
    Slot,
    Template,
)
from ewarn.rules.schema import rules_schema
from ewarn.rules.template import parse_template

__all__ = [
    "Adjust",
    "Channel",
    "Constant",
    "Each",
    "Language",
    "Leg",
    "Listing",
    "Owner",
    "Param",
    "Rule",
    "RuleSet",
    "Slot",
    "Source",
    "Template",
    "load_rules",
    "parse_template",
    "rules_schema",
    "shipped",
]
