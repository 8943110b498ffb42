"""The ministry's figures: who sees them, what is chosen in the URL, what is drawn and written."""

import csv
import datetime as dt
import io
import re

import pytest
from django.test import Client
from django.utils import timezone

from cms.models import InformationPage
from tests import factories
from training.domain.figures import rebuild_figures
from training.models import CoursePage, FigureBuild, ModuleCompletion, ModulePage

from .test_statistics_pages import sign_in

pytestmark = pytest.mark.django_db
URL = "/editor/training/figures/"
NOW = factories.NOW


@pytest.fixture
def viewer():
    return sign_in("view_figures")


def register(*, at=NOW, category="volunteer", **fields):
    learner = factories.LearnerFactory(registered_at=at, **fields)
    factories.AffiliationFactory(learner=learner, category=category, claimed_at=at)
    return learner


@pytest.fixture
def people(course):
    """Two registered now, one enrolled with a module done; one registered a year ago."""
    learner = register()
    register(category="supporter")
    register(at=NOW - dt.timedelta(days=365))
    enrolment = factories.make_enrolment(learner=learner, course=course)
    ModuleCompletion.objects.create(
        enrolment=enrolment, module=ModulePage.objects.get(), completed_at=NOW
    )
    rebuild_figures(now=NOW)


PERIOD = {"first": "2026-11", "last": "2026-11"}


def read_csv(client, key, **query):
    response = client.get(f"{URL}{key}.csv", PERIOD | query)
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("path", ["", "funnel.csv"])
def test_only_who_may_see_them_does(people, viewer, learner_client, path):
    assert viewer.get(URL + path).status_code == 200
    for client in (sign_in("view_enrolment"), learner_client, Client()):
        assert client.get(URL + path).status_code == 302
    assert viewer.post(URL + path).status_code == 405


def test_menu_leads_there_for_those_who_may(viewer):
    assert URL in viewer.get("/editor/").text
    assert URL not in sign_in("view_question").get("/editor/").text


def test_before_the_first_count_the_page_says_so(viewer, course):
    assert viewer.get(URL).status_code == 200
    assert "<svg role" not in viewer.get(URL).text
    assert viewer.get(f"{URL}funnel.csv").status_code == 404


def test_funnel_counts_the_period_and_the_one_beside_it(people, viewer):
    rows = read_csv(viewer, "funnel")[1:]
    assert [row[1] for row in rows] == ["2", "1", "1", "0", "0"]
    assert [row[3] for row in rows] == ["1", "0", "0", "0", "0"]
    assert [row[3] for row in read_csv(viewer, "funnel", compare="before")[1:]] == ["0"] * 5


def test_filters_choose(people, viewer):
    assert read_csv(viewer, "funnel", category="supporter")[1][1] == "1"
    assert read_csv(viewer, "funnel", prefecture="060003")[1][1] == "2"
    assert read_csv(viewer, "funnel", first="2025-11", last="2026-11")[1][1] == "3"
    months = read_csv(viewer, "months", first="2025-11", last="2026-11")[1:]
    assert [row[1] for row in months] == ["1", *["0"] * 11, "2"]
    assert [row[1] for row in read_csv(viewer, "categories")[1:]] == ["1", "1"]
    (yamagata,) = read_csv(viewer, "prefectures")[1:]
    assert yamagata[1:] == ["2", "1", "0", "0 / 1", "0%"]


@pytest.mark.parametrize(
    "query",
    [
        {"first": "x"},
        {"first": "2026-13"},
        {"first": "2026-11", "last": "2026-10"},
        {"first": "1990-01", "last": "2026-10"},
        {"course": "999"},
        {"prefecture": "'"},
        {"measure": "x"},
    ],
)
def test_what_makes_no_sense_is_told(people, viewer, query):
    page = viewer.get(URL, query)
    assert page.status_code == 200
    assert page.context["form"].errors


def test_every_drawing_has_a_name_a_description_and_a_table(people, viewer):
    page = viewer.get(URL, PERIOD).text
    drawings = re.findall(r'<svg role="(?:img|group)" aria-labelledby="(\S+) (\S+)"', page)
    assert len(drawings) == 6
    for title, description in drawings:
        assert re.search(f'<title id="{title}">[^<]+</title>', page)
        assert re.search(f'<desc id="{description}">[^<]+</desc>', page)
        assert f'<caption id="{title.removesuffix("-title")}-caption">' in page
        assert f"{title.removesuffix('-title')}.csv?first=2026-11&amp;last=2026-11" in page
    assert " style=" not in page[page.index('<div class="oversight">') :]
    assert '<a href="/learn/offices/060003/" class="oversight-tile"' in page


def test_cells_of_the_csv_run_nothing(course, viewer):
    register()
    module = ModulePage.objects.get()
    module.title = "=1+1"
    module.save_revision().publish()
    CoursePage.objects.update(title="@SUM(A1)")
    factories.make_enrolment(course=CoursePage.objects.get())
    build = rebuild_figures(now=NOW)
    build.facts["questions"] = [
        {"key": "=cmd", "pk": 1, "count": 30, "facility": 0.1, "discrimination": None}
    ]
    build.save()
    for key in ("funnel", "months", "drop-off", "categories", "prefectures", "questions"):
        for row in read_csv(viewer, key):
            assert not any(cell.startswith(tuple("=+-@\t\r＝＋－＠")) for cell in row), row
    assert read_csv(viewer, "questions")[1][0] == "'=cmd"


def test_health_tells_of_a_worker_that_stopped(people, viewer):
    fresh, late = timezone.now(), timezone.now() - dt.timedelta(hours=2)
    for as_of, is_late in ((fresh, False), (late, True)):
        FigureBuild.objects.update(as_of=as_of)
        (figure, *_rest) = viewer.get(URL).context["health"]
        assert bool(figure.note) is is_late


def test_stale_facts_lead_to_their_forms(people, viewer):
    module = ModulePage.objects.get()
    module.review_by = dt.date(2026, 11, 22)
    module.save()
    information = InformationPage(
        title="案内", slug="old", body=[("text", "<p>本文</p>")], review_by=dt.date(2026, 11, 22)
    )
    module.get_parent().get_parent().specific.add_child(instance=information)
    rebuild_figures(now=NOW)
    page = viewer.get(URL).text
    assert f"/editor/pages/{module.pk}/edit/" in page
    assert f"/editor/pages/{information.pk}/edit/" in page


@pytest.mark.parametrize("count", [1, 3])
def test_page_takes_the_same_statements(course, viewer, count, django_assert_max_num_queries):
    for _ in range(count):
        factories.make_enrolment(learner=register(), course=course)
    factories.make_course(slug=f"more-{count}")
    rebuild_figures(now=NOW)
    viewer.get(URL)
    with django_assert_max_num_queries(12) as statements:
        viewer.get(URL, {"last": "2026-10"})
    assert len(statements) == 12
    with django_assert_max_num_queries(11):
        viewer.get(URL)


@pytest.mark.parametrize("asked", [{"last": "0001-01"}, {"first": "0001-01", "last": "0001-02"}])
def test_months_before_all_calendars_are_answered(people, viewer, asked):
    assert viewer.get(URL, asked).status_code == 200
