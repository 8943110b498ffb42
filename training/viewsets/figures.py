"""Statistics in words, for the pages and the panel of the editors."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.domain.quiz_statistics import QuizStatistics, Reliability
from training.domain.statistics import (
    MINIMUM,
    AnswerCount,
    QuestionStatistics,
    explain_too_few,
)

from .charts import Chart, Row


class Figure(NamedTuple):
    label: str
    value: str
    note: str = ""


def round_half_up(value: float, *, digits: int = 0) -> str:
    """As people do it by hand: 12.5 is 13, and 87.65 is 87.7. What a float adds in its last digits
    is no part of the figure."""
    step = Decimal(1).scaleb(-digits)
    return str(Decimal(f"{value:.9f}").quantize(step, ROUND_HALF_UP))


def write_percent(share: float) -> str:
    return f"{round_half_up(share * 100)}%"


def write_duration(duration: timedelta) -> str:
    minutes, seconds = divmod(round(duration.total_seconds()), 60)
    return _("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": seconds}


def _write(value: float | None) -> str:
    return _("not defined: there is no variation") if value is None else f"{value:.2f}"


def list_question_figures(statistics: QuestionStatistics) -> list[Figure]:
    count = Figure(_("Papers"), str(statistics.count))
    if statistics.is_too_few or statistics.facility is None:
        return [count]
    discrimination = _write(statistics.discrimination)
    if statistics.compared < MINIMUM:
        # Papers with another graded question.
        discrimination = explain_too_few(statistics.compared)
    time = _("not known: %(why)s") % {"why": explain_too_few(statistics.timed)}
    if statistics.median_time is not None:
        time = write_duration(statistics.median_time)
    return [
        count,
        Figure(
            _("Facility"),
            write_percent(statistics.facility),
            _("Mean share of the point: 100 percent if everybody was right."),
        ),
        Figure(
            _("Discrimination"),
            discrimination,
            _(
                "Point-biserial correlation with the rest of the score, this question left out. "
                "About 0.2 and more is good; below 0, look at the key."
            ),
        ),
        Figure(
            _("Median time"),
            time,
            _("Approximate: from the save before to the first save of this question alone."),
        ),
    ]


def _judge(answer: AnswerCount) -> tuple[str, str]:
    if not answer.text:
        return "–", _("no answer")
    if answer.fraction is None:
        return "?", _("no longer a choice")
    if answer.fraction == 1:
        return "○", _("right")
    return ("△", _("partly right")) if answer.fraction else ("×", _("wrong"))


def draw_answers(statistics: QuestionStatistics) -> Chart:
    rows = []
    for number, answer in enumerate(statistics.answers, start=1):
        mark, words = _judge(answer)
        cells = [
            str(number),
            answer.text or _("(no answer)"),
            f"{mark} {words}",
            str(answer.count),
            write_percent(answer.share),
        ]
        rows.append(Row(str(number), mark, answer.count, cells))
    common = statistics.answers[0]
    return Chart(
        key="answers",
        title=_("Answers given"),
        description=_("The most frequent of %(count)s: “%(text)s” (%(share)s).")
        % {
            "count": len(rows),
            "text": common.text or _("(no answer)"),
            "share": write_percent(common.share),
        },
        headings=[_("No."), _("Answer"), _("Result"), _("Papers"), _("Share")],
        rows=rows,
    )


def _write_reliability(reliability: Reliability) -> Figure:
    note = ngettext(
        "Over %(papers)s papers with the same %(questions)s graded question.",
        "Over %(papers)s papers with the same %(questions)s graded questions.",
        reliability.questions,
    ) % {"papers": reliability.papers, "questions": reliability.questions}
    if reliability.left_out:
        note += " " + ngettext(
            "%(count)s paper with other questions is left out.",
            "%(count)s papers with other questions are left out.",
            reliability.left_out,
        ) % {"count": reliability.left_out}
    value = reliability.too_few or _write(reliability.alpha)
    if not reliability.too_few and reliability.questions < 2:
        value = _("not defined: there is one question only")
    return Figure(_("Cronbach's alpha"), value, note)


def list_quiz_figures(statistics: QuizStatistics) -> list[Figure]:
    count = Figure(_("Papers"), str(statistics.count))
    if statistics.is_too_few:
        return [count]
    return [
        count,
        Figure(_("Mean score"), f"{round_half_up(statistics.mean or 0, digits=1)}%"),
        Figure(_("Median score"), f"{round_half_up(statistics.median or 0, digits=1)}%"),
        Figure(_("Pass rate"), write_percent(statistics.pass_rate or 0)),
        Figure(_("Median duration"), write_duration(statistics.median_duration or timedelta())),
        _write_reliability(statistics.reliability or Reliability(None, 0, 0, 0)),
    ]


def draw_scores(statistics: QuizStatistics) -> Chart:
    rows = []
    for each in statistics.bins:
        ends = {"low": each.low, "high": each.high}
        name = _("%(low)s%% to below %(high)s%%") % ends
        if each.high == 100:
            name = _("%(low)s%% to %(high)s%%") % ends
        cells = [name, str(each.count), write_percent(each.share)]
        rows.append(Row(str(each.low), "", each.count, cells))
    highest = max(statistics.bins, key=lambda each: each.count)
    return Chart(
        key="scores",
        title=_("Distribution of scores"),
        description=_("Most papers, %(count)s, lie between %(low)s%% and %(high)s%%.")
        % {"count": highest.count, "low": highest.low, "high": highest.high},
        headings=[_("Score"), _("Papers"), _("Share")],
        rows=rows,
    )
