import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from certificates import tasks
from certificates.conf import key_folder
from certificates.domain import issuing, keys, production
from certificates.models import Certificate, SigningKey
from certificates.signing.keys import PrivateKeyMissing, file_of
from tests import factories
from tests.certificates.signing.signers import make_signer

pytestmark = pytest.mark.django_db
NOW = factories.NOW
LATER = NOW + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.CERTIFICATES_KEY_FOLDER = tmp_path / "keys"
    keys._open.cache_clear()
    keys._open_signer.cache_clear()


def create(purpose="document", **options):
    return keys.create_key(purpose=purpose, now=NOW, **options).key


def write_certificates(count, **fields):
    factories.make_certificate_template()
    course = factories.make_course()
    for _ in range(count):
        enrolment = factories.make_enrolment(
            course=course, learner=factories.LearnerFactory(), completed_at=NOW
        )
        issuing.request_certificate(enrolment_id=enrolment.pk, now=NOW)
    Certificate.objects.update(**fields)


def test_one_key_per_purpose_signs():
    first = create()
    with pytest.raises(keys.KeyExists):
        create()
    assert keys.active_key(purpose="document", now=LATER) == first
    assert file_of(key_folder(), first.name).exists()


def test_name_and_days_are_those_of_japan(capsys):
    new_year = dt.datetime(2026, 12, 31, 16, tzinfo=dt.UTC)
    made = keys.create_key(purpose="document", now=new_year, years=1)
    assert made.key.name == "document-2027-1"
    assert str(made.until) == "2028-01-01"
    SigningKey.objects.update(valid_until=new_year)
    assert "until 2027-01-01" in run(capsys, "list")


def test_two_that_are_created_at_once_are_one(monkeypatch):
    """The other one's row appears after ours looked for it."""
    create()
    monkeypatch.setattr(keys, "_refuse_second", lambda purpose: None)
    with pytest.raises(keys.KeyExists):
        create()
    assert SigningKey.objects.count() == 1


def test_rotated_key_signs_no_more_and_stays_trusted():
    first = create()
    second = keys.rotate_key(purpose="document", now=LATER).key
    first.refresh_from_db()
    assert (first.retired_at, first.revoked_at) == (LATER, None)
    assert keys.active_key(purpose="document", now=LATER) == second
    assert keys.trusted_certificates() == [first.public, second.public]


def test_revoked_key_is_trusted_no_more_and_none_signs():
    first = create()
    keys.revoke_key(name=first.name, reason="紛失", now=LATER)
    assert keys.trusted_certificates() == []
    with pytest.raises(keys.NoSigningKey):
        keys.active_key(purpose="document", now=LATER)
    with pytest.raises(keys.NoSuchKey):
        keys.revoke_key(name=first.name, reason="紛失", now=LATER)
    assert create().name != first.name


def test_expired_key_does_not_sign():
    create(years=1)
    with pytest.raises(keys.NoSigningKey):
        keys.active_key(purpose="document", now=NOW + dt.timedelta(days=367))
    assert keys.find_missing(now=NOW) == ["credential"]


def test_private_key_of_another_row_is_not_taken():
    first, other = create(), create("credential")
    first.public = make_signer()[1]
    with pytest.raises(PrivateKeyMissing, match="another public key"):
        keys.open_private_key(key=first)
    file_of(key_folder(), other.name).unlink()
    with pytest.raises(PrivateKeyMissing):
        keys.open_private_key(key=other)


def test_keys_are_found_by_the_fingerprint_of_a_judgement():
    create("credential")
    document = create()
    (use,) = (use for use in keys.list_keys(now=NOW) if use.key == document)
    assert keys.find_key(fingerprint=use.fingerprint) == document
    assert keys.find_key(fingerprint="0" * 64) is None


def test_demo_keys_are_made_once_and_only_where_none_was():
    assert [key.is_demo for key in keys.make_demo_keys(now=NOW)] == [True, True]
    assert keys.make_demo_keys(now=NOW) == []
    keys.rotate_key(purpose="document", now=NOW)
    assert keys.active_keys(now=NOW).are_demo
    keys.rotate_key(purpose="credential", now=NOW)
    assert not keys.active_keys(now=NOW).are_demo
    SigningKey.objects.update(retired_at=NOW)
    assert keys.make_demo_keys(now=NOW) == []


