"""What the command line says, in both languages. One table, so that a missing translation is seen at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ewarn.alerts.models import Language

_WORDS: dict[str, tuple[str, str]] = {
    # help
    "usage": ("用法：", "usage: "),
    "options": ("选项", "options"),
    "arguments": ("参数", "arguments"),
    "commands": ("命令", "commands"),
    "command": ("命令", "COMMAND"),
    "judging": ("判断什么", "what is judged"),
    "showing": ("怎样显示", "how it is shown"),
    "help": ("显示本帮助并退出", "show this help and exit"),
    "version": ("显示版本并退出", "show the version and exit"),
    "ewarn": (
        "从月度数据里找出预警：规则写明，逐条排序，附上依据的数。",
        "Early warnings from monthly data: declared rules in, ranked and explained alerts out.",
    ),
    "more_help": ("每个命令的选项：ewarn 命令 --help", "The options of a command: ewarn COMMAND --help"),
    "run": ("判断一批数据，列出预警", "judge a drop and list its alerts"),
    "run_about": (
        "判断一批数据，列出预警，先重后轻，附上依据的数，并说明哪些无法判断。退出码：0 正常，2 无法判断。",
        "Judge a drop, list its alerts, worst first, with the numbers they stand on. Exit code: 0 fine, 2 not judged.",
    ),
    "drop": (
        "有 drop.yaml 的文件夹，或一个长表文件（entity, period, indicator, value）",
        "a folder with drop.yaml, or one file in the long form: entity, period, indicator, value",
    ),
    "rules_option": (
        "规则包名或规则文件，可重复；缺省用 drop.yaml 里的 rules，再缺省用数据够用的随带规则包",
        "pack or rule file, repeatable; else `rules:` of drop.yaml, else every shipped pack that has its indicators",
    ),
    "as_of": (
        "判断到哪一期，如 2022-09；缺省为最新一期",
        "newest period judged, like 2022-09; else the newest there is",
    ),
    "known_at": ("只用这一天以前发布的数，如 2022-10-20", "only values published by this day count, like 2022-10-20"),
    "allow_outside": ("允许 drop.yaml 指到文件夹外面的文件", "let drop.yaml name files outside its folder"),
    "near_option": (
        "另列最接近预警的 N 项：改一个数、幅度不超过一成就会预警",
        "also the N nearest misses: one number at most a tenth off would make them fire",
    ),
    "history": ("连同历次预警的起止", "also the episodes of all periods"),
    "top": (
        "最多列出多少条，0 为全部；缺省：table 和 md 20 条，json 和 csv 全部",
        "list at most N alerts, 0 for all; default 20 in table and md, all in json and csv",
    ),
    "min_level": ("只列出这个级别及以上：blue yellow orange red", "only this level and above: blue yellow orange red"),
    "coverage": ("逐条规则说明能判断多少", "say rule by rule how much could be judged"),
    "lang": (
        "语言：zh 或 en；缺省看 EWARN_LANG，终端上再看系统语言",
        "zh or en; else EWARN_LANG, else on a terminal the locale, else en",
    ),
    "format": (
        "输出格式；缺省看 --output 的后缀，再缺省为 table",
        "output format; else by the ending of --output, else table",
    ),
    "output": (
        "写到文件，不写到屏幕；写完才替换原文件",
        "write to a file instead of the screen; the old one is replaced only when all is written",
    ),
    "width": (
        "行宽；缺省为终端宽度，不是终端时为 COLUMNS 或 80",
        "columns to fill; else the terminal's, else COLUMNS, else 80",
    ),
    "check": ("与基线比较，有新的严重预警就不通过", "compare with a baseline; fail on what is new and serious"),
    "check_about": (
        "判断一批数据，与已接受的预警（基线）比较；新增或升级达到级别才不通过。退出码：0 通过，1 不通过，2 无法判断。",
        "Judge a drop against accepted alerts; new or worse ones fail. Exit code: 0 passed, 1 failed, 2 not judged.",
    ),
    "checking": ("怎样算不通过", "what fails"),
    "baseline": ("已接受的预警；缺省 .ewarn/baseline.json", "the accepted alerts; else .ewarn/baseline.json"),
    "update_baseline": ("接受现有的全部预警：改写基线，退出码 0", "accept all that stands: write the baseline, exit 0"),
    "fail_on": (
        "新增或升级达到这个级别就不通过：blue yellow orange red；缺省 orange",
        "fail on new or worse alerts of this level or above: blue yellow orange red; else orange",
    ),
    "fail_on_ongoing": (
        "已接受的和无法判断的也算",
        "also fail on those that are accepted, or can no longer be judged",
    ),
    "fail_on_unknown": (
        "无法判断的超过这个比例就不通过，如 0.2 或 20%%",
        "fail when more than this share could not be judged, like 0.2 or 20%%",
    ),
    "compare": (
        "上一批数据：报告消失的对象和指标、改动较大的数",
        "an older drop: report entities and indicators that vanished, and values that were revised",
    ),
    "revised": ("允许的修订幅度；缺省 0.05", "the share by which a value may be revised; else 0.05"),
    "check_format": (
        "输出格式：table csv json md github gitlab junit sarif；缺省 table",
        "table csv json md github gitlab junit sarif; else table",
    ),
    "check_output": (
        "另写到文件，可重复；格式看后缀（.sarif .xml .json .md .csv），或写 gitlab:FILE",
        "also write to a file, repeatable; the format by its name (.sarif .xml .json .md .csv), or gitlab:FILE",
    ),
    "check_top": ("table 和 md 列出多少条，0 为全部；缺省 20", "how many table and md list, 0 for all; else 20"),
    "accepted": ("已接受预警 {} 条（{}）", "alerts accepted: {} ({})"),
    "no_format_for": ("--output {}：看不出要什么格式", "--output {}: its name says no format"),
    "not_written": ("--output {}：不能写 {} 格式", "--output {}: {} is not written"),
    "write_instead": (
        "可写 .csv（Excel 可直接打开）、.md、.json、.txt；别的文件名请加 --format",
        "write .csv (opens in Excel), .md, .json or .txt; for any other name add --format",
    ),
    "name_the_format": ("写成 sarif:{}；可用 {}", "write sarif:{}; there are {}"),
    "explain": ("说明一个对象为什么预警、为什么没有", "say why an entity has an alert, or why it has none"),
    "explain_about": (
        "把条件逐层拆开，列出近几期的数和原表的单元格，说明怎样会解除、怎样会更重。退出码：0 正常，2 无法判断。",
        "Take conditions apart, down to the cells of the drop; say what would change the verdict. Exit code: as run.",
    ),
    "explaining": ("说明什么", "what is explained"),
    "entity_option": (
        "对象的编号或名称；同名时写 类型:编号",
        "id or name of the entity; `TYPE:ID` where several have it",
    ),
    "rule_option": ("只说明这条规则，可重复；缺省为适用的全部规则", "only this rule, repeatable; else all that apply"),
    "explain_format": ("输出格式：table 或 json；缺省 table", "table or json; else table"),
    "config": ("列出现行设置及其来源", "show the settings that hold here, and where each is from"),
    "config_about": (
        "列出现行设置及其来源：ewarn.toml 或 pyproject.toml 的 [tool.ewarn]，以及 EWARN_* 环境变量。",
        "Show the settings that hold here and where each is from: ewarn.toml, [tool.ewarn] in pyproject.toml, EWARN_*.",
    ),
    "by_default": ("缺省", "default"),
    "not_a_share": ("{}：`{}` 不是 0 到 1 的比例", "{}: `{}` is not a share from 0 to 1"),
    "rules": (
        "列出、查看、测试、检查规则，给出供编辑器用的 schema",
        "list, show, test and lint rules; schemas for editors",
    ),
    "rules_about": (
        "列出、查看、测试、检查规则，给出供编辑器用的 schema；没有写规则时用随带的规则包。",
        "List, show, test and lint rules; schemas for editors. Without rules named, those of the shipped packs.",
    ),
    "rules_list": ("每条规则一行", "one line for each rule"),
    "rules_show": ("一条规则的全部内容", "everything about a rule"),
    "rules_test": ("运行规则旁边的测试", "run the tests that stand beside rules"),
    "rules_test_about": (
        "运行规则旁边的测试：industry.test.yaml 测 industry.yaml。退出码：0 通过，1 不通过，2 无法判断。",
        "Run the tests beside rules: industry.test.yaml of industry.yaml. Exit code: 0 passed, 1 failed, 2 not judged.",
    ),
    "tests": (
        "规则包名、规则文件或测试文件；缺省为全部随带规则包",
        "pack, file of rules or file of tests; else every shipped pack",
    ),
    "one_rule": ("只看这一条规则，可重复", "only this rule, repeatable"),
    "test_coverage": (
        "查哪些规则、级别没有测试，哪些界限改动一步也没有测试发现",
        "say which rules and levels have no test, and which thresholds may move by a step unnoticed",
    ),
    "test_format": ("输出格式：table json junit", "output format: table, json or junit"),
    "no_test": ("没有一个测试", "there is no test to run"),
    "no_test_help": ("测试写在规则旁边：{}", "tests stand beside the rules: {}"),
    "rules_schema": ("各种文件的 JSON schema，供编辑器使用", "the JSON schema of a kind of file, for editors"),
    "schema_kind": ("哪种文件：rules、overrides、drop、tests", "which kind of file: rules, overrides, drop, tests"),
    "no_schema": ("没有 `{}` 这种文件的 schema", "there is no schema of `{}`"),
    "rules_lint": ("找出规则里可疑的地方", "find what is doubtful in rules"),
    "rules_lint_about": (
        "找出规则里可疑的地方：到不了的级别、说不清来历的数、没有测试。退出码：0 没有，1 有，2 无法判断。",
        "Find what is doubtful in rules, like a level never reached. Exit code: 0 none, 1 some, 2 not judged.",
    ),
    "lint_drop": (
        "用这批数据的指标和历史来检查；缺省用规则旁边写明了该规则的 drop.yaml，再没有就用指标目录",
        "check against the indicators and the history of this drop; else of the drop beside them, else a catalogue",
    ),
    "lint_codes": ("列出全部代码后退出", "list every code and exit"),
    "lint_format": ("输出格式：text json", "output format: text or json"),
    "pack": ("规则包名或规则文件", "a pack or a rule file"),
    "rule_or_pack": ("规则编号、规则包名或规则文件", "the id of a rule, a pack or a rule file"),
    "demo": ("用随带的真实数据演示", "show what ewarn does, on real data that comes with it"),
    "demo_about": ("用随带的真实数据运行一次。", "Run once on real data that comes with ewarn."),
    # what stderr says
    "demo_intro": (
        "美国 15 个大类行业的月度就业（美国劳工统计局，1989–2019）。\n等于：{command}",
        "Monthly jobs in 15 US supersectors (Bureau of Labor Statistics, 1989 to 2019).\nThe same as: {command}",
    ),
    "packs_used": ("未指定规则，使用随带的规则包：{}", "no rules were named; using the shipped packs: {}"),
    "step_load": ("读取数据", "reading"),
    "step_rules": ("读取规则", "rules"),
    "step_judge": ("判断", "judging"),
    "interrupted": ("已中断", "interrupted"),
    "nothing_judged": ("{}；没有判断任何对象。", "{}; nothing was evaluated."),
    "error": ("{} 个错误", "{} error"),
    "errors": ("{} 个错误", "{} errors"),
    "warning": ("{} 个警告", "{} warning"),
    "warnings": ("{} 个警告", "{} warnings"),
    "and": ("、", ", "),
    "more_problems": ("另有 {} 个没有列出。", "{} more are not shown."),
    # usage errors
    "required": ("缺少参数：{}", "missing: {}"),
    "unknown_option": ("没有这个选项或参数：{}", "unknown option or argument: {}"),
    "unknown_command": ("没有 `{}` 这个命令", "there is no command `{}`"),
    "needs_value": ("{} 后面要有一个值", "{} needs a value"),
    "takes_no_value": ("{} 后面不能有值", "{} takes no value"),
    "not_a_count": ("{}：`{}` 不是 0 以上的整数", "{}: `{}` is not a whole number from 0"),
    "not_a_width": ("{}：`{}` 不是 20 到 1000 的整数", "{}: `{}` is not a whole number from 20 to 1000"),
    "not_a_choice": ("{}：没有 `{}`，可用 {}", "{}: there is no `{}`; use {}"),
    "not_a_date": ("{}：`{}` 不是 2022-10-20 这样的日期", "{}: `{}` is not a date like 2022-10-20"),
    "options_at": ("选项见 {} --help", "`{} --help` lists the options"),
    "rule_of_a_file": ("随带的规则包里没有；规则文件里的：`{}`", "the shipped packs have none; one of a file: `{}`"),
    "no_rule": ("没有 `{}` 这条规则", "there is no rule `{}`"),
    # failures
    "cannot_write": ("写不了 {}：{}", "cannot write {}: {}"),
    "untouched": ("原文件没有变动", "what stood there is untouched"),
    "nul_in_path": ("路径里不能有 NUL 字符", "a path holds no NUL character"),
    "is_folder": ("它是文件夹", "it is a folder"),
    "no_folder": ("没有文件夹 {}", "there is no folder {}"),
    "open_elsewhere": (
        "是不是在 Excel 里打开着？关掉再运行；原文件没有变动",
        "is it open in Excel? close it there and run again; what stood there is untouched",
    ),
    "stdout": ("标准输出", "standard output"),
    "bug": (
        "ewarn 自身出错（{}）：这是缺陷，不是您的数据或规则的问题",
        "ewarn failed ({}): this is a bug, not a mistake of yours",
    ),
    "bug_help": (
        "请报告；EWARN_TRACEBACK=1 再运行一次可看到位置",
        "please report it; run again with EWARN_TRACEBACK=1 to see where",
    ),
    "no_memory": ("内存不够", "there is not enough memory"),
}


def say(key: str, language: Language, *values: object, **named: object) -> str:
    """The words for `key`, with the values put in."""
    words = _WORDS[key][0 if language == "zh" else 1]
    return words.format(*values, **named) if values or named else words
