import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from certificates.domain import register
from certificates.domain.codes import display_code, make_code
from certificates.models import Certificate
from tests import factories

pytestmark = pytest.mark.django_db
NAME_FORM = "修了証に書かれた氏名"


def ask_code(code):
    return Client().get(f"/v/{code}")


def ask_name(code, name):
    return Client().post(f"/v/{code}", {"full_name": name})


def ask_number(number, name="髙橋 𠮷江"):
    return Client().post("/v/by-name/", {"number": number, "full_name": name})


def title(page):
    return re.search("<title>(.*?)</title>", page.text)[1]


def value_of(page, field):
    tag = re.search(f'<input[^>]*name="{field}"[^>]*>', page.text)[0]
    found = re.search('value="([^"]*)"', tag)
    return found and found[1]


def supersede(certificate):
    newer = Certificate.objects.get(pk=certificate.pk)
    newer.pk, newer.number, newer.code, newer.supersedes = None, 2, make_code(), certificate
    newer.facts = certificate.facts | {"number": "令和8年度 第000002号"}
    newer.save()
    Certificate.objects.filter(pk=certificate.pk).update(status="superseded")


def revoke(certificate):
    register.revoke_certificate(
        certificate_id=certificate.pk,
        reason_class=Certificate.RevocationClass.OTHER,
        reason="誤り",
        now=factories.NOW,
    )


def expire(certificate):
    Certificate.objects.update(facts=certificate.facts | {"expires_on": "2020-04-01"})


@pytest.mark.parametrize(
    ("change", "state", "order"),
    [
        (lambda _: None, "有効", "見比べてください"),
        (expire, "期限切れ", "新しい修了証がないか"),
        (revoke, "失効", "有効な修了証として扱わないでください"),
        (supersede, "差替え", "令和8年度 第000002号"),
    ],
)
def test_state_is_in_title_and_answer_with_what_to_do(certificate, change, state, order):
    change(certificate)
    page = ask_code(certificate.code)
    assert title(page).startswith(f"{state} | 修了証の確認")
    assert f"<strong>{state}</strong>" in page.text
    assert order in page.text
    assert "髙橋" not in page.text
    assert len(page.content) < 30_000
    assert page["X-Robots-Tag"] == "noindex"
    assert not page.cookies


def test_order_about_a_revoked_certificate_stands_inside_its_box(certificate):
    revoke(certificate)
    box = ask_code(certificate.code).text.split("status--revoked")[1].split('<p class="muted">')[0]
    assert "有効な修了証として扱わないでください" in box
    assert "発行者に確かめて" in box


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("髙橋 𠮷江", "氏名は一致します。"),
        ("高橋吉江", "表記差"),
        ("佐藤 花子", "氏名は一致しません。"),
    ],
)
def test_name_is_answered_before_the_state(certificate, name, answer):
    page = ask_name(certificate.code, name)
    assert page.text.index(answer) < page.text.index("<strong>有効</strong>")
    assert value_of(page, "full_name") == name


def test_wrong_name_says_what_to_do_and_is_in_the_title(certificate):
    page = ask_name(certificate.code, "佐藤 花子")
    for advice in ("本人確認書類", "発行者に問い合わせて", "本人のものとして扱わないでください"):
        assert advice in page.text
    assert title(page).startswith("氏名不一致 / 有効 | ")
    # The next try comes before the facts.
    assert page.text.index(NAME_FORM) < page.text.index("本物の修了証に書かれていること")


@pytest.mark.parametrize("data", [{"full_name": " "}, {}])
def test_empty_name_is_told_on_top_with_the_focus(certificate, data):
    page = Client().post(f"/v/{certificate.code}", data)
    summary = page.text.index("入力内容を確認してください")
    assert 'tabindex="-1" autofocus' in page.text[:summary]
    assert summary < page.text.index("<strong>有効</strong>")
    assert title(page).startswith("エラー")


def test_page_of_the_name_form_leads_to_the_form():
    page = Client().get("/v/by-name/")
    assert (page.status_code, page.url) == (302, "/v/#with-name")


def test_number_and_name_are_answered_under_the_number(certificate):
    page = ask_number("R8-1", "高橋吉江")
    assert "修了証番号： R8-1" in page.text
    assert "表記差" in page.text
    assert NAME_FORM not in page.text


