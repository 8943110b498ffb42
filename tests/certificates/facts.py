import datetime as dt
from dataclasses import replace

from certificates.rendering.facts import CertificateFacts

FACTS = CertificateFacts(
    full_name="髙橋 𠮷江",
    former_name="",
    course_title="地域でスマホを教える人のための デジタル活用支援 研修",
    study_minutes=120,
    completed_on=dt.date(2026, 11, 22),
    issued_on=dt.date(2026, 11, 23),
    expires_on=None,
    number="令和8年度 第000123号",
    code="ABCD-EFGH-JKMNP",
    verify_url="https://katsuyo.example/v/ABCD-EFGH-JKMNP",
    verify_host_text="katsuyo.example/v/",
    title="修了証書",
    wording="あなたは、本講座に定める全ての単元を学び、所定の課程を修了されました。",
    issuer_office="（発行者未設定）",
    issuer_title="",
    issuer_name="",
    is_specimen=True,
)


def make_facts(**changes):
    return replace(FACTS, **changes)
