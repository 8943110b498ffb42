"""地域の修了者: who is shown to towns, to which, and with what name."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from certificates.models import Certificate, TeachingOffer
from certificates.models.offers import has_affiliation, has_valid_certificate
from training.models import Learner, LocalGovernment

MAX_AREAS = 30
# What a telephone number may hold between its digits, once folded to half width.
_BETWEEN = r"[\s\-‐‑–—―ーｰ()・.]*"
_PHONE = re.compile(rf"(?<!\d)(?:\+81{_BETWEEN}\d|0)(?:{_BETWEEN}\d){{8,10}}(?!\d)")
_ADDRESS = re.compile(r"[^\s@]@[^\s@]+\.[^\s@]|https?://|\bwww\.", re.IGNORECASE)


class NotShowable(Exception):
    """Without a valid certificate, or with an affiliation that was refused, nobody is shown."""


class State(Enum):
    """Why a learner is not shown, if so."""

    SHOWN = "shown"
    NO_CERTIFICATE = "no_certificate"
    REFUSED = "refused"


@dataclass(frozen=True)
class OfferShown:
    """What towns see of a person. `certificates` are titles of courses with the day of issue."""

    pk: int
    name: str
    text: str
    areas: list[str]
    certificates: list[tuple[str, date]]


def holds_contact(*, text: str) -> bool:
    """Whether there is an e-mail address, a telephone number or a web address in it."""
    folded = unicodedata.normalize("NFKC", text)
    return bool(_ADDRESS.search(folded) or _PHONE.search(folded))


def family_name(*, full_name: str) -> str:
    """What stands before the first space; "" where there is none to tell by."""
    family, _space, given = " ".join(full_name.split()).partition(" ")
    return family if given else ""


def shown_name(*, offer: TeachingOffer) -> str:
    full_name = offer.learner.full_name
    if offer.name_shown == TeachingOffer.NameShown.FULL:
        return full_name
    # A name corrected since may have lost its space: then its first character is enough.
    return family_name(full_name=full_name) or full_name[:1]


def read_state(*, learner: Learner, today: date) -> State:
    person = Learner.objects.filter(pk=learner.pk)
    if not person.filter(has_valid_certificate(learner="pk", today=today)).exists():
        return State.NO_CERTIFICATE
    if not person.filter(has_affiliation(learner="pk")).exists():
        return State.REFUSED
    return State.SHOWN


def save_offer(
    *,
    learner: Learner,
    areas: Sequence[LocalGovernment],
    name_shown: str,
    text: str,
    today: date,
    now: datetime,
) -> TeachingOffer:
    """Make the learner's one offer, or change it. Raises NotShowable."""
    if read_state(learner=learner, today=today) != State.SHOWN:
        raise NotShowable
    with transaction.atomic():
        offer, _made = TeachingOffer.objects.update_or_create(
            learner=learner,
            defaults={"name_shown": name_shown, "text": text, "changed_at": now},
        )
        offer.areas.set(areas)
    return offer


def take_back_offer(*, learner: Learner) -> None:
    """From this moment no town sees it; nothing of it is kept."""
    TeachingOffer.objects.filter(learner=learner).delete()


def find_offers(
    *, towns: Collection[str], prefecture: str = "", word: str = "", today: date
) -> QuerySet[TeachingOffer]:
    """Those that officers of these towns see: of their own area, or of a whole `prefecture` with
    all its municipalities. `word` is looked for in the text."""
    bodies = LocalGovernment.objects.all()
    if prefecture:
        codes = set(
            bodies.filter(Q(pk=prefecture) | Q(prefecture=prefecture)).values_list("pk", flat=True)
        )
    else:
        above = bodies.filter(pk__in=towns).values_list("prefecture_id", flat=True)
        codes = {*towns, *(code for code in above if code)}
    offers = TeachingOffer.objects.shown(today=today).in_areas(codes=codes)
    offers = offers.not_blocking(codes=towns)
    if word:
        offers = offers.filter(text__icontains=word)
    return offers.select_related("learner").order_by("-changed_at", "-pk")


def find_offer(*, pk: int, towns: Collection[str], today: date) -> TeachingOffer | None:
    """None if it is not shown, or not to these towns."""
    offers = TeachingOffer.objects.shown(today=today).not_blocking(codes=towns)
    return offers.select_related("learner__user").filter(pk=pk).first()


def show_offers(*, offers: Sequence[TeachingOffer], today: date) -> list[OfferShown]:
    """Two statements for any number of them."""
    titles: dict[int, list[tuple[str, date]]] = defaultdict(list)
    certificates = Certificate.objects.valid(today=today).filter(
        enrolment__learner__in=[offer.learner_id for offer in offers]
    )
    for learner, facts in certificates.order_by("pk").values_list("enrolment__learner", "facts"):
        issued_on = date.fromisoformat(facts["issued_on"])
        titles[learner].append((facts["course_title"], issued_on))
    through = TeachingOffer.areas.through.objects.filter(teachingoffer__in=offers)
    areas = defaultdict(list)
    for each in through.select_related("localgovernment__prefecture").order_by("localgovernment"):
        areas[each.teachingoffer_id].append(name_area(body=each.localgovernment))
    return [
        OfferShown(
            pk=offer.pk,
            name=shown_name(offer=offer),
            text=offer.text,
            areas=areas[offer.pk],
            certificates=titles[offer.learner_id],
        )
        for offer in offers
    ]


def name_area(*, body: LocalGovernment) -> str:
    if body.prefecture_id:
        return str(body)
    return _("all of %(prefecture)s") % {"prefecture": body.name}
