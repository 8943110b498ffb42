"""Colours that can be read, in one file, and no more style than a phone in a village wants."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from training.models import ModulePage

from .stylesheets import ROOT, TOKENS, contrast, read_rules, read_themes, site_sheets

GROUNDS = ("surface", "surface-soft")
TONES = ("success", "error", "warning")
# What is written (4.5:1) on what.
TEXTS = [
    *((text, ground) for ground in GROUNDS for text in ("text", "text-soft", "text-muted")),
    *((link, ground) for ground in GROUNDS for link in ("key", "key-dark", "visited", *TONES)),
    *(("text", f"{tone}-pale") for tone in ("key", *TONES)),
    *(("text-soft", f"{tone}-pale") for tone in ("key", *TONES)),
    *((tone, f"{tone}-pale") for tone in ("key", *TONES)),
    *((link, f"{tone}-pale") for link in ("key-dark", "visited") for tone in ("key", *TONES)),
    *(("on-tone", tone) for tone in ("key", "text-soft", "line-strong", *TONES)),
    *(("on-key", key) for key in ("key", "key-dark", "key-darker")),
    ("key-darker", "key-line"),
]
# What shows that something can be used, or where one is (3:1).
EDGES = [
    *((edge, ground) for ground in GROUNDS for edge in ("line-strong", "key", "error-line")),
    *(("line-strong", pale) for pale in ("key-pale", "success-pale")),
    ("warning-line", "surface"),
    ("focus", "surface"),
    ("focus", "surface-soft"),
    ("focus", "key-pale"),
    ("focus", "focus-halo"),
]
THEMES = ("light", "dark")
LIMIT = 40_000


@pytest.mark.parametrize("theme", THEMES)
def test_text_can_be_read_on_its_ground(theme):
    colours = read_themes()[theme]
    low = {
        f"{text} on {ground}": round(found, 2)
        for text, ground in TEXTS
        if (found := contrast(colours[text], colours[ground])) < 4.5
    }
    assert low == {}


@pytest.mark.parametrize("theme", THEMES)
def test_edges_and_focus_can_be_seen(theme):
    colours = read_themes()[theme]
    low = {
        f"{edge} on {ground}": round(found, 2)
        for edge, ground in EDGES
        if (found := contrast(colours[edge], colours[ground])) < 3
    }
    assert low == {}


def test_every_pair_of_the_style_sheets_is_among_those_computed():
    """A rule that sets text and ground names both, so that a new pair cannot slip in."""
    unknown = []
    for path in site_sheets():
        for selector, body in read_rules(path):
            text = re.fullmatch(r"var\(--([\w-]+)\)", body.get("color", ""))
            ground = re.fullmatch(r"var\(--([\w-]+)\)", body.get("background", ""))
            if text and ground and "tone" not in (text[1], ground[1]):
                pair = (text[1], ground[1])
                unknown += [f"{path.name} {selector}: {pair}"] if pair not in TEXTS else []
    assert unknown == []


def test_dark_is_the_same_by_choice_and_by_device():
    themes = read_themes()
    assert themes["dark"] == themes["dark device"]
    assert themes["dark"].keys() == themes["light"].keys()


def test_colours_stand_in_one_file():
    found = [
        f"{path.relative_to(ROOT)}: {value}"
        for path in site_sheets()
        if path != TOKENS
        for _selector, body in read_rules(path)
        for value in body.values()
        if re.search(r"#[0-9a-f]{3,8}\b|\b(rgb|hsl)a?\(|\b(white|black)\b", value)
    ]
    assert found == []


def test_every_token_that_is_used_exists():
    known = {name for path in [TOKENS] for _s, body in read_rules(path) for name in body}
    for path in site_sheets():
        rules = read_rules(path)
        own = {name for _selector, body in rules for name in body if name.startswith("--")}
        used = {
            name for _s, body in rules for v in body.values() for name in re.findall(r"--[\w-]+", v)
        }
        assert used <= known | own, path.name


def read_imports(name):
    path = Path(finders.find(name))
    imported = re.findall(r'^@import "([\w-]+\.css)";', path.read_text("utf-8"), re.MULTILINE)
    return [path, *(path.parent / each for each in imported)]


@pytest.mark.django_db
def test_module_page_links_to_little(enrolment, learner_client):
    module = ModulePage.objects.child_of(enrolment.course).first()
    page = learner_client.get(module.get_url()).content.decode()
    names = re.findall(r'(?:href|src)="/static/([^"]+\.(?:css|js))"', page)
    sizes = {file.name: file.stat().st_size for name in names for file in read_imports(name)}
    assert {"tokens.css", "display.js"} <= set(sizes)
    # In few files: each is a wait where the network is weak.
    assert len(names) <= 6, names
    assert sum(sizes.values()) <= LIMIT, sizes


@pytest.mark.parametrize("name", ["callout", "teaching"])
def test_printed_boxes_may_break_between_lines(name):
    """Whole on one page, they leave a third of the one before it empty."""
    path = Path(finders.find(f"training/css/{name}.css"))
    assert "break-inside" not in path.read_text("utf-8")


def test_map_of_the_cases_is_never_wider_than_the_screen():
    assert "min-inline-size" not in Path(finders.find("cms/css/cases.css")).read_text("utf-8")
