"""A notice, two prefectures with two towns each, and their officers."""

import datetime as dt

import wagtail_factories

from cms.models import NoticePage
from tests import factories

TODAY = dt.date(2026, 11, 24)
NOW = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)


class NoticePageFactory(wagtail_factories.PageFactory):
    class Meta:
        model = NoticePage

    title = "デジタル活用支援について"
    slug = "notice-of-support"
    number = "総行情第1号"
    issued_on = dt.date(2026, 11, 20)
    issuer = "総務省"
    addressees = "各都道府県"
    body = [("text", "<p>お知らせの本文です。</p>")]


def make_bodies():
    """By short names."""
    yamagata = factories.PrefectureFactory()
    tottori = factories.PrefectureFactory(code="310000", name="鳥取県")
    towns = {
        "nakayama": ("063029", "中山町", yamagata),
        "yamanobe": ("063011", "山辺町", yamagata),
        "yurihama": ("313726", "湯梨浜町", tottori),
        "kotoura": ("313718", "琴浦町", tottori),
    }
    return {"yamagata": yamagata, "tottori": tottori} | {
        key: factories.MunicipalityFactory(code=code, name=name, prefecture=prefecture)
        for key, (code, name, prefecture) in towns.items()
    }


def officer_of(body, **fields):
    return factories.AppointmentFactory(local_government=body, **fields).user
