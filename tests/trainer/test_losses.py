"""Losses against numbers worked out by hand."""

import math

import pytest
import torch
from torch import Tensor

from trainer import losses

X = torch.tensor([1.0, 0.0])
Y = torch.tensor([0.0, 1.0])
D = torch.tensor([0.6, 0.8])


def rows(*vectors: Tensor) -> Tensor:
    return torch.stack(vectors)


def test_cosine_is_one_minus_the_cosine_on_average() -> None:
    # 1 − 1, 1 − 0 and 1 − 0.6
    assert losses.cosine(rows(X, X, D), rows(X, Y, X)).item() == pytest.approx((0 + 1 + 0.4) / 3)


def test_beginnings_count_as_much_as_the_whole() -> None:
    student, target = rows(D, Y), rows(X, X)  # 1 − 0.6 and 1 − 0; of the first numbers 0 and 1
    whole = losses.nested(losses.cosine, student, target, ())
    assert whole.item() == pytest.approx((0.4 + 1) / 2)
    both = losses.nested(losses.cosine, student, target, (1,))
    assert both.item() == pytest.approx(((0.4 + 1) / 2 + (0 + 1) / 2) / 2)


def test_alike_is_a_mean_of_squares_of_what_the_coach_finds_alike() -> None:
    # For the coach X·Y = 0, which says nothing, X·D = 0.6, Y·D = 0.8; for the student 1, 0.8, 0.8.
    found = losses.alike(rows(Y, Y, D), rows(X, Y, D))
    assert found.item() == pytest.approx(((0.8 - 0.6) ** 2 + 0) / 2)
    assert losses.alike(rows(X, X), rows(X, Y)).item() == 0


def test_similarity_is_nothing_for_equal_geometries() -> None:
    turned = rows(Y, -X, torch.tensor([-0.8, 0.6]))  # X, Y, D turned by a right angle
    assert losses.similarity(turned, rows(X, Y, D), 20.0).item() == pytest.approx(0, abs=1e-6)


def test_neighbours_leave_the_text_itself_out() -> None:
    # Cosines: X·Y = 0, X·D = 0.6, Y·D = 0.8.
    found = losses.log_neighbours(rows(X, Y, D), 1.0).exp()
    expected = [
        [1 / (1 + math.exp(0.6)), math.exp(0.6) / (1 + math.exp(0.6))],
        [1 / (1 + math.exp(0.8)), math.exp(0.8) / (1 + math.exp(0.8))],
        [1 / (1 + math.exp(0.2)), math.exp(0.2) / (1 + math.exp(0.2))],
    ]
    assert found.tolist() == [pytest.approx(row) for row in expected]


def test_similarity_is_the_divergence_of_the_softmaxes() -> None:
    # The student sees X, X, X (every neighbour 1/2); the teacher X, Y, X at scale log 3:
    # cosines 0 and 1 become shares 1/4 and 3/4, or 1/2 and 1/2 seen from Y.
    one = 0.25 * math.log(0.25 / 0.5) + 0.75 * math.log(0.75 / 0.5)
    found = losses.similarity(rows(X, X, X), rows(X, Y, X), math.log(3))
    assert found.item() == pytest.approx((one + 0 + one) / 3)


def test_contrast_with_orthogonal_pairs() -> None:
    # Own cosine 1, the other 0, scale log 9: share 9/10 in both directions.
    everything = torch.ones(2, 2, dtype=torch.bool)
    found = losses.contrast(rows(X, Y), rows(X, Y), everything, math.log(9))
    assert found.item() == pytest.approx(-math.log(0.9))


def test_contrast_with_a_hard_negative() -> None:
    # Forth, a third passage equal to X: shares 9/19 for X and 9/11 for Y. Back, as above.
    everything = torch.ones(2, 3, dtype=torch.bool)
    found = losses.contrast(rows(X, Y), rows(X, Y, X), everything, math.log(9))
    forth = -(math.log(9 / 19) + math.log(9 / 11)) / 2
    assert found.item() == pytest.approx((forth - math.log(0.9)) / 2)


def test_contrast_forgives_what_is_no_wrong_answer() -> None:
    nothing = torch.zeros(2, 2, dtype=torch.bool)
    found = losses.contrast(rows(X, Y), rows(Y, X), nothing, 20.0)
    assert found.item() == pytest.approx(0, abs=1e-6)


def test_order_is_nothing_to_lose_when_it_is_right_by_far() -> None:
    cosines, scores = torch.tensor([0.9, -0.9]), torch.tensor([5.0, 1.0])
    assert losses.order(cosines, scores, 20.0).item() == pytest.approx(0, abs=1e-6)


def test_order_of_two_by_hand() -> None:
    # The second should be above the first and is 0.5 below: log(1 + exp(2 · 0.5)).
    found = losses.order(torch.tensor([0.5, 0.0]), torch.tensor([1.0, 2.0]), 2.0)
    assert found.item() == pytest.approx(math.log(1 + math.e))


def test_equal_scores_have_no_order() -> None:
    found = losses.order(torch.tensor([0.5, 0.0]), torch.tensor([2.0, 2.0]), 20.0)
    assert found.item() == pytest.approx(0)


def test_what_the_teacher_finds_nearer_is_no_wrong_answer() -> None:
    allowed = losses.wrong_answers(rows(X, Y), rows(D, Y, X))
    # X to its own D: 0.6, to Y 0, to X 1. Y to its own Y: 1, to D 0.8, to X 0.
    assert allowed.tolist() == [[False, True, False], [True, False, True]]
