"""Officers of the learner's town, of another, of the prefecture, the ministry, and a learner."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from tests import factories
from training.models import LocalGovernment

TOWN = "063029"
OTHER_TOWN = "063011"
PREFECTURE = "060003"


@dataclass
class Cast:
    town: LocalGovernment
    other_town: LocalGovernment
    prefecture: LocalGovernment
    clients: dict[str, Client]
    users: dict[str, object]


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def make_cast() -> Cast:
    town = factories.MunicipalityFactory()
    other = factories.MunicipalityFactory(code=OTHER_TOWN, name="山辺町", kana="やまのべまち")
    users = {
        "officer": factories.AppointmentFactory(local_government=town).user,
        "other officer": factories.AppointmentFactory(local_government=other).user,
        "prefecture": factories.AppointmentFactory(local_government=town.prefecture).user,
        "ministry": factories.UserFactory(),
        "learner": factories.LearnerFactory().user,
    }
    users["ministry"].user_permissions.add(Permission.objects.get(codename="view_enrolment"))
    clients = {name: client_of(user) for name, user in users.items()} | {"anonymous": Client()}
    return Cast(town, other, town.prefecture, clients, users)


def make_person(town, *, name="髙橋 𠮷江", kana="タカハシ ヨシエ", confirmed=True, **fields):
    learner = factories.LearnerFactory(full_name=name, kana=kana)
    return factories.AffiliationFactory(
        learner=learner,
        local_government=town,
        confirmed_at=timezone.now() if confirmed else None,
        **fields,
    )


def days_ago(days: int) -> dt.datetime:
    return timezone.now() - dt.timedelta(days=days)
