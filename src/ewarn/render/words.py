"""Every word a screen says, in both languages. One table, so that a missing translation is seen at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ewarn.alerts.models import Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")

_WORDS: dict[str, tuple[str, str]] = {
    # levels
    "red": ("红", "red"),
    "orange": ("橙", "orange"),
    "yellow": ("黄", "yellow"),
    "blue": ("蓝", "blue"),
    # heading
    "data_to": ("数据截至 {}", "data to {}"),
    "known_at": ("按 {} 已发布的数据", "as published by {}"),
    "no_alerts": ("没有预警", "no alerts"),
    "calm": (
        "没有预警：判断过的对象都在界限以内。",
        "No alerts: everything that could be judged is within its limits.",
    ),
    "calm_data": ("没有经济预警；数据质量见下。", "No alerts on the economy; data quality is below."),
    "nothing_judged": (
        "没有一项能够判断：没有预警不等于没有问题。",
        "Nothing could be judged: no alert does not mean no trouble.",
    ),
    # the table
    "level": ("级别", "level"),
    "score": ("得分", "score"),
    "entity": ("对象", "who"),
    "alert": ("预警", "alert"),
    "why": ("为什么", "why"),
    "since_head": ("持续", "since"),
    "trend": ("近 {} 期", "last {} periods"),
    "since": ("自 {}", "since {}"),
    "data_quality": ("数据质量", "Data quality"),
    "what_to_do": ("怎么办", "What to do"),
    "pulls": ("对增速的拉动（百分点）：", "contribution to growth, in percentage points: "),
    "list_more": ("等 {} 个", "{} in all"),
    "clears": ("解除：", "clears when "),
    "source": ("出处", "from"),
    # notes on an alert
    "new": ("新增", "new"),
    "ongoing": ("延续", "ongoing"),
    "worse": ("升级", "worse"),
    "better": ("减轻", "better"),
    "resolved": ("解除", "resolved"),
    "unjudged": ("无法判断", "unjudged"),
    "held": ("保持中", "held"),
    "provisional": ("依据预计数", "provisional"),
    "possible": ("可能为{}", "possibly {}"),
    "other_period": ("数据期 {}", "data of {}"),
    # a check
    "status_new": ("新增", "NEW"),
    "status_worse": ("升级", "WORSE"),
    "status_unjudged": ("无法判断", "UNJUDGED"),
    "status_ongoing": ("延续", "ONGOING"),
    "status_better": ("减轻", "BETTER"),
    "status_resolved": ("解除", "RESOLVED"),
    "against": ("对照 {}（{}）", "against {} ({})"),
    "no_baseline": ("没有基线，全部算新增", "no baseline yet: everything is new"),
    "at_the_bar": ("{} {} 条达到{}级", "{} {} at or above {}"),
    "count_status": ("{} {} 条", "{} {}"),
    "below_bar": ("另有新增或升级 {} 条未达到", "{} more new or worse below that"),
    "exit": ("退出码 {}", "exit {}"),
    "passes": ("没有达到{}级的新增或升级。", "Nothing new or worse at or above {}."),
    "could_not_look": (
        "没有一条规则判断了任何对象：不算通过。",
        "No rule judged anything: that is no pass.",
    ),
    "too_unknown": (
        "无法判断的占 {}，超过 --fail-on-unknown 的 {}。",
        "{} could not be judged, more than the {} of --fail-on-unknown.",
    ),
    "renamed_entity": (
        "{} 不在本批数据里，{} 的预警与它相同：是不是换了编号？",
        "{} is not in this drop, and {} has the same alerts: was its id changed?",
    ),
    "renamed_rule": (
        "规则 {} 已不在所用规则中，{} 在同样的对象上预警：是不是换了编号？",
        "rule {} is no longer among those run, and {} fires for the same entities: was its id changed?",
    ),
    "gone_rule": (
        "规则 {} 已不在所用规则中，它的 {} 条预警按解除处理",
        "rule {} is no longer among those run; its alerts ({}) count as resolved",
    ),
    "hints": ("提示", "Hints"),
    "check_more": ("另有 {} 条未列出：", "{} more not shown: "),
    "check_fails": ("未通过", "Fails the check"),
    "check_below": ("其他新增和升级", "Other new and worse alerts"),
    "check_unjudged": ("无法判断，继续列出", "No longer judged, still listed"),
    "check_resolved": ("已解除", "Resolved"),
    "left_out": ("另有 {} 条因数量限制未列出", "{} more were left out, for want of room"),
    "at_row": ("位置", "where"),
    "status": ("状态", "status"),
    "next_accept": ("接受这些预警：", "to accept these: "),
    # what cannot be seen
    "coverage": ("能判断 {} / {} 项（{}）。", "Judged {} of {} ({})."),
    "coverage_all": ("{} 项均已判断。", "All {} could be judged."),
    "coverage_unknown": ("无法判断 {} 项：", "Not judged {}: "),
    "idle": ("没有判断任何对象的规则 {} 条：", "Rules that judged nothing ({}): "),
    "partly": ("只判断了一部分条件的规则 {} 条：", "Rules judged in part ({}): "),
    "more_idle": ("另 {} 条见 --coverage", "{} more with --coverage"),
    "note_lacking": ("数据里没有 {}", "the drop has no {}"),
    "note_no_period": ("没有一期是所用指标都已报送的", "no period has been reported by every indicator it reads"),
    "note_no_match": ("没有匹配的对象", "no entity matches"),
    "note_optional": ("可选条件未判断：数据里没有 {}", "optional parts: the drop has no {}"),
    "coverage_head": ("能判断什么", "What could be judged"),
    "rule": ("规则", "rule"),
    "matched": ("应判断", "matched"),
    "evaluated": ("能判断", "judged"),
    "fired": ("预警", "fired"),
    "clear": ("正常", "clear"),
    "not_judged": ("无法判断", "not judged"),
    # reasons
    "filter_unknown": ("筛选条件未知", "filter unknown"),
    "masked": ("掩码", "masked"),
    "not_applicable": ("不适用", "not applicable"),
    "below_unit": ("小于计量单位", "below the unit"),
    "not_reported": ("未报", "not reported"),
    "blank": ("空白", "blank"),
    "not_due": ("未到报送日", "not due yet"),
    "before_start": ("序列开始之前", "before the start"),
    "scope_break": ("口径变化", "scope changed"),
    "no_base": ("没有基期", "no base"),
    "nonpositive_base": ("基期不为正", "base not positive"),
    "too_few_members": ("成员太少", "too few members"),
    # episodes
    "episodes": ("历次预警", "Episodes"),
    "start": ("开始", "start"),
    "end": ("结束", "end"),
    "peak": ("最高", "peak"),
    "more_episodes": ("较早的 {} 次在 --format json 里", "{} earlier ones are in --format json"),
    "open": ("仍在持续", "still open"),
    # what next
    "omitted": ("其余 {} 条未列出", "{} more not shown"),
    "below_min": ("按 --min-level 没有列出更低级别", "lower levels are not shown (--min-level)"),
    "next_all": ("全部列出：", "all of them: "),
    "next_coverage": ("按规则看无法判断的：", "what could not be judged: "),
    "next_rule": ("看规则：", "the rule: "),
    "next_evidence": ("每个数的出处：", "where each number comes from: "),
    # rules
    "rule_id": ("编号", "id"),
    "levels": ("级别", "levels"),
    "of": ("对象", "of"),
    "any_entity": ("（唯一的类型）", "(the only type)"),
    "pack": ("规则包", "pack"),
    "where": ("范围", "where"),
    "params": ("参数", "params"),
    "let": ("名称", "let"),
    "adjust": ("调整", "adjust"),
    "each": ("逐项", "each"),
    "effective": ("适用期", "effective"),
    "labels": ("标签", "labels"),
    "shared": ("公共定义", "pack's let"),
    "for": ("连续期数", "for"),
    "keep_for": ("保持期数", "keep for"),
    "until": ("直到", "until"),
    "frequency": ("频率", "every"),
    "weight": ("影响按", "weight"),
    "says": ("说明", "says"),
    "to_do": ("怎么办", "to do"),
    "rule_source": ("出处", "source"),
    "evidence": ("佐证", "evidence"),
    "traps": ("易误判", "traps"),
    "notes": ("说明", "notes"),
    "file": ("文件", "file"),
    "up": ("升 {} 级", "up {}"),
    "down": ("降 {} 级", "down {}"),
    "cap": ("至多 {}", "at most {}"),
    "if": ("若 {1}，{0}", "{0} if {1}"),
    "rules_count": ("{} 条规则", "{} rules"),
    "rules_one": ("{} 条规则", "{} rule"),
    "by": ("按 {}：", "by {}: "),
    "the_rest": ("其余 {}", "the rest {}"),
    "narrowed": ("另限于", "and where"),
    "indicators": ("指标对应", "read as"),
    "owner": ("责任单位", "owner"),
    "by_level": ("按级别：", "by level: "),
    "rules_next": ("看一条规则：", "one of them: "),
    # tests of rules
    "tests_count": ("{} 个测试", "{} tests"),
    "tests_one": ("{} 个测试", "{} test"),
    "of_rules": ("，{} 条规则", " of {} rules"),
    "of_rules_one": ("，{} 条规则", " of {} rule"),
    "tests_missing": ("没有测试文件", "there is no such file: no rule is tested"),
    "tests_failed": ("{} 个不通过，{} 个通过", "{} failed, {} passed"),
    "tests_passed": ("{} 个全部通过", "all {} passed"),
    "tests_next": ("哪些还没有测到：", "what they leave untested: "),
    "period": ("时期", "period"),
    "expected": ("应为", "expected"),
    "got": ("实为", "got"),
    "untested": ("未测到的", "untested"),
    "no_tests": ("没有通过的测试", "no test that passes"),
    "levels_untested": ("没有测试应为：{}", "no test expects: {}"),
    "coverage_said": (
        "{1} 条规则中 {0} 条测全了；{3} 个数中 {2} 个改动一步就有测试不通过。",
        "{0} of {1} rules fully tested; of {3} numbers {2} cannot move by a step without a test that fails.",
    ),
    "nothing": ("（无）", "(nothing)"),
    "level_clear": ("正常", "clear"),
    "not_known": ("未知", "unknown"),
    "no_verdict": ("-", "-"),
    "any_level": ("·", "·"),
    "periods_differ": ("{1} 期中有 {0} 期不同", "{} of {} periods differ"),
    # an explanation
    "verdict_clear": ("正常", "clear"),
    "verdict_unknown": ("无法判断", "unknown"),
    "verdict_not_matched": ("不在范围", "not matched"),
    "verdict_not_run": ("未运行", "not run"),
    "score_of": ("得分 {}", "score {}"),
    "exposure": ("影响", "exposure"),
    "persistence": ("持续", "persistence"),
    "depth": ("超出幅度", "depth"),
    "novelty": ("新增", "novelty"),
    "adjusted_by": ("调整：{}，由{}改为{}", "adjusted: {}, from {} to {}"),
    "held_since": (
        "保持中：本期判断未达到，依据是 {} 的数",
        "held: the verdict of this period does not fire; these are the numbers of {}",
    ),
    "why_unknown": ("无法判断：{}", "It cannot be judged: {}"),
    "why_clear": ("没有预警：条件都不成立。", "No alert: none of its conditions holds."),
    "why_waiting": (
        "还没有预警：条件本期成立，但尚未连续达到 `for` 要求的期数。",
        "No alert yet: a condition holds now, but has not for as many periods as `for` asks.",
    ),
    "why_not_matched": ("这条规则不适用于该对象。", "The rule does not apply to this entity."),
    "why_not_run": ("没有运行：{}", "It was not run: {}"),
    "clears_if": ("解除：{}", "clears if {}"),
    "falls_if": ("降为{1}级：{0}", "falls to {1} if {0}"),
    "clears_not": ("单改一个数不能解除（{}）", "no single cell would clear it ({})"),
    "before_keeping": ("解除指本期判断，未计规则的 {}", "this is the verdict by itself, before the rule's {}"),
    "share_of_all": ("占全部 {}", "{} of all"),
    "share_most": ("占全部 {} 以上", "{} of all or more"),
    "lacks": ("升为{}级还须：{}", "{} also needs: {}"),
    "needs": ("{}级要求：{}", "{} needs: {}"),
    "worse_if": ("升为{1}级：{0}", "{1} if {0}"),
    "now": ("（现 {}，差 {}）", " (now {}, {})"),
    "now_above": ("（现 {}，多 {}）", " (now {}, {})"),
    "at_present": ("（现 {}）", " (now {})"),
    "at_present_asked": ("（现 {0}，要求 {1} {2}）", " (now {0}, asked {1} {2})"),
    "as_above": ("同上", "as above"),
    "join_and": ("以下都成立", "all of these"),
    "join_or": ("以下至少一项成立", "one of these"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "at_most": ("至多 {}", "at most {}"),
    "unknown_because": ("未知：{}", "unknown: {}"),
    "origin_published": ("公布的增速", "the published rate"),
    "origin_computed": ("由水平值计算", "computed from levels"),
    "origin_derived": ("由累计值推算", "derived"),
    "members": ("已知 {} / {} 个", "{} of {} known"),
    "members_true": ("成立 {} 个", "{} true"),
    "more_cells": ("另 {} 个单元格", "{} more cells"),
    "status_of_forecast": ("预计", "forecast"),
    "status_of_flash": ("快报", "flash"),
    "status_of_preliminary": ("初步", "preliminary"),
    "status_of_revised": ("修订", "revised"),
    "status_of_final": ("定案", "final"),
    "why_not": ("为什么没有预警：", "why not: "),
    "fact_held": ("本期判断本来就未达到", "the verdict of this period does not fire by itself"),
    "fact_composite": ("它随所依据的预警而变", "a composite follows the alerts that it stands on"),
    "fact_no_cell": ("没有单独用到 {} 的某一个数", "no cell of {} is read on its own"),
    "fact_tangled": ("结果随单个数有升有降", "it is not monotone in a single cell"),
    "fact_none": ("改哪一个都不够", "none suffices"),
    # a list of entities as evidence
    "more": ("另 {} 个", "{} more"),
}

_UNITS: dict[str, tuple[str, str, str]] = {
    "M": ("个月", "month", "months"),
    "Q": ("个季度", "quarter", "quarters"),
    "A": ("年", "year", "years"),
    "round": ("期", "period", "periods"),
}


def say(key: str, language: Language, *values: object) -> str:
    """The words for `key`, with `values` put in."""
    words = _WORDS[key][LANGUAGES.index(language)]
    return words.format(*values) if values else words


def known(key: str) -> bool:
    """Whether there are words for `key`: codes may be added to the document before they get words here."""
    return key in _WORDS


def lasting(periods: int, period: str, language: Language) -> str:
    """`3 个月`, `1 quarter`: how many periods of the kind of `period` (`2022-09`, `2022-Q3`, `2022`)."""
    kind = "Q" if "Q" in period else "M" if len(period) == 7 else "A" if len(period) == 4 else "round"
    chinese, one, many = _UNITS[kind]
    if language == "zh":
        return f"{periods} {chinese}"
    return f"{periods} {one if periods == 1 else many}"
