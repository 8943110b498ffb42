import pytest

from certificates.domain import issuing, production
from certificates.rendering.errors import RenderingError
from certificates.signing import pades
from tests import factories


@pytest.fixture
def printed(monkeypatch):
    """A PDF for those who do not look at it: quick, and another one for other facts."""

    def render(facts, **_more):
        if facts.course_title == "印刷できない":
            raise RenderingError
        return f"%PDF {facts}".encode()

    monkeypatch.setattr(production, "render_pdf", render)
    monkeypatch.setattr(pades, "sign_pdf", lambda content, **_: content)


@pytest.fixture
def issue(db, printed):
    """Issue a certificate to a new learner, or to one who completed before."""
    factories.make_certificate_template()
    course = factories.make_course()

    def issue(enrolment=None, now=factories.NOW, **learner):
        if enrolment is None:
            enrolment = factories.make_enrolment(
                learner=factories.LearnerFactory(**learner), course=course, completed_at=now
            )
        made = issuing.request_certificate(enrolment_id=enrolment.pk, now=now)
        assert production.issue_certificate(certificate_id=made.pk, now=now)
        made.refresh_from_db()
        return made

    return issue
