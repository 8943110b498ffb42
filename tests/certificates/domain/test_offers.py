"""Who is shown to which towns: decided anew whenever it is asked."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from certificates.domain import offers
from certificates.models import Certificate, OfferBlock, TeachingOffer
from tests import factories
from tests.certificates.offers import (
    NOW,
    TEXT,
    TODAY,
    certify_one_more,
    make_bodies,
    make_certified,
    make_offer,
)
from training.domain.bodies import merge_bodies
from training.domain.merging import merge_learners
from training.models import Affiliation, Learner

pytestmark = pytest.mark.django_db


@pytest.fixture
def bodies(db):
    return make_bodies()


@pytest.fixture
def offer(bodies):
    return make_offer(bodies["nakayama"])


def seen_by(*towns, **fields):
    found = offers.find_offers(towns=[town.pk for town in towns], today=TODAY, **fields)
    return list(found)


def test_towns_see_their_own_area(offer, bodies):
    assert seen_by(bodies["nakayama"]) == [offer]
    assert seen_by(bodies["yamanobe"]) == []
    offer.areas.set([bodies["yamagata"]])
    assert seen_by(bodies["nakayama"]) == seen_by(bodies["yamanobe"]) == [offer]
    assert seen_by(bodies["yurihama"]) == []


def test_a_chosen_prefecture_shows_all_of_it(offer, bodies):
    assert seen_by(bodies["yurihama"], prefecture="060003") == [offer]
    assert seen_by(bodies["nakayama"], prefecture="310000") == []


def test_a_word_is_looked_for_in_the_text(offer, bodies):
    assert seen_by(bodies["nakayama"], word="少人数") == [offer]
    assert seen_by(bodies["nakayama"], word="パソコン") == []


def expire():
    Certificate.objects.update(expires_on=TODAY - dt.timedelta(days=1))


def revoke():
    Certificate.objects.update(status="revoked")


def supersede():
    Certificate.objects.update(status="superseded")


def refuse():
    Affiliation.objects.update(refused_at=NOW)


def erase():
    Learner.objects.update(erased_at=NOW)


def merge():
    Learner.objects.update(merged_into=factories.LearnerFactory())


def deactivate():
    user = Learner.objects.get().user
    user.is_active = False
    user.save()


@pytest.mark.parametrize(
    "happens",
    [expire, revoke, supersede, refuse, erase, merge, deactivate],
    ids=lambda f: f.__name__,
)
def test_hidden_at_once(offer, bodies, happens):
    assert seen_by(bodies["nakayama"])
    happens()
    assert seen_by(bodies["nakayama"]) == []
    assert offers.find_offer(pk=offer.pk, towns=["063029"], today=TODAY) is None


def test_shown_on_the_last_day(offer, bodies):
    Certificate.objects.update(expires_on=TODAY)
    assert seen_by(bodies["nakayama"]) == [offer]


def test_the_successor_of_a_certificate_counts(offer, bodies):
    old = Certificate.objects.get()
    Certificate.objects.filter(pk=old.pk).update(status="superseded")
    old.pk, old.supersedes_id, old.number, old.code = None, old.pk, 2, "2" * 13
    old.save()
    assert seen_by(bodies["nakayama"]) == [offer]


def test_one_refused_affiliation_does_not_hide_another(offer, bodies):
    refuse()
    factories.AffiliationFactory(
        learner=offer.learner,
        local_government=bodies["yamanobe"],
        ended_on=dt.date(2026, 3, 31),
    )
    assert seen_by(bodies["nakayama"]) == [offer]


def test_after_a_merger_it_is_the_kept_person_who_offers(offer, bodies):
    kept = factories.LearnerFactory(full_name="佐藤 花子")
    merge_learners(
        from_id=offer.learner_id, into_id=kept.pk, reason="二重登録", actor=None, now=NOW
    )
    [shown] = offers.show_offers(offers=seen_by(bodies["nakayama"]), today=TODAY)
    assert shown.name == "佐藤 花子"
    assert len(shown.certificates) == 1


def test_a_blocked_town_sees_nothing(offer, bodies):
    OfferBlock.objects.create(
        learner=offer.learner, local_government=bodies["nakayama"], blocked_at=NOW
    )
    assert seen_by(bodies["nakayama"]) == []
    assert offers.find_offer(pk=offer.pk, towns=["063029"], today=TODAY) is None
    assert seen_by(bodies["yamanobe"], prefecture="060003") == [offer]


def save(learner, bodies, **fields):
    given = {"areas": [bodies["nakayama"]], "name_shown": "full", "text": TEXT} | fields
    return offers.save_offer(learner=learner, today=TODAY, now=NOW, **given)


def test_a_blocked_town_sees_nothing_after_it_merged_either(offer, bodies):
    old, new = bodies["nakayama"], bodies["yamanobe"]
    OfferBlock.objects.create(learner=offer.learner, local_government=old, blocked_at=NOW)
    assert seen_by(new, prefecture="060003") == [offer]
    merge_bodies(old_codes=[old.pk], new=new, on=TODAY, actor=None, now=NOW)
    assert seen_by(new, prefecture="060003") == []
    assert offers.find_offer(pk=offer.pk, towns=[new.pk], today=TODAY) is None


def test_an_offer_is_made_once_changed_and_taken_back(bodies):
    learner = make_certified()
    save(learner, bodies)
    save(learner, bodies, text="別の内容", areas=[bodies["yamagata"]])
    offer = TeachingOffer.objects.get()
    assert (offer.text, list(offer.areas.all())) == ("別の内容", [bodies["yamagata"]])
    with pytest.raises(IntegrityError), transaction.atomic():
        make_offer(learner=learner)
    offers.take_back_offer(learner=learner)
    offers.take_back_offer(learner=learner)
    assert seen_by(bodies["nakayama"]) == []
    assert not TeachingOffer.objects.exists()


@pytest.mark.parametrize("happens", [revoke, refuse], ids=lambda f: f.__name__)
def test_nobody_else_can_make_one(bodies, happens):
    learner = make_certified()
    happens()
    with pytest.raises(offers.NotShowable):
        save(learner, bodies)
    assert not TeachingOffer.objects.exists()


@pytest.mark.parametrize(
    ("full_name", "chosen", "shown"),
    [
        ("髙橋 𠮷江", "full", "髙橋 𠮷江"),
        ("髙橋 𠮷江", "family", "髙橋"),
        ("辻󠄀　花子", "family", "辻󠄀"),
        ("髙橋𠮷江", "family", "髙"),
    ],
)
def test_the_name_is_shown_as_chosen(bodies, full_name, chosen, shown):
    offer = make_offer(bodies["nakayama"], name_shown=chosen)
    offer.learner.full_name = full_name
    assert offers.shown_name(offer=offer) == shown


@pytest.mark.parametrize(
    "text",
    [
        "a.b@example.jp へどうぞ",
        "ａ＠ｅｘａｍｐｌｅ．ｊｐ",
        "電話は090-1234-5678です",
        "０３（１２３４）５６７８",
        "+81 90 1234 5678",
        "09012345678",
        "0237ー62ー2111",
        "https://example.jp/me",
        "www.example.jp",
    ],
)
def test_ways_around_the_site_are_found(text):
    assert offers.holds_contact(text=text)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "2026年4月から、10人まで、1回90分",
        "令和8年度 第000123号",
        "2026-11-24 13:00-15:00",
        "0歳から100歳まで @公民館",
    ],
)
def test_other_numbers_are_left_alone(text):
    assert not offers.holds_contact(text=text)


@pytest.mark.parametrize("count", [1, 3])
def test_showing_takes_the_same_statements(bodies, count, django_assert_num_queries):
    first = make_offer(bodies["nakayama"], bodies["tottori"])
    for number in range(1, count):
        learner = certify_one_more(Certificate.objects.first(), full_name=f"別の 人{number}")
        make_offer(bodies["nakayama"], learner=learner)
    with django_assert_num_queries(4):
        found = seen_by(bodies["nakayama"])
        shown = offers.show_offers(offers=found, today=TODAY)
    assert len(shown) == count
    [one] = [each for each in shown if each.pk == first.pk]
    assert one.areas[0] == "山形県中山町"
    assert [title for title, _day in one.certificates] == ["デジタル活用支援 研修"]
