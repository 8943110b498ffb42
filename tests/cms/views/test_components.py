import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_public_sites_have_no_such_page():
    assert Client().get("/components/").status_code == 404


@pytest.mark.urls("tests.cms.views.component_urls")
def test_engineers_see_every_component_in_both_themes():
    page = Client().get("/components/").content.decode()
    for theme in ("light", "dark"):
        assert f'data-theme="{theme}"' in page
        assert f'id="{theme}-wrong-name"' in page
    assert page.count("status--revoked") == page.count("chip--done") / 2 == 2
