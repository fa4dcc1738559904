"""What the study room keeps: what is written, what was learnt, and what was certified."""

from lrc.study.models.certificates import Approval, BadgeKey, Certificate, Signatory
from lrc.study.models.learning import Allowance, Attempt, Entry, EntryKind, Study
from lrc.study.models.writing import Draft, Image, Part, Save

__all__ = [
    "Allowance",
    "Approval",
    "Attempt",
    "BadgeKey",
    "Certificate",
    "Draft",
    "Entry",
    "EntryKind",
    "Image",
    "Part",
    "Save",
    "Signatory",
    "Study",
]
