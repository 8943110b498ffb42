import pytest

from tests.drills import r5_browser

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def test_no_acknowledged_answer_is_lost(browser, embedded_site):
    figures = r5_browser.run(20, 5, site=embedded_site, browser=browser)
    assert figures["lost"] == 0
    assert figures["acknowledged"] >= 40
