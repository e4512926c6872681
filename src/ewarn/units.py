"""Units of measure: what they measure, how they convert, and quantities such as `50 万元`.

Amounts of one dimension convert exactly (亿元 and 万元, 公顷 and 亩); amounts of different dimensions never do, money
of two currencies included. A word that stands in no table is a unit of its own: data may bring their own units.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from difflib import get_close_matches
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

Dimension = tuple[tuple[str, int], ...]
"""Base units with their exponents, sorted; empty for a plain number, a share, a rate of growth."""

RATIO_WORDS = ("ratio", "fraction", "比率", "比例", "倍", "1")
_TABLE: dict[str, dict[Fraction, str]] = {
    "元": {Fraction(1): "元 圆 人民币 人民币元 RMB CNY yuan"},
    "USD": {Fraction(1): "美元 USD US$ $ dollar dollars"},
    "EUR": {Fraction(1): "欧元 EUR € euro euros"},
    "HKD": {Fraction(1): "港元 港币 HKD HK$"},
    "JPY": {Fraction(1): "日元 JPY"},
    "GBP": {Fraction(1): "英镑 GBP £"},
    "m2": {
        Fraction(1): "m2 平方米 平米 sqm",
        Fraction(2000, 3): "亩 mu",
        Fraction(10_000): "公顷 ha hectare hectares",
        Fraction(1_000_000): "km2 平方公里 平方千米",
    },
    "m": {Fraction(1): "m 米 meter meters metre metres", Fraction(1000): "km 公里 千米"},
    "m3": {Fraction(1): "m3 立方米 方"},
    "t": {Fraction(1): "t 吨 ton tons tonne tonnes", Fraction(1, 1000): "kg 千克 公斤"},
    "tce": {Fraction(1): "tce 吨标准煤 吨标煤", Fraction(1, 1000): "kgce 千克标准煤"},
    "kWh": {
        Fraction(1): "kWh 千瓦时 度",
        Fraction(1000): "MWh 兆瓦时",
        Fraction(1_000_000): "GWh 吉瓦时",
    },
    "kW": {Fraction(1): "kW 千瓦", Fraction(1000): "MW 兆瓦", Fraction(1_000_000): "GW 吉瓦"},
    "day": {Fraction(1): "天 日 day days", Fraction(7): "周 week weeks", Fraction(1, 24): "小时 h hour hours"},
    "month": {
        Fraction(1): "个月 月 month months",
        Fraction(3): "季 季度 quarter quarters",
        Fraction(12): "年 year years",
    },
    "人": {Fraction(1): "人 人口 person persons people employee employees"},
    "个": {
        Fraction(1): "个 家 户 项 件 条 场 次 起 宗 台 套 辆 位 例 只 批 批次 家次 人次 场次 count counts piece pieces "
        "item items unit units firm firms enterprise enterprises project projects times"
    },
}
_SHARES = {
    Fraction(1): " ".join(RATIO_WORDS),
    Fraction(1, 100): "% percent pct 个百分点 百分点 pp percentage-point percentage-points",
    Fraction(1, 1000): "‰ 千分点",
    Fraction(1, 10_000): "bp 基点",
}
_KNOWN: dict[str, tuple[Dimension, Fraction]] = {
    word: (((base, 1),), size)
    for base, sizes in _TABLE.items()
    for size, words in sizes.items()
    for word in words.split()
} | {word: ((), size) for size, words in _SHARES.items() for word in words.split()}
_FOLDED = {word.casefold(): known for word, known in _KNOWN.items() if len(word) > 2}
_LONG_WORDS = [word for word in _KNOWN if len(word) > 2]
_LOOKALIKES = {"园": "元", "原": "元", "员": "元", "母": "亩", "墩": "吨", "入": "人", "公倾": "公顷"}
_CHINESE = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_ENGLISH = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_LONGEST = 60
_QUANTITY = re.compile(
    r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\d.,])\s*(.*)", re.DOTALL | re.ASCII
)
_DURATIONS = {"y": "year", "m": "month", "d": "day"}


@dataclass(frozen=True)
class Unit:
    """A unit: `size` of it in base units of its `dimension`. Equal units may have different `text`."""

    text: str
    dimension: Dimension
    size: Fraction

    @classmethod
    def parse(cls, text: str) -> Unit:
        """Read `万元`, `%`, `吨标准煤/万元`, `million USD`; ValueError with a reason for what is no unit."""
        return _parse(unicodedata.normalize("NFKC", text))

    @property
    def factor(self) -> float:
        """How many base units of the dimension one of it is."""
        return float(self.size)

    @property
    def is_ratio(self) -> bool:
        """Whether it is a plain number: a share, a rate of growth, a quotient of like amounts."""
        return not self.dimension

    @property
    def is_known(self) -> bool:
        """Whether it measures something that stands in the tables, and is no word of the data's own."""
        return all(base in _TABLE for base, _ in self.dimension)

    def compatible(self, other: Unit) -> bool:
        """Whether amounts in the two can be added and compared, after conversion."""
        return self.dimension == other.dimension

    def scale(self, to: Unit) -> Fraction:
        """What turns an amount in this unit into one in `to`; ValueError where they measure different things."""
        if not self.compatible(to):
            raise ValueError(f"{self.text} cannot be turned into {to.text}")
        return self.size / to.size

    def __mul__(self, other: Unit) -> Unit:
        return _combined(self, other, 1)

    def __truediv__(self, other: Unit) -> Unit:
        return _combined(self, other, -1)

    def __str__(self) -> str:
        return self.text