def test_unknown_number_and_wrong_name_are_the_same_bytes(certificate):
    """The same is typed twice; only the second time the number exists."""
    Certificate.objects.update(number=7)
    unknown = ask_number(certificate.number_text, "佐藤 花子")
    Certificate.objects.update(number=1)
    wrong = ask_number(certificate.number_text, "佐藤 花子")
    assert unknown.content == wrong.content
    # When the answers expire, which is at once, depends on the second.
    alike = [{**each.headers, "Expires": ""} for each in (unknown, wrong)]
    assert alike[0] == alike[1]
    assert "確認できません" in title(wrong)


def test_unconfirmed_number_keeps_what_was_typed_and_fits_its_advice(certificate):
    page = ask_number("令和8年度 第000999号", "佐藤 花子")
    assert value_of(page, "number") == "令和8年度 第000999号"
    assert value_of(page, "full_name") == "佐藤 花子"
    assert page.text.index("もう一度確認する") < page.text.index("「髙」と「高」")
    assert "旧姓" in page.text
    assert "/about-verification/" in page.text
    assert "0とO" not in page.text


def test_unconfirmed_code_keeps_what_was_typed_and_fits_its_advice(db):
    code = display_code(code=make_code())
    page = ask_code(code)
    assert "確認できません" in title(page)
    assert value_of(page, "code") == code
    assert "もう一度確認する" in page.text
    assert "0とO" in page.text
    assert "旧姓" not in page.text


@pytest.mark.parametrize("number", ["000003", "abc", "第3号"])
def test_unreadable_number_asks_for_the_fiscal_year(db, number):
    page = ask_number(number)
    assert "年度から入力してください" in page.text
    assert value_of(page, "number") == number
    assert value_of(page, "full_name") == "髙橋 𠮷江"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("ABCD-EFGH-JKMN", "12文字です。13文字必要です"),
        ("ABCD-EFGH-JKMN-U", "確認用コードにない文字"),
        ("令和8年度 第000003号", "修了証番号のようです"),
        ("R8-3", "修了証番号のようです"),
        ("-", "確認用コードの形ではありません"),
    ],
)
def test_malformed_code_is_told_what_is_wrong(db, typed, told):
    page = ask_code(typed)
    assert told in page.text
    assert title(page).startswith("確認用コードを確かめてください | ")
    assert value_of(page, "code") == typed


def test_malformed_codes_are_limited_and_stop_no_proper_one(certificate, settings):
    settings.CERTIFICATES_THROTTLE_LIMITS = {"malformed": 2}
    cache.clear()
    assert [ask_code("ABC").status_code for _ in range(3)] == [200, 200, 429]
    assert ask_code(certificate.code).status_code == 200
    cache.clear()


def test_one_wrong_character_is_told_as_such(db):
    code = make_code()
    wrong = ("7" if code[0] != "7" else "8") + code[1:]
    assert "どこか1文字が違うようです" in ask_code(wrong).text


def test_number_in_the_field_for_codes_moves_to_its_own_form(db):
    page = ask_code("令和8年度 第000003号")
    assert value_of(page, "number") == "令和8年度 第000003号"


@pytest.mark.parametrize("before", ["確認用コード：", "https://katsuyo.example/v/", "\u200b"])
@pytest.mark.parametrize("after", ["", "。", "/"])
def test_pasted_code_leads_to_its_answer(certificate, before, after):
    shown = display_code(code=certificate.code)
    page = Client().get("/v/", {"code": f"{before}{shown}{after}"}, follow=True)
    assert page.request["PATH_INFO"] == f"/v/{shown}"
    assert title(page).startswith("有効")


def test_answer_says_when_in_japan_and_where_for_the_print(certificate, monkeypatch, settings):
    settings.CERTIFICATES_BASE_URL = "https://katsuyo.example"
    now = dt.datetime(2026, 11, 23, 15, 5, tzinfo=dt.UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    page = ask_code(certificate.code)
    assert "令和8年11月24日 00:05（日本時間）" in page.text
    assert "https://katsuyo.example/v/" in page.text


@pytest.mark.parametrize("path", ["/v/0000-0000-00000", "/v/by-name/"])
def test_body_that_no_form_fills_is_refused_before_it_is_read(path):
    file = SimpleUploadedFile("a.bin", bytes(65 * 1024))
    page = Client().post(path, {"full_name": "髙橋", "number": "R8-1", "file": file})
    assert page.status_code == 413
    assert not page.wsgi_request._read_started


def test_form_answers_a_program_that_asks_for_its_head_only(db):
    assert Client().head("/v/").status_code == 200
    assert Client().post("/v/").status_code == 405
