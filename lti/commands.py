"""The commands of this room: registering Moodles, inviting them, and the operator's way in."""

from __future__ import annotations

from typing import cast

import click
from flask import current_app
from sqlalchemy.orm import Session

from lrc.commands import in_app
from lrc.config import Settings
from lrc.db import transaction
from lrc.errors import NotFound
from lti import invitations, keys, manual, operators
from lti.doctor.commands import check
from lti.gradecommands import grade_commands
from lti.keycommands import key_commands
from lti.models import Platform
from lti.platforms import add_deployment, find, register, registered, remove


@click.group()
def platforms() -> None:
    """The Moodles that may open the library."""


@platforms.command()
@click.option("--institution", required=True, help="Name of the university or community centre that it belongs to.")
@click.option("--issuer", required=True, help="Platform ID in Moodle: its address, without a slash at the end.")
@click.option("--client-id", required=True, help="Client ID in Moodle.")
@click.option("--deployment-id", required=True, help="Deployment ID in Moodle.")
@click.option("--auth-login-url", help="Authentication request URL, where it is not Moodle's ISSUER/mod/lti/auth.php.")
@click.option("--auth-token-url", help="Access token URL, where it is not Moodle's ISSUER/mod/lti/token.php.")
@click.option("--jwks-url", help="Public keyset URL, where it is not Moodle's ISSUER/mod/lti/certs.php.")
@in_app
def add(institution: str, issuer: str, client_id: str, deployment_id: str, **addresses: str | None) -> None:
    """Register a Moodle by hand, or bring what is known of it up to date. Doing it again changes nothing."""
    given = {name: address or "" for name, address in addresses.items()}
    settings = _settings()
    with transaction() as session:
        registration = manual.moodle_registration(issuer, client_id, given)
        platform = register(session, institution, registration, deployment_id)
        if settings.secret_key:  # else the web server, which must have one, makes the key at its first use
            keys.ensure_key(session, settings.secret_key)
        click.echo(f"{platform.issuer} (client {platform.client_id}) may open the library for {institution}.")
    _say_values(settings.tool_url)


@platforms.command()
@in_app
def values() -> None:
    """Print what to type into Moodle's form when registering by hand."""
    _say_values(_settings().tool_url)


@platforms.command("list")
@in_app
def list_platforms() -> None:
    """Show the registered Moodles, one a line: institution, issuer, client id, deployment ids."""
    with transaction(writing=False) as session:
        found = session.scalars(registered()).all()
        for platform in found:
            deployments = ",".join(each.deployment_id for each in platform.deployments)
            click.echo("\t".join((platform.institution.name, platform.issuer, platform.client_id, deployments)))
    if not found:
        click.echo("No Moodle is registered yet; `lrc platforms invite --help` tells how.", err=True)


@platforms.command("add-deployment")
@click.argument("issuer")
@click.argument("deployment_id")
@click.option("--client-id", default="", help="Client ID, where several platforms have the issuer.")
@in_app
def deployment(issuer: str, deployment_id: str, client_id: str) -> None:
    """Let one more deployment of a platform open the library: whoever comes from it comes for its institution."""
    with transaction() as session:
        platform = _known(session, issuer, client_id)
        add_deployment(session, platform, deployment_id)
        click.echo(f"Deployment {deployment_id} of {issuer} may open the library for {platform.institution.name}.")


@platforms.command("remove")
@click.argument("issuer")
@click.option("--client-id", default="", help="Client ID, where several platforms have the issuer.")
@in_app
def remove_platform(issuer: str, client_id: str) -> None:
    """Take away a platform that nobody has come from. One with people stays: what they made here hangs on it."""
    with transaction() as session:
        remove(session, _known(session, issuer, client_id))
    click.echo(f"{issuer} may no longer open the library.")


@platforms.command()
@click.argument("institution")
@click.option("--uses", default=invitations.DEFAULT_USES, show_default=True, help="How many platforms may register.")
@click.option("--days", default=invitations.DEFAULT_DAYS, show_default=True, help="How many days it serves.")
@click.option("--note", default="", help="For yourself, such as whom you send it to.")
@in_app
def invite(institution: str, uses: int, days: int, note: str) -> None:
    """Make the address with which an administrator registers the Moodle of INSTITUTION. It is shown only now."""
    with transaction() as session:
        made, token = invitations.invite(session, institution, uses=uses, days=days, note=note)
        told = f"Invitation {made.id} for {made.institution.name}, until {made.expires_at:%Y-%m-%d %H:%M} UTC:"
    click.echo(told, err=True)
    click.echo(invitations.address_of(token, _settings().tool_url))
    click.echo("To be pasted into Manage tools > Tool URL > Add LTI Advantage. It cannot be shown again.", err=True)


@platforms.command("invitations")
@in_app
def list_invitations() -> None:
    """Show the invitations, one a line: number, state, institution, uses left, end (UTC), note."""
    with transaction(writing=False) as session:
        for each in session.scalars(invitations.invitations()):
            end = f"{each.expires_at:%Y-%m-%d %H:%M}"
            row = (str(each.id), invitations.state_of(each), each.institution.name, str(each.uses_left), end, each.note)
            click.echo("\t".join(row))


@platforms.command()
@click.argument("invitation_id", type=int)
@in_app
def revoke(invitation_id: int) -> None:
    """End an invitation before its time."""
    with transaction() as session:
        revoked = invitations.revoke(session, invitation_id)
        click.echo(f"Invitation {invitation_id} for {revoked.institution.name} no longer serves.")


@click.command("operator")
@in_app
def operator_address() -> None:
    """Print an address for the operator's pages: good for one opening within ten minutes, then for eight hours."""
    with transaction() as session:
        token = operators.issue(session)
    click.echo(f"{_settings().tool_url}{operators.COOKIE_PATH}/enter/{token}")


def _settings() -> Settings:
    return cast(Settings, current_app.config["LRC_SETTINGS"])


def _known(session: Session, issuer: str, client_id: str) -> Platform:
    found = find(session, issuer, client_id)
    if found is None:
        raise NotFound(
            detail=f"there is not just one platform {issuer!r} with that client id; see `lrc platforms list`"
        )
    return found


def _say_values(tool_url: str) -> None:
    click.echo(
        "In Moodle: Site administration > Plugins > Activity modules > External tool > Manage tools > (the tool):"
    )
    for name, value in manual.form_values(tool_url) + manual.choices():
        click.echo(f"  {name}: {value}")
    click.echo("  Parámetros personalizados (Custom parameters):")
    for line in manual.custom_lines().splitlines():
        click.echo(f"    {line}")


platforms.add_command(check)
commands: list[click.Command] = [platforms, operator_address, key_commands, grade_commands]
