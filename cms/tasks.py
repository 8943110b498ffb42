"""Housekeeping of the site."""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from cms.domain.cases import hand_on_left_cases
from training.domain.figures import rebuild_figures
from training.domain.mails import send_due_mails
from training.domain.quizzes import close_all_expired
from training.domain.retention import run_retention

logger = logging.getLogger(__name__)


@shared_task
def purge_broker() -> None:
    """The SQLAlchemy transport marks messages as read and never deletes them."""
    prefix = "sqla+sqlite:///"
    if not settings.CELERY_BROKER_URL.startswith(prefix):
        return
    path = Path(settings.CELERY_BROKER_URL.removeprefix(prefix))
    with closing(sqlite3.connect(path, timeout=20)) as connection, connection:
        connection.execute("DELETE FROM kombu_message WHERE visible = 0")


@shared_task
def publish_scheduled() -> None:
    """Pages and questions whose time has come; those whose time is over are taken back."""
    call_command("publish_scheduled")


@shared_task
def close_expired_attempts() -> None:
    """For learners who let the time run out and never came back."""
    close_all_expired(now=timezone.now())


@shared_task
def hand_on_cases() -> None:
    """What towns handed in and no approver was asked about."""
    hand_on_left_cases(now=timezone.now())


@shared_task
def send_mails() -> None:
    send_due_mails(now=timezone.now())


# Files of evidence are deleted one by one.
@shared_task(soft_time_limit=1800, time_limit=1900)
def run_nightly_retention() -> None:
    for each in run_retention(now=timezone.now(), is_dry_run=False):
        if each.problem:
            logger.error("retention of %s: %s", each.kept.name, each.problem)


# At a million enrolments it takes minutes.
@shared_task(soft_time_limit=1500, time_limit=1560)
def count_figures() -> None:
    rebuild_figures(now=timezone.now())
