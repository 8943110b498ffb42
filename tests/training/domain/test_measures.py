"""The arithmetic against published examples and a second implementation from the definitions."""

from fractions import Fraction
from math import isclose, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.domain.measures import correlate, find_alpha

# “How to Calculate Cronbach's Alpha in Python” (statology.org): ten customers, three questions;
# pingouin.cronbach_alpha gives 0.7734375.
SURVEY = {
    "Q1": [1, 2, 2, 3, 2, 2, 3, 3, 2, 3],
    "Q2": [1, 1, 1, 2, 3, 3, 2, 3, 3, 3],
    "Q3": [1, 1, 2, 1, 2, 3, 3, 3, 2, 3],
}
shares = st.sampled_from([0.0, 1 / 3, 0.5, 2 / 3, 1.0])
papers = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(shares, min_size=width, max_size=width), max_size=40)
)


def test_alpha_of_the_published_survey():
    assert find_alpha(list(zip(*SURVEY.values(), strict=True))) == pytest.approx(0.7734375)


def test_point_biserial_of_the_published_example():
    """scipy.stats.pointbiserialr, example of its documentation: 0.8660254037844386."""
    assert correlate([0, 0, 0, 1, 1, 1, 1], list(range(7))) == pytest.approx(0.8660254037844386)


def covariance(xs, ys):
    """From the definition, in exact fractions, over pairs of papers rather than by the means."""
    n = len(xs)
    xs, ys = [Fraction(x) for x in xs], [Fraction(y) for y in ys]
    pairs = ((i, j) for i in range(n) for j in range(i))
    return sum(((xs[i] - xs[j]) * (ys[i] - ys[j]) for i, j in pairs), Fraction(0)) / n**2


def oracle_alpha(rows):
    """k·c̄ / (v̄ + (k−1)·c̄): mean covariance and mean variance, not the formula of the module."""
    columns = list(zip(*rows, strict=True))
    k = len(columns)
    variances = [covariance(column, column) for column in columns]
    between = [covariance(columns[i], columns[j]) for i in range(k) for j in range(k) if i != j]
    mean_between = sum(between, Fraction(0)) / (k * (k - 1))
    return float(k * mean_between / (sum(variances) / k + (k - 1) * mean_between))


def oracle_point_biserial(rights, scores):
    """(mean of those who were right − mean of the others) / deviation · √(p·q)."""
    ones = [score for right, score in zip(rights, scores, strict=True) if right]
    zeros = [score for right, score in zip(rights, scores, strict=True) if not right]
    n = len(scores)
    mean = sum(scores) / n
    deviation = sqrt(sum((score - mean) ** 2 for score in scores) / n)
    gap = sum(ones) / len(ones) - sum(zeros) / len(zeros)
    return gap / deviation * sqrt(len(ones) * len(zeros) / n**2)


@given(papers)
def test_alpha_equals_the_second_implementation_and_is_at_most_one(rows):
    alpha = find_alpha(rows)
    if alpha is None:
        sums = {round(sum(row), 9) for row in rows}
        assert len(sums) < 2 or len(rows[0]) < 2
    else:
        assert alpha <= 1
        assert isclose(alpha, oracle_alpha(rows), rel_tol=1e-6, abs_tol=1e-6)


@given(st.lists(st.tuples(st.booleans(), shares), max_size=60))
def test_point_biserial_equals_the_second_implementation_and_lies_within_bounds(pairs):
    rights, scores = [right for right, _ in pairs], [score for _, score in pairs]
    found = correlate([float(right) for right in rights], scores)
    if found is None:
        assert len(set(rights)) < 2 or len(set(scores)) < 2
    else:
        assert -1 <= found <= 1
        assert isclose(found, oracle_point_biserial(rights, scores), abs_tol=1e-6)


@pytest.mark.parametrize("share", [0.0, 0.1, 1 / 3, 1.0])
def test_without_variance_nothing_is_defined(share):
    rows = [[share] * 3 for _ in range(40)]
    assert find_alpha(rows) is None
    assert correlate([share] * 40, [row / 40 for row in range(40)]) is None
    # Added up in another order the last digit differs, and that is no variance.
    assert correlate([0.0, 1.0], [0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1]) is None


def test_nothing_of_nothing():
    assert find_alpha([]) is None
    assert correlate([], []) is None
