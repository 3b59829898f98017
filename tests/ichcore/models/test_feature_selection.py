import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.errors import IchError
from ichcore.models.feature_selection import (
    SELECTIONS,
    FeatureSelection,
    by_weight,
    largest_deviation,
    principal_components,
)


def weights(seed: int, classes: int, features: int) -> torch.Tensor:
    return torch.randn(classes, features, generator=torch.Generator().manual_seed(seed))


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 9999), st.integers(1, 6), st.integers(1, 5), st.integers(0, 20), st.booleans())
def test_no_feature_is_taken_twice_and_each_class_gets_its_share(seed, classes, share, spare, smallest):
    weight = weights(seed, classes, classes * share + spare)
    chosen = by_weight(weight, classes * share, smallest=smallest).tolist()
    assert len(set(chosen)) == classes * share
    # a class has its share if it could have taken that many of the chosen before any that was left
    order = weight.abs() if not smallest else -weight.abs()
    for row in order:
        best_left = max((row[i].item() for i in range(weight.shape[1]) if i not in chosen), default=-9e9)
        assert sum(row[i].item() >= best_left for i in chosen) >= share


def test_classes_choose_in_turn():
    weight = torch.tensor([[9.0, 8.0, 1.0, 0.0, 2.0], [7.0, 0.1, 6.0, 5.0, 0.2]])
    # 0 takes its first wish, so class 1 goes on to 2; then 1 and 3
    assert by_weight(weight, 4).tolist() == [0, 1, 2, 3]
    assert by_weight(weight, 2).tolist() == [0, 2]
    assert by_weight(weight, 2, smallest=True).tolist() == [1, 3]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 9999), st.integers(2, 12), st.data())
def test_principal_components_are_orthonormal_and_fall_in_variance(seed, features, data):
    count = data.draw(st.integers(1, features))
    vectors = weights(seed, 40, features).double() * torch.arange(1, features + 1)
    mean, axes = principal_components(vectors, count)
    assert torch.allclose(axes @ axes.T, torch.eye(count, dtype=torch.float64), atol=1e-8)
    variances = ((vectors - mean) @ axes.T).var(dim=0)
    assert (variances.diff() <= 1e-8).all()
    kept = variances.sum() / vectors.var(dim=0).sum()
    best = torch.linalg.svdvals(vectors - mean)[:count].square().sum() / 39 / vectors.var(dim=0).sum()
    assert kept.item() == pytest.approx(best.item(), rel=1e-8)


def test_all_components_lose_nothing():
    vectors = weights(3, 30, 5)
    mean, axes = principal_components(vectors, 5)
    assert torch.allclose((vectors - mean) @ axes.T @ axes + mean, vectors, atol=1e-5)


def test_largest_deviation_takes_what_varies():
    vectors = weights(1, 50, 4) * torch.tensor([1.0, 10.0, 0.1, 5.0]) + 100.0
    assert largest_deviation(vectors, 2).tolist() == [1, 3]


@pytest.mark.parametrize("kind", SELECTIONS)
def test_each_kind_gives_as_many_numbers_as_it_says(kind):
    vectors, logits = weights(0, 20, 24), weights(1, 20, 6)
    selection = FeatureSelection(kind, 24, 6 if kind == "predictions" else 12)
    selection.fit(vectors, weights(2, 6, 24))
    reduced = selection(vectors.reshape(4, 5, 24), logits.reshape(4, 5, 6))
    assert reduced.shape == (4, 5, selection.count)
    again = FeatureSelection(kind, 24, selection.count)
    again.load_state_dict(selection.state_dict())
    assert torch.equal(again(vectors, logits).reshape(4, 5, -1), reduced)


def test_what_cannot_be_selected_is_refused():
    with pytest.raises(IchError, match="never fitted"):
        FeatureSelection("pca", 8, 4)(torch.zeros(1, 8), torch.zeros(1, 6))
    with pytest.raises(IchError, match="multiple"):
        by_weight(torch.zeros(6, 30), 20)
    with pytest.raises(IchError, match="1 to 8"):
        FeatureSelection("largest_weight", 8, 12)
    with pytest.raises(IchError, match="no feature selection"):
        FeatureSelection("best", 8, 4)