@pytest.mark.parametrize(
    ("demo", "issuer_name", "is_specimen"),
    [(True, "吉田 敏", True), (False, "", True), (False, "吉田 敏", False)],
)
def test_specimen_says_so_in_print_and_facts(demo, issuer_name, is_specimen, monkeypatch):
    for purpose in keys.Purpose.values:
        create(purpose, is_demo=demo)
    factories.make_certificate_template(issuer_name=issuer_name)
    enrolment = factories.make_enrolment(completed_at=NOW)
    row = issuing.request_certificate(enrolment_id=enrolment.pk, now=NOW)
    printed = []
    render = production.render_pdf

    def note(facts, **more):
        printed.append(facts.is_specimen)
        return render(facts, **more)

    monkeypatch.setattr(production, "render_pdf", note)
    assert production.issue_certificate(certificate_id=row.pk, now=NOW)
    row.refresh_from_db()
    assert (printed, row.facts["is_specimen"]) == ([is_specimen], is_specimen)
    assert row.signing_key.purpose == "document"
    assert row.credential_key.purpose == "credential"


def test_without_a_key_certificates_wait_and_are_counted(monkeypatch, caplog):
    SigningKey.objects.all().delete()
    write_certificates(3)
    SigningKey.objects.all().delete()
    rung = []
    monkeypatch.setattr(tasks.issue, "apply_async", lambda *args, **_: rung.append(args))
    tasks.sweep()
    assert "3 certificates wait for a key to sign document, credential" in caplog.text
    assert rung == []
    tasks.issue(Certificate.objects.first().pk)
    assert set(Certificate.objects.values_list("tries", "lease_until")) == {(0, None)}

    factories.make_signing_keys()
    tasks.sweep()
    assert len(rung) == 3


def run(capsys, *arguments):
    call_command("signing_key", *map(str, arguments))
    return capsys.readouterr().out


def test_command_creates_both_and_lists_them_with_what_they_signed(capsys):
    assert run(capsys, "list") == "0 keys\n"
    out = run(capsys, "create", "--organisation", "試験省", "--years", 2)
    year = timezone.localdate(timezone=ZoneInfo("Asia/Tokyo")).year
    assert f"document-{year}-1 signs from now on, until {year + 2}-" in out
    assert f"credential-{year}-1 signs from now on" in out
    write_certificates(
        2,
        status="issued",
        issued_at=NOW,
        sha256="0" * 64,
        signing_key=SigningKey.objects.get(purpose="document"),
    )
    lines = run(capsys, "list").splitlines()
    assert "active" in lines[1]
    assert "2 certificates" in lines[1]
    assert "0 certificates" in lines[0]
    assert lines[2] == "2 keys"
    with pytest.raises(CommandError, match="rotate --purpose document"):
        run(capsys, "create", "--purpose", "document")


def test_command_says_what_rotation_and_revocation_would_do_and_does_it(capsys):
    name = create().name
    create("credential")
    for options in (["rotate", "--dry-run"], ["revoke", name, "--reason", "紛失", "--dry-run"]):
        assert "would be" in run(capsys, *options)
    assert not SigningKey.objects.exclude(retired_at=None, revoked_at=None).exists()

    out = run(capsys, "revoke", name, "--reason", "紛失")
    assert "0 certificates were signed with it: the register still confirms" in out
    assert "signing_key create --purpose document" in out
    with pytest.raises(CommandError, match="revoked already"):
        run(capsys, "revoke", name, "--reason", "紛失")
    assert "signs from now on" in run(capsys, "rotate")
    assert SigningKey.objects.filter(retired_at=None, revoked_at=None).count() == 2


def test_certificate_of_an_authority_is_brought_and_must_fit(capsys, tmp_path):
    now = timezone.now().replace(microsecond=0)
    term = {"valid_from": now, "valid_until": now + dt.timedelta(days=100)}
    private_key, own = make_signer(**term)
    chain, key_file = tmp_path / "chain.pem", tmp_path / "key.pem"
    private_key.write(key_file)
    options = ["--certificate", chain, "--private-key", key_file]

    chain.write_text(make_signer(**term)[1])
    with pytest.raises(CommandError, match="belongs to another key"):
        run(capsys, "create", *options)
    chain.write_text(make_signer()[1][:100])
    with pytest.raises(CommandError, match="cannot be read"):
        run(capsys, "create", *options)
    with pytest.raises(CommandError, match="belong together"):
        run(capsys, "create", "--certificate", chain)

    chain.write_text(own + make_signer()[1])
    assert "signs from now on" in run(capsys, "create", *options)
    key = SigningKey.objects.get()
    assert key.valid_until == term["valid_until"]
    assert keys.open_private_key(key=key).public_key == private_key.public_key
    assert "is retired" in run(capsys, "rotate", *options)
