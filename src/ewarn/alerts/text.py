"""The one place where untrusted text (names, ids, categories) is made fit for a sentence or a spreadsheet cell."""

from __future__ import annotations

import re
from json import dumps

import numpy as np

NAME_AT_MOST = 80
"""Characters of a name in a sentence; the JSON's `name` is never shortened."""

_BLANK = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
# Direction marks and invisible characters can make a sentence read as something else; they are dropped.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SUSPECT = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
# As bytes: C1 controls, soft hyphen, direction marks, invisible ones. None can begin within another character.
_HIDDEN = re.compile(
    rb"\xc2[\x80-\x9f\xad]|\xd8\x9c|\xe1\xa0\x8e|\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]"
    rb"|\xef\xbb\xbf|\xef\xbf[\xb9-\xbb]|\xf3\xa0[\x80\x81][\x80-\xbf]"
)
_LEADS = b"\xc2\xd8\xe1\xe2\xef\xf3"
"""The bytes that they begin with."""
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r]")


def harmless(text: str) -> str:
    """`text` on one line: blanks become a space, other control characters U+FFFD, invisible ones nothing."""
    if not _SUSPECT.search(text):
        return text
    return _CONTROL.sub("\ufffd", _INVISIBLE.sub("", _BLANK.sub(" ", text)))


def in_sentence(text: str) -> str:
    """`text` harmless and at most `NAME_AT_MOST` characters long."""
    clean = harmless(text[: NAME_AT_MOST * 8])
    return clean if len(clean) <= NAME_AT_MOST else clean[: NAME_AT_MOST - 1] + "…"


def in_cell(text: str) -> str:
    """`text` as a spreadsheet shows it: on one line, and a leading `'` where it would else be a formula."""
    return "'" + harmless(text) if _FORMULA.match(text) else harmless(text)


def unhidden(json: bytes) -> bytes:
    """JSON in UTF-8 with characters that steer a terminal or hide written as `\\u....`: the same data."""
    if json.isascii() or not _may_hide(json):
        return json
    return _HIDDEN.sub(lambda found: dumps(found.group().decode()).strip('"').encode(), json)


def _may_hide(json: bytes) -> bool:
    """Whether one of them is there: only the few bytes that follow one that may begin it are looked at."""
    codes = np.frombuffer(json, dtype=np.uint8)
    begins = np.zeros(len(codes), dtype=bool)
    for lead in _LEADS:
        if lead in json:
            begins |= codes == lead
    at = np.flatnonzero(begins)[:, None] + np.arange(4)
    return _HIDDEN.search(codes[np.minimum(at, len(codes) - 1)].tobytes()) is not None


def encodable(text: str) -> str:
    """`text` without lone surrogates, which no UTF-8 file can hold."""
    return _SURROGATE.sub("\ufffd", text)
