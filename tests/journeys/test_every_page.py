"""On no type of page does axe find anything in either theme, is anything lost when it is enlarged,
its HTML wrong, anything moved by itself or another host asked."""

import pytest
from playwright.sync_api import expect

from .accessibility_results import note_result, write_results
from .axe import find_violations, too_wide
from .conftest import phone
from .measures import (
    find_errors_with_vnu,
    find_html_errors,
    find_moves,
    watch_hosts,
    watch_moves,
    weigh_code,
)
from .page_types import ADMIN_PAGES, open_context, prepare_pages

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]
MOST_CODE = 40_000


@pytest.fixture(scope="module")
def pages_by_person(embedded_site):
    cast = prepare_pages(embedded_site)
    people: dict[str, list] = {}
    for name, who, path in cast.pages():
        people.setdefault(who, []).append((name, path))
    return cast, people


def look_at(page, source, width):
    yield "moved", find_moves(page)
    yield "HTML", find_html_errors(source)
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
def test_page_is_accessible(browser, embedded_site, pages_by_person, width, tmp_path):
    cast, people = pages_by_person
    found = {}
    for who, pages in people.items():
        context = open_context(browser, embedded_site, cast, who, width=width, theme="light")
        watch_moves(context)
        others = watch_hosts(context, embedded_site.base_url)
        page = context.new_page()
        for name, path in pages:
            source = page.goto(f"{embedded_site.base_url}{path}").text()
            (tmp_path / f"{name}.html").write_text(source, "utf-8")
            title = page.title()
            problems = {state: each for state, each in look_at(page, source, width) if each}
            if others:
                problems["other hosts"] = others[:]
                others.clear()
            note_result(who=who, title=title, width=width, problems=problems)
            if problems:
                found[name] = problems
            page.emulate_media(color_scheme="light")
            page.set_viewport_size({"width": width, "height": 740})
        context.close()
    write_results()
    assert found == {}
    assert find_errors_with_vnu(tmp_path) == ""


def test_editor_asks_no_other_host(browser, embedded_site, pages_by_person):
    """No picture of who is signed in, no look for a newer Wagtail."""
    cast, _people = pages_by_person
    context = open_context(browser, embedded_site, cast, "admin", width=1280, theme="light")
    others = watch_hosts(context, embedded_site.base_url)
    page = context.new_page()
    for path in ADMIN_PAGES:
        answer = page.goto(f"{embedded_site.base_url}{path.format(**cast.numbers)}")
        assert answer.ok, path
        assert "/editor/" in page.url
        # What scripts ask for when the page is there.
        page.wait_for_load_state("networkidle")
    context.close()
    assert others == []


@pytest.mark.parametrize("name", ["module", "module-enrolled"])
def test_module_page_loads_little_code(browser, embedded_site, pages_by_person, name):
    cast, _people = pages_by_person
    (who, path) = next((who, path) for each, who, path in cast.pages() if each == name)
    context = open_context(browser, embedded_site, cast, who, width=360, theme="light")
    page = context.new_page()
    responses = []
    page.on("response", lambda response: responses.append(response))  # noqa: PLW0108
    page.goto(f"{embedded_site.base_url}{path}", wait_until="networkidle")
    sizes = weigh_code(responses)
    context.close()
    assert len(sizes) >= 3, sizes
    assert sum(sizes.values()) <= MOST_CODE, sizes


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
