"""Case studies, and what an officer writes into the form."""

import datetime as dt

import wagtail_factories

from cms.models import CaseStudyPage

WRITTEN = {
    "title": "教室と相談を並べて開く",
    "summary": "月に一度の教室と、毎週の相談を開いています。",
    "activity": "スマホ教室",
    "lecturer": "町の協力隊の隊員",
    "audience": "町に住む人",
    "audience_kind": "residents",
    "fee": "無料",
    "fee_kind": "free",
    "place": "公民館",
    "place_kind": "hall",
    "frequency": "月に1回",
    "points": "続けること\n\n曜日を決めること",
    "source": "町の報告",
    "source_url": "",
    "as_of": "2026-10-01",
}


class CasePageFactory(wagtail_factories.PageFactory):
    class Meta:
        model = CaseStudyPage

    title = "教室の事例"
    summary = "教室を開いています。"
    activity = "スマホ教室"
    lecturer = "隊員"
    audience = "だれでも"
    audience_kind = "anybody"
    fee = "無料"
    fee_kind = "free"
    place = "公民館"
    place_kind = "hall"
    frequency = "毎月"
    source = "町の報告"
    as_of = dt.date(2026, 10, 1)
