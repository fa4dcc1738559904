"""Sending mail, where the settings name a server; the only module that knows smtplib."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import SplitResult, unquote, urlsplit

from lrc.config import ADDRESS, Settings
from lrc.errors import Unavailable

_PORTS = {"smtp": 587, "smtps": 465}


class MailServerAway(Unavailable):
    """The mail server did not take a message; it may be tried again."""


class AddressRefused(Exception):
    """The mail server says that nobody is at an address; trying again will not help."""


class Post:
    """An open line to the mail server."""

    def __init__(self, line: smtplib.SMTP, sender: str) -> None:
        self._line = line
        self._sender = sender

    def send(self, to: str, subject: str, text: str) -> None:
        """Send plain text to an address that ``is_address`` accepts. Raises AddressRefused and MailServerAway."""
        if not is_address(to):
            raise ValueError("not a mail address")
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, to, " ".join(subject.split())
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=self._sender.rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        try:
            self._line.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            raise AddressRefused from error
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerAway(detail=f"mail was not taken: {type(error).__name__}") from error


@contextmanager
def post(settings: Settings) -> Iterator[Post]:
    """A line to the server of ``settings.mail_url``, for some messages. Raises MailServerAway."""
    address = urlsplit(settings.mail_url)
    try:
        line = _connected(address, settings.http_timeout_s)
    except (OSError, smtplib.SMTPException) as error:
        raise MailServerAway(detail=f"no line to {address.hostname}: {type(error).__name__}") from error
    with line:
        yield Post(line, settings.mail_from)


def is_address(text: str) -> bool:
    """Whether mail may be sent there, as far as its looks tell."""
    return ADDRESS.fullmatch(text) is not None


def _connected(address: SplitResult, timeout_s: float) -> smtplib.SMTP:
    host, port = address.hostname or "", address.port or _PORTS[address.scheme]
    if address.scheme == "smtps":
        line: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=timeout_s, context=ssl.create_default_context())
    else:
        line = smtplib.SMTP(host, port, timeout=timeout_s)
        line.ehlo()
        if line.has_extn("starttls"):
            line.starttls(context=ssl.create_default_context())
        elif address.username:
            raise smtplib.SMTPNotSupportedError("a password is not sent in the clear")
    if address.username:
        line.login(unquote(address.username), unquote(address.password or ""))
    return line
