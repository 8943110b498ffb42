from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any, Self

DATES = ("completed_on", "issued_on", "expires_on")


@dataclass(frozen=True, kw_only=True)
class CertificateFacts:
    """Everything a certificate says, frozen when its row is written.

    `number` is as printed (令和8年度 第000123号); `code` in display form; `verify_url` goes into
    the QR code, `verify_host_text` is the address to type.
    """

    full_name: str
    former_name: str
    course_title: str
    study_minutes: int
    completed_on: date
    issued_on: date
    expires_on: date | None
    number: str
    code: str
    verify_url: str
    verify_host_text: str
    title: str
    wording: str
    issuer_office: str
    issuer_title: str
    issuer_name: str
    is_specimen: bool

    def to_json(self) -> dict[str, Any]:
        data = asdict(self)
        return data | {name: data[name] and data[name].isoformat() for name in DATES}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Raises ValueError if a fact is missing or unknown: nothing is ever guessed."""
        known = {field.name for field in fields(cls)}
        if data.keys() != known:
            raise ValueError(f"facts differ by {sorted(data.keys() ^ known)}")
        return cls(**data | {name: data[name] and date.fromisoformat(data[name]) for name in DATES})
