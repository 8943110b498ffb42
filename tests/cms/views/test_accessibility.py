import json

import pytest

from cms.views import accessibility
from tests import factories

pytestmark = pytest.mark.django_db
WRITTEN = {
    "tested_on": "2026-11-25",
    "tool": "axe-core 4.10",
    "widths": [360, 1280],
    "pages": [{"title": "よくある質問", "problems": 3}],
    "watched": {"html": 4, "moved": 0, "hosts": 0},
    "journeys": {"keyboard": 0, "zoom": 5, "text": 0},
    "signed_in": {"looks": 40, "problems": 2},
}


@pytest.fixture
def results(tmp_path, monkeypatch):
    factories.make_home()
    monkeypatch.setattr(accessibility, "RESULTS", tmp_path / "results.json")
    accessibility.read_results.cache_clear()
    yield tmp_path / "results.json"
    accessibility.read_results.cache_clear()


def test_page_tells_what_the_run_found_and_when(client, results):
    results.write_text(json.dumps(WRITTEN))
    page = client.get("/accessibility/results/")
    for words in (
        "2026年11月25日",
        "axe-core 4.10",
        "よくある質問",
        "<td>3</td>",
        "360 px, 1280 px",
        "問題4件",
        "問題5件",
    ):
        assert words in page.text


def test_without_a_run_nothing_is_claimed(client, results):
    page = client.get("/accessibility/results/")
    assert page.status_code == 200
    assert "axe-core" not in page.text
