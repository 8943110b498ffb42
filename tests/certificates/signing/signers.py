import datetime as dt

from certificates.signing.keys import FileKey, make_certificate
from certificates.signing.pades import DocumentSigner, sign_pdf

NOW = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
YEAR = dt.timedelta(days=365)


def certify(private_key, *, name="document-2026-1", valid_from=NOW, valid_until=NOW + YEAR):
    return make_certificate(
        public_key=private_key.public_key,
        sign=private_key.sign,
        name=name,
        organisation="試験省",
        valid_from=valid_from,
        valid_until=valid_until,
    )


def make_signer(**certified):
    private_key = FileKey.generate("p256")
    return private_key, certify(private_key, **certified)


def sign(content, private_key, chain, at=NOW):
    return sign_pdf(content, signer=DocumentSigner(chain=chain, private_key=private_key), at=at)
