"""axe finds nothing on any type of page, in either theme; nothing is lost when it is enlarged."""

import pytest
from playwright.sync_api import expect

from .accessibility_results import note_result, write_results
from .axe import find_violations, too_wide
from .conftest import phone
from .page_types import open_context, prepare_pages

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


@pytest.fixture(scope="module")
def pages_by_person(embedded_site):
    cast = prepare_pages(embedded_site)
    people: dict[str, list] = {}
    for name, who, path in cast.pages():
        people.setdefault(who, []).append((name, path))
    return cast, people


def look_at(page, width):
    yield "light", find_violations(page)
    # Nothing but the colours is another.
    page.emulate_media(color_scheme="dark")
    yield "dark", find_violations(page, "color-contrast")
    yield "width", [f"{wider} px too wide"] if (wider := too_wide(page)) > 0 else []
    if width == 360:
        # What is left of 1280 px at a zoom of 400 %.
        page.set_viewport_size({"width": 320, "height": 640})
        yield "zoom", [f"{wider} px too wide"] if (wider := too_wide(page)) > 0 else []
        page.set_viewport_size({"width": 360, "height": 740})
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        yield "text of 200 %", [f"{wider} px too wide"] if (wider := too_wide(page)) > 0 else []


@pytest.mark.parametrize("width", [360, 1280])
def test_page_is_accessible(browser, embedded_site, pages_by_person, width):
    cast, people = pages_by_person
    found = {}
    for who, pages in people.items():
        context = open_context(browser, embedded_site, cast, who, width=width, theme="light")
        page = context.new_page()
        for name, path in pages:
            page.goto(f"{embedded_site.base_url}{path}")
            title = page.title()
            problems = {state: each for state, each in look_at(page, width) if each}
            note_result(who=who, title=title, width=width, problems=problems)
            if problems:
                found[name] = problems
            page.emulate_media(color_scheme="light")
            page.set_viewport_size({"width": width, "height": 740})
        context.close()
    write_results()
    assert found == {}


@pytest.mark.parametrize("javascript", [True, False])
def test_look_is_chosen_on_the_page_and_remembered(browser, embedded_site, javascript):
    with phone(browser, javascript=javascript) as page:
        page.goto(f"{embedded_site.base_url}/v/how-to/")
        page.get_by_text("表示の設定").tap()
        with page.expect_response("**/display/"):
            page.get_by_label("特大").check()
            if not javascript:
                page.get_by_role("button", name="この表示にする").tap()
        expect(page.locator("html")).to_have_attribute("data-text-size", "larger")
        page.goto(f"{embedded_site.base_url}/v/")
        expect(page.locator("html")).to_have_attribute("data-text-size", "larger")
