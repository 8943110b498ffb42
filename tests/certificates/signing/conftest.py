import datetime as dt

import pytest

from certificates.rendering.pdf import render_pdf
from certificates.signing.pades import DocumentSigner, sign_pdf
from tests.certificates.facts import FACTS
from tests.certificates.signing.signers import NOW, make_signer


@pytest.fixture(scope="session")
def unsigned():
    return render_pdf(FACTS)


@pytest.fixture(scope="session")
def signer():
    return make_signer()


@pytest.fixture(scope="session")
def signed(unsigned, signer):
    private_key, certificate = signer
    document_signer = DocumentSigner(chain=certificate, private_key=private_key)
    return sign_pdf(unsigned, signer=document_signer, at=NOW + dt.timedelta(seconds=1))
