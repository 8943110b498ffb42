import re

from django.core.mail import EmailMultiAlternatives

from training.domain.mail_html import attach_html

TEXT = """<b>町</b>の https://town.example/ さん

ここを開いてください。
https://katsuyo.example/account/sign-in/x/?a=1&b=2

012345
"""


def html_of(text):
    message = EmailMultiAlternatives("件名", text, to=["a@example.jp"])
    attach_html(message)
    [part] = message.alternatives
    assert part.mimetype == "text/html"
    return part.content


def test_addresses_and_codes_on_lines_of_their_own_stand_out():
    html = html_of(TEXT)
    link = "https://katsuyo.example/account/sign-in/x/?a=1&amp;b=2"
    assert f'<a href="{link}">{link}</a>' in html
    assert '<strong class="code">012345</strong>' in html
    assert html.count("<p>") == 3


def test_what_people_are_called_is_neither_markup_nor_a_link():
    html = html_of(TEXT)
    assert "&lt;b&gt;町&lt;/b&gt;の https://town.example/ さん" in html
    assert html.count("<a ") == 1


def test_it_fetches_nothing():
    html = html_of("x")
    assert not re.search(r"<(img|link|script)|src=|url\(|@import", html)
    assert '<html lang="ja">' in html
