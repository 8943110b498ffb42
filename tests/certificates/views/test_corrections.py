import datetime as dt

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from wagtail.models import ModelLogEntry

from certificates.domain import register
from certificates.domain.corrections import OwnCorrection, approve_correction, refuse_correction
from certificates.models import Certificate, NameCorrection
from tests import factories
from training.models import Enrolment, Learner

pytestmark = pytest.mark.django_db
ASKED = {
    "full_name": "髙橋 花子",
    "kana": "タカハシ ハナコ",
    "former_name": "山田",
    "reason": "結婚しました。",
}


def sign_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def holder(certificate):
    return sign_in(certificate.enrolment.learner.user)


@pytest.fixture
def officer(db):
    """May decide, and nothing else."""
    user = factories.UserFactory(is_staff=True)
    codes = ("access_admin", "change_namecorrection")
    user.user_permissions.add(*Permission.objects.filter(codename__in=codes))
    return sign_in(user)


@pytest.fixture
def waiting(certificate):
    return NameCorrection.objects.create(
        certificate=certificate, requested_at=factories.NOW, **ASKED
    )


def page_of(client, certificate):
    return client.get(f"/certificates/{certificate.pk}/").text


def decide(client, correction, **data):
    """As from the page that asks once more."""
    data = {"confirmed": "1"} | data
    return client.post(f"/editor/certificates/names/{correction.pk}/", data, follow=True)


def test_officer_does_not_decide_about_the_own_name(certificate, waiting, officer):
    own = certificate.enrolment.learner.user
    own.is_staff = True
    own.save()
    codes = ("access_admin", "view_namecorrection", "change_namecorrection")
    own.user_permissions.add(*Permission.objects.filter(codename__in=codes))
    client = sign_in(own)
    assert client.get(f"/editor/certificates/names/{waiting.pk}/").status_code == 302
    for decision in ("approve", "refuse"):
        decide(client, waiting, decision=decision, note="自分")
    waiting.refresh_from_db()
    assert waiting.decision == "waiting"
    for deed in (approve_correction, refuse_correction):
        more = {"today": factories.NOW.date()} if deed is approve_correction else {}
        with pytest.raises(OwnCorrection):
            deed(correction_id=waiting.pk, actor_id=own.pk, note="", now=factories.NOW, **more)
    decide(officer, waiting, decision="approve", note="")
    waiting.refresh_from_db()
    assert waiting.decision == "approved"


def test_holder_asks_and_sees_that_it_waits(holder, certificate):
    address = f"/certificates/{certificate.pk}/name/"
    form = holder.get(address).text
    assert 'value="髙橋 𠮷江"' in form
    assert 'value="タカハシ ヨシエ"' in form
    page = holder.post(address, ASKED, follow=True).text
    assert "髙橋 花子" in page
    assert "髙橋 𠮷江" in page
    correction = NameCorrection.objects.get()
    assert (correction.certificate, correction.decision) == (certificate, "waiting")
    # One at a time: neither the form nor a second post.
    assert f'href="{address}"' not in page
    holder.post(address, ASKED)
    assert NameCorrection.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"full_name": "髙橋 \U0001f600"},
        {"full_name": "髙橋 <b>"},
        {"full_name": "髙橋2世"},
        {"full_name": "・・"},
        {"former_name": "1"},
        {"kana": "髙橋 花子"},
        {"kana": ""},
        {"full_name": "髙橋 𠮷江", "former_name": ""},
        {"full_name": ""},
        {"reason": " "},
    ],
)
def test_what_cannot_be_printed_or_decided_is_said(holder, certificate, wrong):
    page = holder.post(f"/certificates/{certificate.pk}/name/", ASKED | wrong)
    assert page.context["form"].errors
    assert not NameCorrection.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "辻\U000e0100 花子",
        "O'Brien Anne-Marie",
        "ジョン・スミス",
        "\ufa19谷 明",
        "José Müller Jr.",
        "三ヶ田 々〆",
    ],
)
def test_any_letters_are_kept_code_point_for_code_point(holder, certificate, name):
    page = holder.post(f"/certificates/{certificate.pk}/name/", ASKED | {"full_name": name})
    assert page.status_code == 302, page.context["form"].errors
    assert NameCorrection.objects.get().full_name == name


