import os

import pytest

from certificates.rendering.engine import FetchRefused, _fonts, lay_out, write
from certificates.rendering.errors import RenderingError

PAGE = '<html lang="ja"><title>頁</title><h1>頁</h1>'
FIGURE = '<svg viewBox="0 0 1 1"><title>図</title></svg>'


@pytest.mark.parametrize(
    "markup",
    [
        '<img alt="" src="file:///etc/passwd">',
        '<img alt="" src="http://127.0.0.1:9/">',
        '<p style="background: url(file:///etc/passwd)">',
        '<link rel="stylesheet" href="file:///etc/passwd">',
    ],
)
def test_nothing_is_fetched_even_if_the_template_asked(markup):
    with pytest.raises(FetchRefused) as refused:
        lay_out(PAGE + markup)
    assert "disallowed protocol" in str(refused.value.__cause__)


def test_character_that_no_font_draws_stops_the_certificate():
    document = lay_out(PAGE + FIGURE + "<p>\U00013000")
    with pytest.raises(RenderingError, match=r"U\+13000"):
        write(
            document,
            identifier=b"1",
            heading="頁",
            is_specimen=False,
            accent_colour="#1a2b5c",
            attachments=[],
        )


def test_programs_started_from_here_keep_their_fonts(monkeypatch):
    for before in (None, "/etc/fonts/fonts.conf"):
        if before:
            monkeypatch.setenv("FONTCONFIG_FILE", before)
        else:
            monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
        _fonts.__wrapped__()
        assert os.environ.get("FONTCONFIG_FILE") == before