RATIO = Unit("ratio", (), Fraction(1))
PERCENT = Unit("%", (), Fraction(1, 100))


def rescale(values: npt.NDArray[np.float64], scale: Fraction) -> npt.NDArray[np.float64]:
    """Multiply `values` by `scale` in place and return them; whole factors only, so that nothing is rounded twice."""
    if scale.numerator != 1:
        values *= float(scale.numerator)
    if scale.denominator != 1:
        values /= float(scale.denominator)
    return values


def held(unit: Unit) -> Unit:
    """The unit in which a panel holds amounts given in `unit`: shares and rates as fractions, the rest as they are."""
    return RATIO if unit.is_ratio else unit


def likely(text: str) -> str | None:
    """What was probably meant by a unit of which a part stands in no table but is nearly one that does, else None.

    `MWhh` is MWh, `万园` is 万元; `箱` is a unit of its own.
    """
    cleaned = unicodedata.normalize("NFKC", text).strip()
    for part in re.split(r"\s*[/·*×]\s*|\s+per\s+", cleaned):
        _, rest = _multiplier(part)
        if rest and _lookup(part) is None and _lookup(rest) is None:
            close = get_close_matches(rest, _LONG_WORDS, n=1, cutoff=0.8 if rest.isascii() else 0.75)
            near = _LOOKALIKES.get(rest) or (close[0] if close else None)
            # Of short words too many are near: TWh is not MWh.
            if near is not None and (rest in _LOOKALIKES or max(len(near), len(rest)) > 3):
                return cleaned.replace(rest, near)
    return None


def parse_quantity(text: str) -> tuple[float, Unit]:
    """Read `50 万元`, `5%`, `-0.5 个百分点`, and the durations `1y`, `6m`, `90d`; else ValueError with a reason."""
    cleaned = unicodedata.normalize("NFKC", text).replace("−", "-").strip()  # the minus sign of typeset text
    match = _QUANTITY.fullmatch(cleaned)
    number, unit = match.groups() if match else ("", "")
    if not re.search(r"\d", number):
        raise ValueError("not a number with a unit, like 50 万元")
    if not unit:
        raise ValueError("a number without a unit")
    return float(number.replace(",", "")), Unit.parse(_DURATIONS.get(unit, unit))


@cache
def _parse(text: str) -> Unit:
    cleaned = text.strip()
    if len(cleaned) > 2 and cleaned[0] + cleaned[-1] in ("()", "[]", "【】"):
        cleaned = cleaned[1:-1].strip()
    if not cleaned:
        raise ValueError("an empty unit")
    if len(cleaned) > _LONGEST or not cleaned.isprintable():
        raise ValueError("too long for a unit" if len(cleaned) > _LONGEST else "a unit is one line of text")
    if _lookup(cleaned) is None and (parts := re.split(r"\s*/\s*|\s+per\s+", cleaned))[1:]:
        unit = _product(parts[0])
        for part in parts[1:]:
            unit = unit / _product(part)
        return Unit(cleaned, unit.dimension, unit.size)
    return _product(cleaned)


def _product(text: str) -> Unit:
    factors = [_single(part) for part in re.split(r"\s*[·*×]\s*", text)]
    unit = factors[0]
    for factor in factors[1:]:
        unit = unit * factor
    return Unit(text, unit.dimension, unit.size)


def _single(text: str) -> Unit:
    known = _lookup(text)
    if known is not None:
        return RATIO if known == (RATIO.dimension, RATIO.size) else Unit(text, *known)
    many, rest = _multiplier(text)
    if many != 1:
        dimension, size = (_lookup(rest) or (((rest, 1),), Fraction(1))) if rest else (((("个", 1),), Fraction(1)))
        return Unit(text, dimension, size * many)
    if not text or re.fullmatch(r"[\d.,+\-\s]*", text):
        raise ValueError(f"`{text}` is not a unit")
    return Unit(text, ((text, 1),), Fraction(1))


def _lookup(word: str) -> tuple[Dimension, Fraction] | None:
    plain = word.replace("^", "")
    return _KNOWN.get(plain) or _FOLDED.get(plain.casefold()) or _FOLDED.get(plain.casefold().replace(" ", "-"))


def _multiplier(text: str) -> tuple[int, str]:
    """Split `亿元`, `百万美元`, `million USD`, `USD million` into how many, and of what."""
    words = text.split()
    for position in (0, -1):
        many = _ENGLISH.get(words[position].casefold().removesuffix("s")) if words else None
        if many:
            return many, " ".join(words[1:] if position == 0 else words[:-1])
    many = 1
    while text and text[0] in _CHINESE and _lookup(text) is None:
        many, text = many * _CHINESE[text[0]], text[1:]
    return many, text.strip()


def _combined(left: Unit, right: Unit, sign: int) -> Unit:
    exponents = dict(left.dimension)
    for base, exponent in right.dimension:
        exponents[base] = exponents.get(base, 0) + sign * exponent
    dimension = tuple(sorted((base, exponent) for base, exponent in exponents.items() if exponent))
    size = left.size * right.size if sign > 0 else left.size / right.size
    if not dimension:
        return RATIO if size == 1 else Unit(f"{float(size):g}", dimension, size)
    if right.dimension == () and size == left.size:
        return left
    if left.dimension == () and sign > 0 and size == right.size:
        return right
    return Unit(f"{left.text}{'·' if sign > 0 else '/'}{right.text}", dimension, size)