def test_holder_withdraws_and_may_ask_again(holder, other_client, officer, waiting, certificate):
    address = f"/certificates/{certificate.pk}/name/withdraw/"
    assert address in page_of(holder, certificate)
    assert other_client.post(address).status_code == 404
    holder.post(address)
    waiting.refresh_from_db()
    assert waiting.decision == "withdrawn"
    assert f"/certificates/{certificate.pk}/name/" in page_of(holder, certificate)
    decide(officer, waiting, decision="approve", note="")
    assert Certificate.objects.count() == 1
    # And not what was decided already.
    NameCorrection.objects.update(decision="refused", decision_note="だめ")
    holder.post(address)
    waiting.refresh_from_db()
    assert waiting.decision == "refused"


def test_approval_is_asked_for_once_more_and_keeps_the_note(officer, waiting):
    address = f"/editor/certificates/names/{waiting.pk}/"
    typed = {"decision": "approve", "note": "戸籍で確認しました。"}
    page = officer.post(address, typed).text
    assert 'name="confirmed"' in page
    assert typed["note"] in page
    assert Certificate.objects.count() == 1
    assert typed["note"] in officer.post(address, typed | {"change": "1"}).text
    assert Certificate.objects.count() == 1
    officer.post(address, typed | {"confirmed": "1"})
    waiting.refresh_from_db()
    assert (waiting.decision, waiting.decision_note) == ("approved", typed["note"])


def test_outcome_stands_on_the_desk_and_on_both_certificates(officer, waiting, holder, certificate):
    assert "髙橋 花子" in holder.get("/learn/").text
    decide(officer, waiting, decision="approve", note="届け出を確認しました。")
    new = Certificate.objects.get(supersedes=certificate)
    pages = [holder.get("/learn/").text, page_of(holder, certificate), page_of(holder, new)]
    assert all("届け出を確認しました。" in page for page in pages)


def test_refusal_stands_on_the_desk(officer, waiting, holder):
    decide(officer, waiting, decision="refuse", note="写しが読めません。")
    assert "写しが読めません。" in holder.get("/learn/").text


def test_nobody_else_asks_or_renews(other_client, certificate):
    for path in ("name/", "renew/"):
        assert other_client.post(f"/certificates/{certificate.pk}/{path}").status_code == 404


def test_officer_sees_both_names_and_approves(officer, waiting, holder, certificate):
    assert "髙橋 花子" in officer.get("/editor/snippets/lms_certificates/namecorrection/").text
    page = officer.get(f"/editor/certificates/names/{waiting.pk}/").text
    assert "髙橋 𠮷江" in page
    assert "髙橋 花子" in page
    decide(officer, waiting, decision="approve", note="")
    new = Certificate.objects.get(supersedes=certificate)
    assert (new.status, new.holder, new.facts["former_name"]) == ("pending", "髙橋 花子", "山田")
    learner = Learner.objects.get(pk=certificate.enrolment.learner_id)
    names = (learner.full_name, learner.kana, learner.former_name)
    assert names == ("髙橋 花子", "タカハシ ハナコ", "山田")
    assert ModelLogEntry.objects.get().action == "certificates.approve_name"
    assert new.number_text in page_of(holder, certificate)


def test_refusal_needs_a_note_that_the_holder_reads(officer, waiting, holder, certificate):
    decide(officer, waiting, decision="refuse", note="")
    waiting.refresh_from_db()
    assert waiting.decision == "waiting"
    decide(officer, waiting, decision="refuse", note="戸籍の写しをお送りください。")
    page = page_of(holder, certificate)
    assert "戸籍の写しをお送りください。" in page
    # And may ask again.
    assert f"/certificates/{certificate.pk}/name/" in page
    assert ModelLogEntry.objects.get().action == "certificates.refuse_name"


def test_second_officer_is_told(officer, waiting):
    decide(officer, waiting, decision="approve", note="")
    decide(officer, waiting, decision="refuse", note="遅い")
    waiting.refresh_from_db()
    assert (waiting.decision, waiting.decision_note) == ("approved", "")
    assert ModelLogEntry.objects.count() == 1


