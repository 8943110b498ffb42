import logging
from typing import Any

from allauth.account.internal.flows.login import clear_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone
from kombu.exceptions import OperationalError
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from cms import tasks
from cms.accounts import sessions
from cms.domain import search_index
from cms.models import GlossaryTerm
from training.signals import mail_queued

logger = logging.getLogger(__name__)


@receiver(mail_queued)
def send_at_once(sender: object, **kwargs: object) -> None:
    """Without a broker the mail goes out with the next sweep."""
    try:
        tasks.send_mails.delay()
    except OperationalError:
        logger.warning("the broker does not answer: mail waits for the sweep")


@receiver(user_logged_in)
def begin_session(sender: object, request: Any, user: Any, **kwargs: object) -> None:
    sessions.begin(request.session, user, now=timezone.now())


@receiver(authenticator_added)
def note_second_factor(sender: object, request: Any, authenticator: Any, **kwargs: object) -> None:
    """Setting one up shows it. Recovery codes are made by the way."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(
            request, request.user, "mfa", id=authenticator.pk, type=authenticator.type
        )


@receiver(authenticator_removed)
def forget_second_factor(sender: object, request: Any, user: Any, **kwargs: object) -> None:
    """Without any left, who works here sets one up again before going on."""
    if not Authenticator.objects.filter(user=user).exists():
        clear_authentication_records(request)


@receiver(page_published)
def find_page(sender: object, instance: Page, **kwargs: object) -> None:
    search_index.index_page(page=instance)


@receiver(post_save, sender=GlossaryTerm)
def find_term(sender: object, instance: GlossaryTerm, **kwargs: object) -> None:
    search_index.index_term(term=instance)


@receiver(page_unpublished)
def lose_page(sender: object, instance: Page, **kwargs: object) -> None:
    search_index.forget_page(page=instance)
