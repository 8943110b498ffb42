"""What the beat asks the workers to do, and how often."""

from typing import Any


def make_schedule(*, sweep: float, figures: float) -> dict[str, dict[str, Any]]:
    """Both in seconds: between two sweeps, and between two counts of the figures for oversight."""
    # A sweep that no worker took in time is void: a day without workers would leave thousands.
    return {
        "certificates.sweep": {
            "task": "certificates.tasks.sweep",
            "schedule": sweep,
            "options": {"expires": sweep},
        },
        "certificates.sweep_everything": {
            "task": "certificates.tasks.sweep",
            "schedule": 24 * 3600.0,
            "kwargs": {"everything": True},
            "options": {"expires": 3600},
        },
        "certificates.reconcile": {
            "task": "certificates.tasks.reconcile",
            "schedule": 24 * 3600.0,
            "options": {"expires": 3600},
        },
        "certificates.renew_status_lists": {
            "task": "certificates.tasks.renew_status_lists",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        "certificates.sweep_offices": {
            "task": "certificates.tasks.sweep_offices",
            "schedule": sweep,
            "options": {"expires": sweep},
        },
        "cms.send_mails": {
            "task": "cms.tasks.send_mails",
            "schedule": sweep,
            "options": {"expires": sweep},
        },
        "cms.retention": {
            "task": "cms.tasks.run_nightly_retention",
            "schedule": 24 * 3600.0,
            "options": {"expires": 3600},
        },
        "cms.close_expired_attempts": {
            "task": "cms.tasks.close_expired_attempts",
            "schedule": 60.0,
        },
        "cms.hand_on_cases": {"task": "cms.tasks.hand_on_cases", "schedule": 600.0},
        "cms.publish_scheduled": {
            "task": "cms.tasks.publish_scheduled",
            "schedule": 60.0,
            "options": {"expires": 60},
        },
        "cms.count_figures": {
            "task": "cms.tasks.count_figures",
            "schedule": figures,
            "options": {"expires": figures},
        },
        "cms.purge_broker": {"task": "cms.tasks.purge_broker", "schedule": 3600.0},
    }