def test_approving_what_was_revoked_changes_nothing(officer, waiting, certificate):
    Certificate.objects.update(status="revoked", revoked_at=factories.NOW)
    page = decide(officer, waiting, decision="approve", note="確認した")
    waiting.refresh_from_db()
    assert waiting.decision == "waiting"
    assert "確認した" in page.text
    assert Certificate.objects.count() == 1
    assert not ModelLogEntry.objects.exists()


def test_whoever_may_only_revoke_does_not_decide(waiting):
    user = factories.UserFactory(is_staff=True)
    codes = ("access_admin", "change_certificate")
    user.user_permissions.add(*Permission.objects.filter(codename__in=codes))
    decide(sign_in(user), waiting, decision="approve", note="")
    assert Certificate.objects.count() == 1


def test_old_and_new_lead_to_one_another_and_the_old_can_be_downloaded(
    holder, certificate, archive
):
    new = Certificate.objects.get(pk=certificate.pk)
    facts = certificate.facts | {"full_name": "髙橋 花子", "number": "令和8年度 第000002号"}
    new.pk, new.number, new.code, new.supersedes, new.facts = None, 2, "x" * 13, certificate, facts
    new.save()
    storage = Certificate._meta.get_field("file").storage
    (archive / "old.pdf").parent.mkdir(parents=True, exist_ok=True)
    (archive / "old.pdf").write_bytes(b"%PDF old")
    assert storage.exists("old.pdf")
    Certificate.objects.filter(pk=certificate.pk).update(status="superseded", file="old.pdf")
    Certificate.objects.filter(pk=new.pk).update(file="new.pdf")
    assert f'href="/certificates/{new.pk}/"' in page_of(holder, certificate)
    assert f'href="/certificates/{certificate.pk}/"' in page_of(holder, new)
    response = holder.get(f"/certificates/{certificate.pk}/certificate.pdf")
    assert b"".join(response) == b"%PDF old"
    response.close()


@pytest.fixture
def expiring(certificate):
    today = timezone.localdate()

    def expire(days):
        day = today + dt.timedelta(days=days)
        facts = certificate.facts | {"expires_on": day.isoformat()}
        Certificate.objects.update(expires_on=day, facts=facts)
        return certificate

    return expire


@pytest.mark.parametrize(
    ("days", "offered", "over"),
    [(91, False, False), (90, True, False), (0, True, False), (-1, True, True)],
)
def test_renewal_is_offered_in_time_and_after(holder, expiring, days, offered, over):
    certificate = expiring(days)
    page = page_of(holder, certificate)
    assert (f"/certificates/{certificate.pk}/renew/" in page) == offered
    assert ("有効期限が過ぎ" in page or "has expired" in page) == over


def test_renewing_enrols_once_and_keeps_the_certificate(holder, expiring):
    certificate = expiring(10)
    for _ in range(2):
        holder.post(f"/certificates/{certificate.pk}/renew/")
    enrolments = Enrolment.objects.filter(learner=certificate.enrolment.learner)
    assert enrolments.count() == 2
    assert enrolments.open().count() == 1
    assert Certificate.objects.get().status == "issued"
    assert f"/certificates/{certificate.pk}/renew/" not in page_of(holder, certificate)


def test_renewing_too_early_does_nothing(holder, expiring):
    holder.post(f"/certificates/{expiring(200).pk}/renew/")
    assert Enrolment.objects.count() == 1


def test_editor_reads_the_register(admin_client, certificate):
    register.revoke_certificate(
        certificate_id=certificate.pk,
        reason_class=Certificate.RevocationClass.OTHER,
        reason="誤り",
        now=factories.NOW,
    )
    entry = certificate.register_entries.get()
    listing = admin_client.get("/editor/snippets/lms_certificates/registerentry/").text
    assert entry.hash in listing
    inspect = admin_client.get(
        f"/editor/snippets/lms_certificates/certificate/inspect/{certificate.pk}/"
    ).text
    assert entry.hash in inspect
    line = "/editor/snippets/lms_certificates/registerentry/"
    assert admin_client.get(f"{line}inspect/1/").status_code == 200
    for path in ("add/", "edit/1/", "delete/1/"):
        assert admin_client.get(line + path).status_code in (302, 403, 404)
    assert certificate.register_entries.count() == 1
