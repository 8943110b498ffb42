"""Figures of classical test theory. Each is None where it is not defined, such as without variance.

Checked against published examples and a second implementation in tests/training/domain/.
"""

import statistics
from collections.abc import Sequence

# A sum of shares such as thirds depends on the order of adding in its last digit; so small a
# difference is not variance.
DIGITS = 9


def _round(values: Sequence[float]) -> list[float]:
    return [round(value, DIGITS) for value in values]


def correlate(xs: Sequence[float], ys: Sequence[float]) -> float | None:
    """Pearson's r; with one of the two only 0 and 1 it is the point-biserial correlation."""
    xs, ys = _round(xs), _round(ys)
    if len(set(xs)) < 2 or len(set(ys)) < 2:
        return None
    return max(-1.0, min(1.0, statistics.correlation(xs, ys)))


def find_alpha(rows: Sequence[Sequence[float]]) -> float | None:
    """Cronbach's alpha of papers × questions: k/(k−1) · (1 − Σ variance of each question / variance
    of the sums). At most 1, and below 0 where questions contradict each other."""
    questions = list(zip(*rows, strict=True))
    sums = _round([sum(row) for row in rows])
    if len(questions) < 2 or len(set(sums)) < 2:
        return None
    variances = sum(statistics.pvariance(question) for question in questions)
    alpha = len(questions) / (len(questions) - 1) * (1 - variances / statistics.pvariance(sums))
    return min(1.0, float(alpha))
