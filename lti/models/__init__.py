"""What we keep of those who ask: institutions and platforms, keys, people and launches, courses, grades."""

from lti.models.courses import Context, Membership, Placement, ResourceLink, RosterState
from lti.models.grades import Score, ScoreState
from lti.models.keys import PlatformKeySet, ServiceToken, ToolKey
from lti.models.platforms import (
    Deployment,
    Institution,
    InstitutionGroup,
    Invitation,
    OperatorVisit,
    Platform,
    ServiceFailure,
    Sighting,
)
from lti.models.visits import Login, Person, Pick, StoredLaunch

__all__ = [
    "Context",
    "Deployment",
    "Institution",
    "InstitutionGroup",
    "Invitation",
    "Login",
    "Membership",
    "OperatorVisit",
    "Person",
    "Pick",
    "Placement",
    "Platform",
    "PlatformKeySet",
    "ResourceLink",
    "RosterState",
    "Score",
    "ScoreState",
    "ServiceFailure",
    "ServiceToken",
    "Sighting",
    "StoredLaunch",
    "ToolKey",
]
