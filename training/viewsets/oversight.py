"""The ministry's page 「状況」: the whole programme, from stored figures."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from wagtail.admin.auth import permission_required

from training.clock import in_japan
from training.domain.figures import latest_build
from training.domain.oversight import (
    CERTIFIED,
    COMPLETED,
    ENROLLED,
    REGISTERED,
    Choice,
    Overview,
    Stage,
    find_waiting_mail,
    read_overview,
)
from training.models import FigureBuild
from training.seams import monthly_sources, waiting_sources
from training.tables.writing import CSV_TYPE, write_csv_lines

from . import oversight_charts as charts
from .figures import Figure, write_percent
from .oversight_charts import Chart, Labelled, PrefectureRow, write_count
from .oversight_form import FiguresForm, category_labels

PERMISSION = "lms_training.view_figures"
# Counted every ten minutes: later, nobody counts.
LATE = dt.timedelta(minutes=30)
CACHE_SECONDS = 900


@dataclass(frozen=True)
class Seen:
    """What is shown of one build under one choice."""

    build: FigureBuild
    form: FiguresForm
    choice: Choice

    @property
    def facts(self) -> dict[str, Any]:
        return self.build.facts


def _look(request: HttpRequest, now: dt.datetime) -> Seen | None:
    build = latest_build()
    if build is None:
        return None
    facts = build.facts
    form = FiguresForm(
        request.GET, courses=facts["courses"], prefectures=facts["prefectures"], now=now
    )
    return Seen(build, form, form.read())


@require_safe
@permission_required(PERMISSION)
def show_figures(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    page = {
        "header_title": _("Figures"),
        "page_title": _("Figures"),
        "header_icon": "view",
        "breadcrumbs_items": [
            {"url": reverse("wagtailadmin_home"), "label": _("Home")},
            {"url": "", "label": _("Figures")},
        ],
    }
    seen = _look(request, now)
    if seen is None:
        return render(request, "training/admin/oversight_empty.html", page)
    context = {
        "as_of": seen.build.as_of,
        "compared": _write_period(seen.choice),
        "health": _list_health(seen, now),
        **_draw_once(seen),
    }
    return render(request, "training/admin/oversight.html", page | context)


def _draw_once(seen: Seen) -> dict[str, SafeString]:
    """The same for everybody until figures are counted anew: drawing takes longer than the rest."""
    if seen.form.errors:
        return _draw_everything(seen)
    # Months that were not chosen follow the day.
    last = f"{seen.choice.period.last:%Y%m}"
    key = f"figures-{seen.facts['key']}-{last}-{seen.form.is_bound}-{seen.form.query()}"
    drawn: dict[str, SafeString] | None = cache.get(key)
    if drawn is None:
        drawn = _draw_everything(seen)
        cache.set(key, drawn, CACHE_SECONDS)
    return drawn


def _draw_everything(seen: Seen) -> dict[str, SafeString]:
    overview = read_overview(build=seen.build, choice=seen.choice)
    return {
        "fields": render_to_string("training/admin/oversight_fields.html", {"form": seen.form}),
        "drawn": render_to_string(
            "training/admin/oversight_drawn.html",
            {
                "charts": [draw(seen, overview) for draw in (CHARTS | TABLES).values()],
                "stale": _list_stale(seen),
                "query": seen.form.query(),
            },
        ),
    }


@require_safe
@permission_required(PERMISSION)
def figures_csv(request: HttpRequest, key: str) -> StreamingHttpResponse:
    draw = (CHARTS | TABLES).get(key)
    seen = _look(request, timezone.now())
    if draw is None or seen is None:
        raise Http404
    chart = draw(seen, read_overview(build=seen.build, choice=seen.choice))
    rows = [chart.headings, *([_plain(cell) for cell in row] for row in chart.rows)]
    response = StreamingHttpResponse(write_csv_lines(rows), content_type=CSV_TYPE)
    name = f"figures-{key}-{in_japan(seen.build.as_of):%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _plain(cell: str) -> str | int:
    """Numbers as numbers: a spreadsheet adds up no texts."""
    digits = cell.replace(",", "")
    return int(digits) if digits.isdecimal() and digits.isascii() else cell


def _write_period(choice: Choice) -> str:
    return _("%(first)s to %(last)s") % {
        "first": f"{choice.compared.first:%Y-%m}",
        "last": f"{choice.compared.last:%Y-%m}",
    }


def _modules(seen: Seen) -> list[Labelled]:
    for course in seen.facts["courses"]:
        if course["id"] == seen.choice.course_id:
            return [
                Labelled(
                    (Stage.MODULE, pk),
                    _("Module %(number)s") % {"number": number},
                    _("Module %(number)s: %(title)s") % {"number": number, "title": title},
                )
                for number, (pk, title) in enumerate(course["modules"], start=1)
            ]
    return []


def _ends() -> list[Labelled]:
    named = [
        (REGISTERED, _("Registered people")),
        (ENROLLED, _("Enrolled people")),
        (COMPLETED, _("Course completed")),
        (CERTIFIED, _("Certified")),
    ]
    return [Labelled(step, label, label) for step, label in named]


def draw_funnel(seen: Seen, overview: Overview) -> Chart:
    ends = _ends()
    return charts.draw_funnel(
        steps=[*ends[:2], *_modules(seen), *ends[2:]],
        total=overview.total,
        compared=overview.compared,
    )


def draw_months(seen: Seen, overview: Overview) -> Chart:
    return charts.draw_lines(
        key="months",
        title=_("Month by month"),
        months=seen.choice.period.months,
        series=[
            (each.long, lambda month, step=each.step: overview.months[month][step])
            for each in _ends()
        ],
    )


def draw_drop_off(seen: Seen, overview: Overview) -> Chart:
    return charts.draw_drop_off(steps=[_ends()[1], *_modules(seen)], total=overview.total)


def draw_categories(seen: Seen, overview: Overview) -> Chart:
    return charts.draw_categories(
        steps=_ends(),
        labels=category_labels(),
        counts=overview.categories,
        compared=overview.categories_compared,
    )


def draw_prefectures(seen: Seen, overview: Overview) -> Chart:
    measure, coverage = seen.form.on_map, seen.facts["coverage"]
    counts = {code: overview.prefectures.get(code, {}) for code in seen.facts["prefectures"]}
    most = {
        step: max((each.get(step, 0) for each in counts.values()), default=0) or 1
        for step in (REGISTERED, CERTIFIED)
    }
    rows = []
    for code, name in seen.facts["prefectures"].items():
        own, (covered, towns) = counts[code], coverage.get(code, (0, 0))
        share = covered / towns if towns else 0
        value = write_percent(share)
        if measure != "coverage":
            step = CERTIFIED if measure == "certified" else REGISTERED
            share, value = own.get(step, 0) / most[step], write_count(own.get(step, 0))
        cells = [
            *(write_count(own.get(step, 0)) for step in (REGISTERED, ENROLLED, CERTIFIED)),
            f"{covered} / {towns}",
            write_percent(covered / towns) if towns else "–",
        ]
        url = reverse("training:office", args=[code])
        rows.append(PrefectureRow(code, name, value, share, cells, url))
    titles = {
        "coverage": _("Municipalities with a certified person, by prefecture"),
        "certified": _("People certified in the period, by prefecture"),
        "registered": _("People registered in the period, by prefecture"),
    }
    covered, towns = (sum(pair[place] for pair in coverage.values()) for place in (0, 1))
    return charts.draw_tiles(
        title=titles[measure],
        description=_(
            "%(covered)s of %(towns)s municipalities have somebody whose certificate is valid "
            "today. The more squares are filled, the higher the number in the tile."
        )
        % {"covered": write_count(covered), "towns": write_count(towns)},
        headings=[
            _("Prefecture"),
            _("Registered people"),
            _("Enrolled people"),
            _("Certified"),
            _("Municipalities with a certified person"),
            _("Coverage"),
        ],
        rows=rows,
    )


def draw_certificates(seen: Seen, overview: Overview) -> Chart:
    """Of the whole programme: papers have neither category nor prefecture."""
    counts = seen.facts["monthly"]
    return charts.draw_lines(
        key="certificates",
        title=_("Certificates of the whole programme"),
        months=seen.choice.period.months,
        series=[
            (
                str(label),
                lambda month, name=name: counts.get(name, {}).get(f"{month:%Y-%m}", 0),
            )
            for name, (label, _count) in monthly_sources.items()
        ],
    )


def draw_questions(seen: Seen, _overview: Overview) -> Chart:
    rows, links = [], {}
    for place, each in enumerate(seen.facts["questions"]):
        value = each["discrimination"]
        rows.append(
            [
                each["key"],
                write_count(each["count"]),
                write_percent(each["facility"]),
                _("not defined: there is no variation") if value is None else f"{value:.2f}",
            ]
        )
        links[place] = reverse("lms_training_admin:question_statistics", args=[each["pk"]])
    return Chart(
        key="questions",
        title=_("Questions to look at"),
        description=_(
            "Of first attempts of the last year: fewer than 40 percent right, or hardly better "
            "answered by those who did well otherwise (discrimination below 0.2)."
        ),
        template="",
        headings=[_("Question"), _("Papers"), _("Facility"), _("Discrimination")],
        rows=rows,
        links=links,
    )


Draw = Callable[[Seen, Overview], Chart]
CHARTS: dict[str, Draw] = {
    "funnel": draw_funnel,
    "months": draw_months,
    "drop-off": draw_drop_off,
    "categories": draw_categories,
    "prefectures": draw_prefectures,
    "certificates": draw_certificates,
}
TABLES: dict[str, Draw] = {"questions": draw_questions}


def _list_health(seen: Seen, now: dt.datetime) -> list[Figure]:
    """The worker is alive if it counted lately; what waits and since when is read just now."""
    age = now - seen.build.as_of
    figures = [
        Figure(
            _("Last count by the worker"),
            _("%(time)s ago") % {"time": timesince(seen.build.as_of, now)},
            _("Late: the worker may have stopped.") if age > LATE else "",
        )
    ]
    mail = find_waiting_mail()
    figures.append(_write_waiting(_("Mails waiting"), mail.count, mail.oldest, now))
    figures += [
        Figure(_("Mails given up"), write_count(seen.facts["mail"]["given_up"])),
        Figure(_("Mails sent in a day"), write_count(seen.facts["mail"]["sent_last_day"])),
    ]
    figures += [_write_waiting(str(label), *find(), now) for label, find in waiting_sources]
    return figures


def _write_waiting(label: str, count: int, oldest: dt.datetime | None, now: dt.datetime) -> Figure:
    note = _("the oldest for %(time)s") % {"time": timesince(oldest, now)} if oldest else ""
    return Figure(label, write_count(count), note)


def show_day(text: str) -> str:
    return date_format(dt.date.fromisoformat(text), "DATE_FORMAT")


def _list_stale(seen: Seen) -> list[dict[str, Any]]:
    stale = seen.facts["stale"]
    kinds = [
        ("pages", _("Pages whose review date has passed"), "wagtailadmin_pages:edit"),
        (
            "questions",
            _("Questions whose review date has passed"),
            "wagtailsnippets_lms_training_question:edit",
        ),
    ]
    return [
        {
            "title": title,
            "count": stale[name]["count"],
            "rows": [
                {"url": reverse(url, args=[pk]), "title": text, "due": show_day(due)}
                for pk, text, due in stale[name]["first"]
            ],
            "more": stale[name]["count"] - len(stale[name]["first"]),
        }
        for name, title, url in kinds
    ]
