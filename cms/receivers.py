import logging

from django.dispatch import receiver
from kombu.exceptions import OperationalError

from cms import tasks
from training.signals import mail_queued

logger = logging.getLogger(__name__)


@receiver(mail_queued)
def send_at_once(sender: object, **kwargs: object) -> None:
    """Without a broker the mail goes out with the next sweep."""
    try:
        tasks.send_mails.delay()
    except OperationalError:
        logger.warning("the broker does not answer: mail waits for the sweep")
