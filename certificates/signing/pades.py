"""PAdES B-B with certification: nothing may be changed afterwards; PDF/A and PDF/UA stay true."""

import io
from datetime import datetime

from pyhanko.pdf_utils.extensions import DeveloperExtension
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.constants import ESIC_EXTENSION_1
from pyhanko.sign.signers.pdf_cms import Signer

from .cms import count_digits, make_builder, read_chain
from .keys import PrivateKey

FIELD = "IssuerSignature"
FIELD_LABEL = "発行者の電子署名"


class QuietWriter(IncrementalPdfFileWriter):
    """Adds the signature and nothing else. pyHanko would rewrite the XMP packet (another producer,
    the machine's clock, PDF/UA's schema in other words), and for P-256 declare PDF 2.0, which is
    not what PDF/A-3 builds on; PAdES needs the extension of PDF 1.7 only."""

    def _update_meta(self) -> None:
        pass

    def ensure_output_version(self, version: tuple[int, int]) -> None:
        pass

    def register_extension(self, ext: DeveloperExtension) -> None:
        if ext == ESIC_EXTENSION_1:
            super().register_extension(ext)


class DocumentSigner:
    """A private key with its certificate chain in PEM, read once per process."""

    def __init__(self, *, chain: str, private_key: PrivateKey) -> None:
        certificates = read_chain(chain)
        self.build_cms = make_builder(chain=certificates, sign=private_key.sign)
        self.described = Signer(signing_cert=certificates[0])
        self.bytes_reserved = count_digits(certificates)


METADATA = PdfSignatureMetadata(
    field_name=FIELD,
    md_algorithm="sha256",
    subfilter=SigSeedSubFilter.PADES,
    certify=True,
    docmdp_permissions=MDPPerm.NO_CHANGES,
)
# PDF/A forbids a hidden field, PDF/UA an untagged one on the page: it lies outside the page.
FIELD_SPEC = SigFieldSpec(
    FIELD,
    invis_sig_settings=InvisSigSettings(
        set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True
    ),
    readable_field_name=FIELD_LABEL,
)


def sign_pdf(content: bytes, *, signer: DocumentSigner, at: datetime) -> bytes:
    """`at` is the time that the signature claims."""
    pdf_signer = PdfSigner(METADATA, signer.described, new_field_spec=FIELD_SPEC)
    session = pdf_signer.init_signing_session(QuietWriter(io.BytesIO(content)))
    session.system_time = at
    document = session.prepare_tbs_document(
        validation_info=None, bytes_reserved=signer.bytes_reserved
    )
    prepared, output = document.digest_tbs_document()
    prepared.fill_with_cms(output, signer.build_cms(prepared.document_digest))
    return output.getvalue()
