"""What a town hall's browser does with a PDF file, a camera, and each answer."""

import datetime as dt
import json

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from certificates.domain import issuing, production, register
from certificates.models import Certificate
from tests import factories

from .axe import expect_accessible
from .conftest import phone

pytestmark = [
    pytest.mark.journey,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

CAMERA = """
navigator.mediaDevices.getUserMedia = async () => {
  if (%(refused)s) throw new DOMException("", "NotAllowedError");
  // A picture that never changes would never begin to play.
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d");
  setInterval(() => pen.fillRect(Math.random() * 99, 0, 9, 9), 50);
  return canvas.captureStream();
};
globalThis.BarcodeDetector = class {
  static async getSupportedFormats() { return ["qr_code"]; }
  async detect() { return [{ rawValue: %(text)s }]; }
};
"""


@pytest.fixture
def site(live_server, settings):
    settings.CERTIFICATES_BASE_URL = live_server.url
    cache.clear()
    factories.make_home()
    return live_server.url


@pytest.fixture
def issued(site, tmp_path):
    factories.make_certificate_template(issuer_name="発行 者")
    enrolment = factories.make_enrolment(completed_at=factories.NOW)
    made = issuing.request_certificate(enrolment_id=enrolment.pk, now=factories.NOW)
    production.issue_certificate(certificate_id=made.pk, now=factories.NOW)
    certificate = Certificate.objects.get()
    with certificate.file.open("rb") as file:
        (tmp_path / "original.pdf").write_bytes(file.read())
    return certificate


def save_changed(folder):
    path = folder / "changed.pdf"
    path.write_bytes((folder / "original.pdf").read_bytes() + b"\n")
    return path


def watch_uploads(page):
    """The lengths of what the browser sends."""
    sent = []
    page.on("request", lambda request: sent.append(len(request.post_data_buffer or b"")))
    return sent


def choose(page, path):
    page.get_by_label("修了証のPDFファイル").set_input_files(path)
    page.get_by_role("button", name="PDFファイルを確かめる").click()


def test_original_is_recognised_and_never_sent(browser, site, issued, tmp_path):
    with phone(browser) as page:
        sent = watch_uploads(page)
        page.goto(f"{site}/v/")
        expect(page.get_by_text("ファイルは送信しません")).to_be_visible()
        choose(page, tmp_path / "original.pdf")
        expect(page.get_by_text("原本と一致", exact=True)).to_be_visible()
        expect(page.get_by_text("有効", exact=True)).to_be_visible()
        assert max(sent) < 1000
        assert page.context.cookies() == []
        page.get_by_label("修了証に書かれた氏名").fill("高橋吉江")
        page.get_by_role("button", name="照合する").click()
        expect(page.get_by_text("表記差")).to_be_visible()


def test_dropped_file_is_recognised(browser, site, issued, tmp_path):
    with phone(browser) as page:
        page.goto(f"{site}/v/")
        content = list((tmp_path / "original.pdf").read_bytes())
        page.evaluate(
            """content => {
                const dropped = new DataTransfer();
                dropped.items.add(new File([new Uint8Array(content)], "a.pdf"));
                const event = { dataTransfer: dropped, bubbles: true, cancelable: true };
                document.querySelector("[data-file-check]").dispatchEvent(
                  new DragEvent("drop", event));
            }""",
            content,
        )
        expect(page.get_by_text("原本と一致", exact=True)).to_be_visible()


def test_other_file_is_sent_only_on_request(browser, site, issued, tmp_path):
    with phone(browser) as page:
        sent = watch_uploads(page)
        page.goto(f"{site}/v/")
        choose(page, save_changed(tmp_path))
        button = page.get_by_role("button", name="アップロードして電子署名を調べる")
        expect(button).to_be_visible()
        expect_accessible(page, "unknown file")
        assert max(sent) < 1000
        button.click()
        expect(page.get_by_text("確認できません", exact=True)).to_be_visible()
        # Back leads to a form that works once more.
        page.go_back()
        choose(page, tmp_path / "original.pdf")
        expect(page.get_by_text("原本と一致", exact=True)).to_be_visible()


def test_file_is_judged_without_javascript(browser, site, issued, tmp_path):
    with phone(browser, javascript=False) as page:
        changed = save_changed(tmp_path)
        for path, told in ((tmp_path / "original.pdf", "原本と一致"), (changed, "確認できません")):
            page.goto(f"{site}/v/")
            choose(page, path)
            expect(page.get_by_text(told, exact=True)).to_be_visible()


def test_missing_and_long_files_are_told_in_the_browser(browser, site, tmp_path):
    (tmp_path / "long.pdf").write_bytes(b"%PDF-" + bytes(10_000_001))
    with phone(browser) as page:
        page.goto(f"{site}/v/")
        page.get_by_role("button", name="PDFファイルを確かめる").click()
        expect(page.get_by_text("PDFファイルを選んでください。")).to_be_visible()
        choose(page, tmp_path / "long.pdf")
        expect(page.get_by_text("ファイルが10 MBを超えています。")).to_be_visible()


def scan(page, site, text, *, refused="false"):
    page.add_init_script(CAMERA % {"text": json.dumps(text), "refused": refused})
    page.goto(f"{site}/v/scan/")
    page.get_by_role("button", name="カメラを起動する").click()


def test_camera_leads_to_the_answer(browser, site, issued):
    with phone(browser) as page:
        scan(page, site, issued.facts["verify_url"])
        expect(page.get_by_text("有効", exact=True)).to_be_visible()


def test_foreign_code_is_not_opened(browser, site, issued):
    with phone(browser) as page:
        scan(page, site, f"https://evil.example/v/{issued.facts['code']}")
        expect(page.get_by_text("リンク先は開いていません")).to_be_visible()
        expect_accessible(page, "foreign code")
        assert page.url == f"{site}/v/scan/"


def test_refused_camera_is_told_calmly(browser, site):
    with phone(browser) as page:
        scan(page, site, "", refused="true")
        expect(page.get_by_text("カメラの使用が許可されませんでした")).to_be_visible()


def test_scan_page_without_camera_offers_the_photo(browser, site):
    with phone(browser) as page:
        page.goto(f"{site}/v/scan/")
        expect(page.get_by_role("button", name="カメラを起動する")).to_be_hidden()
        expect(page.get_by_label("QRコードの写真")).to_be_visible()
        expect_accessible(page, "scan page")


def expire(certificate):
    Certificate.objects.update(facts=certificate.facts | {"expires_on": "2020-04-01"})


def revoke(certificate):
    register.revoke_certificate(
        certificate_id=certificate.pk,
        reason_class=Certificate.RevocationClass.ISSUED_IN_ERROR,
        reason="誤り",
        now=factories.NOW + dt.timedelta(days=1),
    )


def supersede(certificate):
    newer = Certificate.objects.get(pk=certificate.pk)
    newer.pk, newer.number, newer.code, newer.supersedes = None, 2, "0" * 13, certificate
    newer.facts = certificate.facts | {"number": "令和8年度 第000002号"}
    newer.save()
    Certificate.objects.filter(pk=certificate.pk).update(status="superseded")


@pytest.mark.parametrize(
    ("change", "state"),
    [(None, "有効"), (expire, "期限切れ"), (revoke, "失効"), (supersede, "差替え")],
)
@pytest.mark.parametrize("width", [360, 1280])
def test_states_are_accessible(browser, site, issued, change, state, width):
    if change:
        change(issued)
    with phone(browser) as page:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{site}/v/{issued.facts['code']}")
        expect(page.get_by_text(state, exact=True)).to_be_visible()
        expect_accessible(page, state)
        page.get_by_label("修了証に書かれた氏名").fill("佐藤 花子")
        page.get_by_role("button", name="照合する").click()
        expect_accessible(page, f"{state}, wrong name")


@pytest.mark.parametrize("width", [360, 1280])
def test_forms_and_refusals_are_accessible(browser, site, settings, width):
    with phone(browser) as page:
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{site}/v/")
        expect_accessible(page, "forms")
        page.goto(f"{site}/v/7777-7777-77777")
        expect_accessible(page, "no such code")
        settings.CERTIFICATES_THROTTLE_LIMITS = {"verification": 0}
        page.goto(f"{site}/v/7777-7777-77777")
        expect(page.get_by_role("heading", name="少しお待ちください")).to_be_visible()
        expect_accessible(page, "asked to wait")
