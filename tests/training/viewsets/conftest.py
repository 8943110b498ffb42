import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from cms import roles
from tests import factories


def sign_in(*groups):
    user = factories.UserFactory()
    user.groups.add(*groups)
    client = Client()
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def keeper(db):
    """May do everything with questions and quizzes."""
    return sign_in(roles.make_group(roles.QUESTION_KEEPERS))


@pytest.fixture
def supporter(db):
    """May grant allowances."""
    return sign_in(roles.make_group(roles.SUPPORT))


@pytest.fixture
def page_editor(db):
    """An editor of pages, with nothing to do with questions."""
    return sign_in(roles.make_group(roles.EDITORS), Group.objects.get(name="Moderators"))


def admin_url(name, *args, model="question"):
    return reverse(f"wagtailsnippets_lms_training_{model}:{name}", args=args)


def question_form(**fields):
    """What a browser posts for a question without choices; `choices` and `parts` are rows."""
    rows = {name: fields.pop(name, []) for name in ("choices", "parts")}
    data = {
        "key": "q-new",
        "kind": "single_choice",
        "stem-count": "1",
        "stem-0-deleted": "",
        "stem-0-order": "0",
        "stem-0-type": "text",
        "stem-0-id": "",
        "stem-0-value": '{"blocks":[{"key":"a","text":"問いの文","type":"unstyled","depth":0,'
        '"inlineStyleRanges":[],"entityRanges":[],"data":{}}],"entityMap":{}}',
        "explanation": "解説",
        "passage_module": "",
        "passage_heading": "",
        "source": "",
        "source_url": "",
        "certainty": "primary",
        "as_of": "",
        "review_by": "",
        "tags": "",
        "difficulty": "medium",
    } | fields
    for name, forms in rows.items():
        data |= {
            f"{name}-TOTAL_FORMS": str(len(forms)),
            f"{name}-INITIAL_FORMS": str(sum("id" in form for form in forms)),
            f"{name}-MIN_NUM_FORMS": "0",
            f"{name}-MAX_NUM_FORMS": "1000",
        }
        for number, form in enumerate(forms):
            for field, value in ({"id": "", "ORDER": str(number + 1)} | form).items():
                data[f"{name}-{number}-{field}"] = value
    return data


CHOICES = [{"text": "ア", "is_right": "on"}, {"text": "イ"}]
