"""The main story: learn, pass, receive, verify."""

import subprocess
import time

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from . import story
from .conftest import phone

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journeys")]


def earn(page, base_url, *, javascript=True):
    story.open_account(page, base_url)
    story.register(page, javascript=javascript)
    page.get_by_role("button", name="受講登録する").first.tap()
    story.pass_all_quizzes(page)
    expect(page.get_by_text("この講座を修了しました。")).to_be_visible()


def download(page, base_url, folder):
    """Wait as a person does: look at the own page until the certificate is there."""
    link = page.get_by_role("link", name="修了証（PDF）をダウンロード")
    give_up_at = time.monotonic() + 60
    page.goto(f"{base_url}/learn/")
    while not link.count():
        expect(page.get_by_text("修了証を準備しています")).to_be_visible()
        assert time.monotonic() < give_up_at
        time.sleep(1)
        page.reload()
    with page.expect_download() as waiting:
        link.tap()
    path = folder / "certificate.pdf"
    waiting.value.save_as(path)
    return path


def verify(page, path, folder):
    """As the town hall: scan the code on the paper, compare, ask for the name."""
    subprocess.run(
        ["pdftoppm", "-r", "150", "-png", "-singlefile", path, folder / "page"], check=True
    )
    (code,) = zxingcpp.read_barcodes(Image.open(folder / "page.png"))
    page.goto(code.text)
    expect(page.get_by_text("有効", exact=True)).to_be_visible()
    expect(page.get_by_text("地域でスマホを教える人のための")).to_be_visible()
    assert "髙橋" not in page.content()
    page.get_by_label("修了証に書かれた氏名").fill("高橋吉江")
    page.get_by_role("button", name="照合する").tap()
    expect(page.get_by_text("表記差")).to_be_visible()
    assert page.context.cookies() == []
    return code.text


def tell_story(browser, base_url, folder, *, javascript=True):
    with phone(browser, javascript=javascript) as page:
        earn(page, base_url, javascript=javascript)
        path = download(page, base_url, folder)
    text = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
    assert f"{story.NAME} 殿" in text.stdout
    with phone(browser, javascript=javascript) as page:
        return verify(page, path, folder)


def test_learner_earns_certificate(browser, embedded_site, tmp_path):
    tell_story(browser, embedded_site.base_url, tmp_path)


def test_learner_earns_certificate_without_javascript(browser, embedded_site, tmp_path):
    tell_story(browser, embedded_site.base_url, tmp_path, javascript=False)


@pytest.mark.services
def test_learner_earns_certificate_on_postgresql_and_redis(browser, scaled_site, tmp_path):
    site, _database = scaled_site
    tell_story(browser, site.base_url, tmp_path)
