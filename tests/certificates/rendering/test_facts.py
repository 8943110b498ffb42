import pytest

from certificates.rendering.facts import CertificateFacts
from tests.certificates.facts import FACTS


def test_facts_survive_json():
    assert CertificateFacts.from_json(FACTS.to_json()) == FACTS


def test_missing_or_unknown_facts_are_refused():
    data = FACTS.to_json()
    with pytest.raises(ValueError, match="number"):
        CertificateFacts.from_json({key: data[key] for key in data if key != "number"})
    with pytest.raises(ValueError, match="rank"):
        CertificateFacts.from_json(data | {"rank": "1"})
