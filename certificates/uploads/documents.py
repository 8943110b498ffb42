"""Runs in a child process: the file is a stranger's."""

import json


def pack(*, content: bytes, certificates: list[str]) -> bytes:
    """What `judge` takes: JSON has no line break, so the first one ends it."""
    return json.dumps(certificates).encode() + b"\n" + content


def judge(payload: bytes) -> bytes:
    """The fingerprint of the certificate that signed the file, or nothing."""
    from certificates.signing.judging import judge_pdf  # heavy, and only the child needs it

    certificates, _line_break, content = payload.partition(b"\n")
    judgement = judge_pdf(content, certificates=json.loads(certificates))
    return (judgement.fingerprint or "").encode()
