"""Thin: ids in, one domain call. The database decides again whether anything is due."""

import logging
from datetime import timedelta

from celery import Task, shared_task
from celery.signals import worker_process_init
from django.core.mail import mail_admins
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from certificates.conf import lease_seconds
from certificates.credentials import linked_data
from certificates.domain import (
    audit,
    issuing,
    keys,
    lists,
    production,
    status_lists,
    webhooks,
)
from certificates.rendering.pdf import check_libraries, warm_up

logger = logging.getLogger(__name__)
SWEEP_LIMIT = 500
# The frequent sweep looks back this far; the daily one over everything.
SWEEP_WINDOW = timedelta(days=3)


@worker_process_init.connect
def prepare_worker(**kwargs: object) -> None:
    for warning in check_libraries():
        logger.warning("%s", warning)
    warm_up()
    linked_data.warm_up()


@shared_task
def issue(certificate_id: int) -> None:
    try:
        production.issue_certificate(certificate_id=certificate_id, now=timezone.now())
    except keys.NoSigningKey as error:
        logger.error("certificate %s waits for a signing key (%s)", certificate_id, error)


def ring(task: Task, pk: int) -> None:
    """Whoever asked must not fail with the broker: a sweep rings again."""
    try:
        task.delay(pk)
    except OperationalError:
        logger.warning("the broker is down; a sweep will ring %s for %s", task.name, pk)


@shared_task
def sweep(everything: bool = False) -> None:
    """Find what a lost signal, a dead worker or a dead broker left behind, and ring again."""
    now = timezone.now()
    after = None if everything else now - SWEEP_WINDOW
    for enrolment_id in issuing.find_uncertified(completed_after=after, limit=SWEEP_LIMIT):
        try:
            issuing.request_certificate(enrolment_id=enrolment_id, now=now)
        except Exception:  # one row that cannot be served must not keep the others waiting
            logger.exception("no certificate for completion %s", enrolment_id)
    # Each was told when it came; to count all of them takes a while.
    if everything and (waiting := issuing.count_without_template()):
        logger.error("%s completions wait for a certificate template", waiting)
    if missing := keys.find_missing(now=now):
        if waiting := production.count_pending():
            logger.error("%s certificates wait for a key to sign %s", waiting, ", ".join(missing))
        return
    for certificate_id in production.find_due(now=now, limit=SWEEP_LIMIT):
        # Void once the lease of whoever took it up first would be over: the sweep rings again.
        issue.apply_async((certificate_id,), expires=lease_seconds())


@shared_task
def renew_status_lists() -> None:
    """What a verifier of badges reads of revocations; soon after one, and daily."""
    now = timezone.now()
    try:
        key = keys.active_key(purpose=keys.Purpose.CREDENTIAL, now=now)
    except keys.NoSigningKey:
        logger.error("the lists of revoked badges cannot be renewed without a key")
        return
    sign = keys.open_private_key(key=key).sign
    status_lists.renew_status_lists(key=key, sign=sign, now=now)


# Lists the whole archive, twice if something differs.
@shared_task(soft_time_limit=3600, time_limit=3900)
def reconcile() -> None:
    """Tell the administrators of every difference; numbers and counts only, no names."""
    found = audit.reconcile()
    counts = "\n".join(f"{name}: {count}" for name, count in found.counts.items())
    if not found.differences:
        logger.info("register, rows and archive agree: %s", counts.replace("\n", ", "))
        return
    for difference in found.differences:
        logger.error("%s", difference)
    mail_admins(
        _("Certificates: register, rows and archive differ"),
        "\n".join([*found.differences, "", counts]),
        fail_silently=False,
    )


@shared_task
def answer_list(list_id: int) -> None:
    lists.answer_list(list_id=list_id, now=timezone.now())


@shared_task
def deliver(delivery_id: int) -> None:
    webhooks.deliver(delivery_id=delivery_id, now=timezone.now())


@shared_task
def sweep_offices() -> None:
    """What town halls wait for, and what is kept for a day only."""
    now = timezone.now()
    lists.delete_expired(now=now)
    for list_id in lists.find_due(now=now, limit=SWEEP_LIMIT):
        answer_list.apply_async((list_id,), expires=lease_seconds())
    for delivery_id in webhooks.find_due(now=now, limit=SWEEP_LIMIT):
        deliver.apply_async((delivery_id,), expires=lease_seconds())
