"""What a teacher set on a link, and what launches may and may not change of it."""

from __future__ import annotations

from typing import Any

import pytest

from lti import linksettings
from lti.linksettings import CARD, READER, Manner
from lti.models import ResourceLink


def link(**columns: Any) -> ResourceLink:
    return ResourceLink(**{"kind": "resource", "target": "guide", "item": "item-1", "settings": {}} | columns)


def leads_to(of: ResourceLink) -> tuple[str, str]:
    return of.kind, of.target


@pytest.mark.parametrize(
    ("settings", "manner"),
    [
        ({}, Manner()),
        ({"place": CARD}, Manner(CARD)),
        ({"place": READER, "view": "text", "page": 3}, Manner(READER, "text", 3)),
        ({"place": "cellar", "view": 7, "page": "3"}, Manner()),
        ({"place": None, "view": [], "page": 0}, Manner()),
        ({"page": -1, "view": {}}, Manner()),
    ],
)
def test_what_makes_no_sense_counts_as_not_set(settings: dict[str, Any], manner: Manner) -> None:
    assert linksettings.manner_of(settings) == manner


def test_setting_the_manner_keeps_what_it_leads_to() -> None:
    of = link()
    linksettings.redirect(of, "resource", "map")
    linksettings.set_manner(of, Manner(READER, "text", 3))
    assert linksettings.manner_of(of.settings) == Manner(READER, "text", 3)
    linksettings.set_manner(of, Manner(CARD))
    assert linksettings.manner_of(of.settings) == Manner(CARD)
    assert linksettings.is_redirected(of)


def test_a_launch_that_names_the_old_target_does_not_undo_the_teachers_choice() -> None:
    of = link()
    linksettings.redirect(of, "resource", "map")
    linksettings.take_launched(of, "resource", "guide", "item-1")
    assert leads_to(of) == ("resource", "map")
    linksettings.take_launched(of, "", "", "")
    assert leads_to(of) == ("resource", "map")


def test_page_and_view_of_the_old_target_end_with_it() -> None:
    of = link(settings={"place": READER, "view": "pages", "page": 40})
    linksettings.redirect(of, "resource", "map")
    assert linksettings.manner_of(of.settings) == Manner(READER)


def test_a_choice_made_in_moodle_afterwards_counts_again() -> None:
    for kind, target, item in (("resource", "novel", "item-1"), ("resource", "novel", "item-2")):
        of = link(settings={"place": READER, "page": 40})
        linksettings.redirect(of, "resource", "map")
        linksettings.take_launched(of, kind, target, item)
        assert leads_to(of) == (kind, target)
        assert (of.settings, of.item) == ({}, item)


def test_the_same_target_placed_anew_begins_without_settings() -> None:
    of = link(settings={"place": READER, "page": 40})
    linksettings.take_launched(of, "resource", "guide", "item-2")
    assert (of.settings, of.item, leads_to(of)) == ({}, "item-2", ("resource", "guide"))


def test_a_launch_keeps_settings_and_tells_what_the_link_leads_to() -> None:
    of = link(kind="", target="", item="", settings={"place": READER})
    linksettings.take_launched(of, "resource", "guide", "item-1")
    assert (leads_to(of), of.item, of.settings) == (("resource", "guide"), "item-1", {"place": READER})


def test_the_first_target_comes_back_however_often_it_was_changed() -> None:
    of = link()
    linksettings.redirect(of, "resource", "map")
    linksettings.redirect(of, "search", "novels")
    assert leads_to(of) == ("search", "novels")
    linksettings.restore(of)
    assert (leads_to(of), of.settings) == (("resource", "guide"), {})
    linksettings.restore(of)
    assert leads_to(of) == ("resource", "guide")


def test_a_link_of_the_first_page_may_lead_elsewhere() -> None:
    of = link(kind="", target="", item="")
    linksettings.redirect(of, "resource", "map")
    linksettings.take_launched(of, "", "", "")
    assert leads_to(of) == ("resource", "map")
    linksettings.restore(of)
    assert leads_to(of) == ("", "")
