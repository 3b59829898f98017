"""What words in a header say about contrast, kernel and body part. Explainable rules, one table each."""

from __future__ import annotations

import re

_WITHOUT = re.compile(
    r"\b(non|no|w/?o|without|pre|un|native|plain|ohne|sans|nc|ncct|nect)\b[\s-]*(iv[\s-]*)?(contrast|enhanced|km)?"
    r"|\bc\s*-(?!\w)|unenhanced|noncontrast|precontrast|\bnative?\b",
    re.IGNORECASE,
)
_WITH = re.compile(
    r"\b(post|with|w)\b[\s/-]*(iv[\s-]*)?(contrast|gad|km)|postcontrast|\bc\s?\+|\+\s?c\b|\bcta\b|\bctv\b|angio"
    r"|arterial|venous|enhanced|\bcect\b|perfusion|\bctp\b|contrast",
    re.IGNORECASE,
)
_NO_AGENT = frozenset(("", "NO", "NONE", "N", "NIL", "0", "NON", "WITHOUT", "W/O", "NO CONTRAST"))
_SHARP_WORDS = re.compile(
    r"bone|edge|lung|sharp|knochen|\bos\b|detail|temporal|petrous|inner ?ear", re.IGNORECASE
)
_SIEMENS = re.compile(r"^[A-Z]{1,2}[a-z]?(\d{2})")
_TOSHIBA = re.compile(r"^FC\s?(\d{2})")
_HEAD = re.compile(
    r"head|brain|skull|crani|schaedel|sch.del|kopf|cerebr|neuro|encephal|posterior fossa", re.IGNORECASE
)
_OTHER = re.compile(
    r"chest|thorax|lung|abd|pelvi|spine|neck|knee|hip|shoulder|extrem|foot|hand|liver|pancrea|kidney|heart|cardiac|"
    r"coron|colon|aort|wrist|elbow|ankle|leg",
    re.IGNORECASE,
)


def names_contrast(agent: str, description: str) -> str:
    """Why a series counts as taken after contrast, or ``""``.

    Args:
        agent: Contrast/Bolus Agent (0018,0010).
        description: series description.
    """
    if agent.strip().upper() not in _NO_AGENT:
        return f"agent {agent.strip()}"
    if description and not _WITHOUT.search(description) and _WITH.search(description):
        return f"described as {description.strip()}"
    return ""


def is_bone_kernel(kernel: str, description: str) -> bool:
    """Whether a kernel (or, where none is stated, the description) is a sharp one."""
    name = kernel.split("\\", maxsplit=1)[0].strip()
    if not name:
        return bool(_SHARP_WORDS.search(description))
    if _SHARP_WORDS.search(name):
        return True
    toshiba = _TOSHIBA.match(name)
    if toshiba:
        return 30 <= int(toshiba[1]) <= 39 or 50 <= int(toshiba[1]) <= 59 or int(toshiba[1]) >= 80
    siemens = _SIEMENS.match(name)
    return bool(siemens and int(siemens[1]) >= 55)


def names_head(body_part: str, description: str) -> bool | None:
    """Whether body part and description name a head; ``None`` where neither says."""
    for text in (body_part, description):
        if _HEAD.search(text):
            return True
        if _OTHER.search(text):
            return False
    return None
