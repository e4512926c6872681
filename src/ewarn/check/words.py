"""What an alert says that no rule explains now, in both languages; the other words are in `render`."""

from __future__ import annotations

from ewarn.alerts.models import Language

_LEVELS = {"blue": "蓝", "yellow": "黄", "orange": "橙", "red": "红"}
_WORDS: dict[str, tuple[str, str]] = {
    "clear": ("{name}：{period} 的{level}色预警已解除", "{name}: the {level} alert of {period} is over"),
    "unmatched": (
        "{name}：规则已不适用，{period} 的{level}色预警不再列出",
        "{name}: the rule no longer applies; it was {level} in {period}",
    ),
    "unknown": (
        "{name}：无法判断（{reason}），{period} 为{level}色，继续列出",
        "{name}: could not be judged ({reason}); it was {level} in {period} and stays listed",
    ),
    "unrun": (
        "{name}：本批数据缺少规则所需的指标，无法判断；{period} 为{level}色，继续列出",
        "{name}: could not be judged, the drop lacks what the rule reads; it was {level} in {period} and stays listed",
    ),
    "not_compared": (
        "{name}：没有与上一批数据比较，无法判断；{period} 为{level}色，继续列出",
        "{name}: not compared with an older drop this time; it was {level} in {period} and stays listed",
    ),
    "no_entity": (
        "{name}：本批数据里没有这个对象，无法判断；{period} 为{level}色，继续列出",
        "{name}: is not in this drop and could not be judged; it was {level} in {period} and stays listed",
    ),
    "renamed": (
        "{name}：本批数据里没有这个对象，可能换了编号；{period} 为{level}色",
        "{name}: is not in this drop, its id seems to have changed; it was {level} in {period}",
    ),
    "no_rule": (
        "{name}：规则已不在所用规则中；{period} 为{level}色",
        "{name}: the rule is no longer among those run; it was {level} in {period}",
    ),
    "no_type": (
        "{name}：规则已不再用于这类对象；{period} 为{level}色",
        "{name}: the rule no longer covers this type of entity; it was {level} in {period}",
    ),
    "provisional": (
        "{name}：仅依据预计数或快报数解除，{period} 为{level}色，继续列出",
        "{name}: clear on forecast or flash data only; it was {level} in {period} and stays listed",
    ),
}
_REASONS: dict[str | None, tuple[str, str]] = {
    "filter_unknown": ("筛选条件未知", "its filter is unknown"),
    "masked": ("数据被掩码", "masked"),
    "not_applicable": ("不适用", "not applicable"),
    "below_unit": ("小于计量单位", "below the unit"),
    "not_reported": ("未报", "not reported"),
    "blank": ("空白", "blank"),
    "not_due": ("未到报送日", "not due yet"),
    "before_start": ("序列开始之前", "before the series starts"),
    "scope_break": ("口径变化", "its scope changed"),
    "no_base": ("没有基期", "no base"),
    "nonpositive_base": ("基期不为正", "the base is not positive"),
    "too_few_members": ("成员太少", "too few members known"),
    None: ("数据不足", "not enough data"),
}


def saying(why: str, language: Language, name: str, level: str, period: str, reason: str | None) -> str:
    """What became of an alert of the baseline, in one sentence."""
    at = 0 if language == "zh" else 1
    words = _LEVELS[level] if language == "zh" else level
    return _WORDS[why][at].format(name=name, level=words, period=period, reason=_REASONS[reason][at])
