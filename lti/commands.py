"""The commands of this room: registering Moodles."""

from __future__ import annotations

import click
from flask import current_app

from lrc.commands import in_app
from lrc.config import Settings
from lrc.db import transaction
from lti import keys
from lti.platforms import Registration, register, registered


@click.group()
def platforms() -> None:
    """The Moodles that may open the library."""


@platforms.command()
@click.option("--institution", required=True, help="Name of the university or community centre that it belongs to.")
@click.option("--issuer", required=True, help="Platform ID in Moodle: its address, without a slash at the end.")
@click.option("--client-id", required=True, help="Client ID in Moodle.")
@click.option("--deployment-id", required=True, help="Deployment ID in Moodle.")
@click.option("--auth-login-url", required=True, help="Authentication request URL in Moodle (.../mod/lti/auth.php).")
@click.option("--auth-token-url", required=True, help="Access token URL in Moodle (.../mod/lti/token.php).")
@click.option("--jwks-url", required=True, help="Public keyset URL in Moodle (.../mod/lti/certs.php).")
@in_app
def add(institution: str, deployment_id: str, **addresses: str) -> None:
    """Register a Moodle, or bring what is known of it up to date. Doing it again changes nothing."""
    settings: Settings = current_app.config["LRC_SETTINGS"]
    with transaction() as session:
        platform = register(session, institution, Registration(**addresses), deployment_id)
        if settings.secret_key:  # else the web server, which must have one, makes the key at its first use
            keys.ensure_key(session, settings.secret_key)
        click.echo(f"{platform.issuer} (client {platform.client_id}) may open the library for {institution}.")
    click.echo("In Moodle: Site administration > Plugins > External tool > Manage tools > (the tool) > settings:")
    for name, value in moodle_settings(settings.tool_url):
        click.echo(f"  {name + ':':<22} {value}")


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
        click.echo("No Moodle is registered yet; `lrc platforms add --help` tells how.", err=True)


def moodle_settings(tool_url: str) -> list[tuple[str, str]]:
    """What to type into Moodle's form for the tool, by the names of its fields."""
    return [
        ("Tool URL", tool_url),
        ("LTI version", "LTI 1.3"),
        ("Public key type", "Keyset URL"),
        ("Public keyset", f"{tool_url}/lti/jwks.json"),
        ("Initiate login URL", f"{tool_url}/lti/login"),
        ("Redirection URI(s)", f"{tool_url}/lti/launch"),
    ]


commands: list[click.Command] = [platforms]
