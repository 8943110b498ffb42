import logging

from django.dispatch import receiver
from django.utils import timezone

from certificates import tasks
from certificates.domain import issuing
from training.signals import course_completed

logger = logging.getLogger(__name__)


@receiver(course_completed)
def request_and_ring(sender: object, enrolment_id: int, **kwargs: object) -> None:
    """The learner's request ends here: nothing below may fail it, the sweep makes up for it."""
    try:
        certificate = issuing.request_certificate(enrolment_id=enrolment_id, now=timezone.now())
    except issuing.NoTemplate:
        logger.error("completion %s waits for a certificate template", enrolment_id)
        return
    if certificate:
        tasks.ring(tasks.issue, certificate.pk)
