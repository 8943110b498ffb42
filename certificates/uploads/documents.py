"""Runs in a child process: the file is a stranger's."""

import json


def pack(*, content: bytes, certificates: list[str]) -> bytes:
    """What `judge` takes: JSON has no line break, so the first one ends it."""
    return json.dumps(certificates).encode() + b"\n" + content


def judge(payload: bytes) -> bytes:
    """As JSON: `fingerprint` of the certificate that signed the file, or null; `is_encrypted`."""
    from certificates.signing.judging import judge_pdf  # heavy, and only the child needs it

    certificates, _line_break, content = payload.partition(b"\n")
    judgement = judge_pdf(content, certificates=json.loads(certificates))
    told = {"fingerprint": judgement.fingerprint, "is_encrypted": judgement.is_encrypted}
    return json.dumps(told).encode()
