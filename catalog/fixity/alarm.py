"""The alarm: mail to whoever operates, once for each damage that is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from catalog.fixity import damage
from catalog.models import FixityCheck
from lrc.config import Settings
from lrc.db import utcnow

NAMED = 20
_UNTOLD = (FixityCheck.damaged_at.is_not(None), FixityCheck.told_at.is_(None))


@dataclass(frozen=True)
class Letter:
    """One about all damage that was known when it was written."""

    subject: str
    text: str
    written_at: datetime


def untold(session: Session, settings: Settings) -> Letter | None:
    """What is to be told of damage that no mail told of yet; None where there is nothing."""
    new = session.scalars(damage.everything().where(*_UNTOLD).limit(NAMED)).all()
    if not new:
        return None
    total = session.scalar(select(func.count(FixityCheck.key)).where(*_UNTOLD)) or 0
    subject = ngettext("%(num)s archivo dañado en la biblioteca", "%(num)s archivos dañados en la biblioteca", total)
    return Letter(subject, _text(new, total, settings), utcnow())


def told(session: Session, letter: Letter) -> None:
    """Tell no more of what the letter told."""
    told = update(FixityCheck).where(*_UNTOLD, FixityCheck.damaged_at <= letter.written_at)
    session.execute(told.values(told_at=utcnow()))


def _text(new: Sequence[FixityCheck], total: int, settings: Settings) -> str:
    lines = [f"- {damage.NAMES[each.outcome]}: {_named(each)} ({each.key})" for each in new]
    if total > len(new):
        lines.append(ngettext("y %(num)s más", "y %(num)s más", total - len(new)))
    return "\n\n".join(
        [
            _("Al comparar el almacén con la base de datos encontramos archivos perdidos o dañados:"),
            "\n".join(lines),
            _("Ya no se muestran. Están todos en %(address)s", address=f"{settings.tool_url}/operator/files"),
            _("Si tienes una copia de respaldo, devuélvela al almacén con la misma clave y escribe «lrc check-files»."),
        ]
    )


def _named(check: FixityCheck) -> str:
    whole = f"«{damage.title_of(check)}»"
    return _("la imagen %(name)s de %(whole)s", name=check.name, whole=whole) if check.name else whole
