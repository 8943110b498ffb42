"""The archive in an S3-compatible bucket, as KATSUYO_S3_BUCKET sets it up."""

import hashlib
import json
import os
import subprocess
import sys

import boto3
import pytest
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from moto.server import ThreadedMotoServer

from certificates.domain import issuing, production
from certificates.models import Certificate
from tests import factories
from tests.services import ROOT

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": "ap-northeast-1",
}
READ_SETTINGS = """import json
from cms.settings.site import STORAGES
print(json.dumps(STORAGES["certificates"]))"""


@pytest.fixture
def bucket(settings, monkeypatch, tmp_path):
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    environment = {
        "KATSUYO_HOME": str(tmp_path / "home"),
        "KATSUYO_S3_BUCKET": "certificates",
        "KATSUYO_S3_ENDPOINT": f"http://{host}:{port}",
    }
    resource = boto3.resource("s3", endpoint_url=environment["KATSUYO_S3_ENDPOINT"])
    made = resource.create_bucket(
        Bucket="certificates",
        CreateBucketConfiguration={"LocationConstraint": CREDENTIALS["AWS_DEFAULT_REGION"]},
    )
    done = subprocess.run(
        [sys.executable, "-c", READ_SETTINGS],
        cwd=ROOT,
        env=os.environ | environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    settings.STORAGES = settings.STORAGES | {"certificates": json.loads(done.stdout)}
    # The field's own was made when its model was.
    monkeypatch.setattr(Certificate._meta.get_field("file"), "storage", storages["certificates"])
    yield made
    server.stop()


def test_certificate_lives_in_a_bucket(db, bucket, capsys, client):
    factories.make_certificate_template()
    enrolment = factories.make_enrolment(completed_at=factories.NOW)
    made = issuing.request_certificate(enrolment_id=enrolment.pk, now=factories.NOW)
    assert production.issue_certificate(certificate_id=made.pk, now=factories.NOW)

    made.refresh_from_db()
    assert made.file.name in {
        each.key.removeprefix("certificates/") for each in bucket.objects.all()
    }
    client.force_login(enrolment.learner.user)
    response = client.get(f"/certificates/{made.pk}/certificate.pdf")
    assert hashlib.sha256(response.getvalue()).hexdigest() == made.sha256
    call_command("register", "verify")

    bucket.objects.filter(Prefix=f"certificates/{made.file.name}").delete()
    with pytest.raises(CommandError):
        call_command("register", "verify")
    assert f"{made.number_text}: the file is missing" in capsys.readouterr().err
