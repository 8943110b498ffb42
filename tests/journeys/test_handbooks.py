"""The handbooks show the screens as they are, and no English is left on those."""

import pytest

from .handbook_shots import SHOTS
from .handbooks import find_changes, prepare_handbooks, read_manifest, take_all

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def test_pictures_show_the_screens_of_today(browser, embedded_site):
    """Red? Look whether the handbook's text is still right (templates/cms/handbooks), then renew
    the pictures: scripts/screenshots --handbooks"""
    kept, cast = read_manifest(), prepare_handbooks(embedded_site)
    changes, english = {}, {}
    for name, taken in take_all(browser, embedded_site.base_url, cast):
        if found := find_changes(name, taken, kept):
            changes[name] = found
        if taken.english:
            english[name] = taken.english
    assert (english, changes) == ({}, {}), (
        "mend the handbook's text, then run scripts/screenshots --handbooks"
    )
    assert set(kept) == {shot.name for shot in SHOTS}
