"""On no type of page does axe find anything in either theme, is anything lost when it is enlarged,
its HTML wrong, anything moved by itself or another host asked."""

import pytest
from playwright.sync_api import expect

from .accessibility_results import note_result, write_results
from .axe import find_violations, too_wide
from .conftest import phone
from .forced_colours import count_colours, find_bare_edges, find_hidden_focus
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
# What must have an edge of its own where backgrounds are taken away, by page.
EDGES = {
    "course-enrolled": (".button", ".chip", ".progress progress"),
    "attempt": (".button", ".choice"),
    "result-failed": (".button",),
    "verification": (".button", "input[type=text]"),
    "verification-valid": (".button", ".status"),
    "verification-unknown": (".status",),
    "office-waiting": (".button",),
}
SHAPES = {
    "course-enrolled": (".progress progress", ".chip--done"),
    "verification-valid": (".status__shape",),
    "verification-unknown": (".status__shape",),
    "office-waiting": ("input[type=checkbox]",),
}
STATES = ("valid", "expired", "revoked", "superseded", "unknown", "mismatch")
BORDER = "each => getComputedStyle(each).border"


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


def test_what_matters_is_seen_where_the_reader_chooses_the_colours(
    browser, embedded_site, pages_by_person
):
    cast, _people = pages_by_person
    paths = {name: (who, path) for name, who, path in cast.pages()}
    found = {}
    for name, edges in EDGES.items():
        who, path = paths[name]
        context = open_context(browser, embedded_site, cast, who, width=1280, theme="light")
        page = context.new_page()
        page.emulate_media(forced_colors="active")
        page.goto(f"{embedded_site.base_url}{path}")
        problems = find_bare_edges(page, *edges) + find_hidden_focus(page, stops=12)
        problems += [
            f"{shape}: one colour only"
            for shape in SHAPES.get(name, ())
            if count_colours(page, shape) < 2
        ]
        if name == "attempt":
            problems += find_lost_choice(page)
        if name == "verification-valid":
            problems += find_lost_states(page)
        context.close()
        if problems:
            found[name] = problems
    assert found == {}


def find_lost_choice(page):
    choice = page.locator(".choice:has(input[type=checkbox])").first
    edges = []
    for is_chosen in (True, False):
        choice.locator("input").set_checked(is_chosen)
        edges.append(choice.evaluate(BORDER))
    return [] if edges[0] != edges[1] else ["what is chosen has no other edge"]


def find_lost_states(page):
    """Whatever the answer: a shape of its own beside its word."""
    for state in STATES:
        name = f"status status--{state}"
        page.locator(".status").evaluate("(each, name) => (each.className = name)", name)
        if count_colours(page, ".status__shape") < 2:
            yield f"{state}: no shape"
