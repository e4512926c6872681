"""From columns to a panel: what drop.yaml files and data frames have in common."""
