"""From verdicts to alerts: what is said about them, and the numbers and cells it stands on."""

from __future__ import annotations

from ewarn.alerts.models import Alert

__all__ = ["Alert"]
