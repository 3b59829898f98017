"""Every loss against numbers worked out by hand."""

import math

import pytest
import torch

from ichcore.errors import IchError
from ichcore.models.centre_points import encode
from ichcore.training.losses.blend_sign import BlendSignLoss
from ichcore.training.losses.centre_point import centre_point_loss
from ichcore.training.losses.dice_cross_entropy import dice_cross_entropy, dice_loss
from ichcore.training.losses.self_distillation import self_distillation_loss
from ichcore.training.losses.weighted_cross_entropy import weighted_cross_entropy
from ichcore.training.losses.weighted_log_loss import EQUAL_WEIGHTS, weighted_log_loss
from ichcore.training.mask_help import attention_loss, mask_loss


def logit(p: float) -> float:
    return math.log(p / (1 - p))


def logs(*p: float) -> list[float]:
    return [math.log(v) for v in p]


class TestWeightedLogLoss:
    logits = torch.tensor([[logit(0.8), logit(0.5), logit(0.1), logit(0.1), logit(0.1), logit(0.1)]])
    labels = torch.tensor([[1.0, 1.0, 0.0, 0.0, 0.0, 0.0]])

    def test_any_counts_twice_and_the_sum_is_divided_by_seven(self):
        by_hand = (2 * -math.log(0.8) + -math.log(0.5) + 4 * -math.log(0.9)) / 7
        assert weighted_log_loss(self.logits, self.labels).item() == pytest.approx(by_hand, rel=1e-5)

    def test_equal_weights_are_burdujas_equation_1_as_a_mean(self):
        by_hand = (-math.log(0.8) - math.log(0.5) - 4 * math.log(0.9)) / 6
        said = weighted_log_loss(self.logits, self.labels, weights=EQUAL_WEIGHTS).item()
        assert said == pytest.approx(by_hand, rel=1e-5)

    def test_padding_does_not_count_whatever_stands_there(self):
        logits = torch.stack([self.logits[0], torch.full((6,), math.nan)])[None].requires_grad_()
        labels = torch.stack([self.labels[0], torch.ones(6)])[None]
        there = torch.tensor([[True, False]])
        assert weighted_log_loss(logits, labels, there).item() == pytest.approx(
            weighted_log_loss(self.logits, self.labels).item(), rel=1e-6
        )
        assert weighted_log_loss(logits, labels, torch.zeros(1, 2, dtype=torch.bool)).item() == 0.0


class TestWeightedCrossEntropy:
    def test_weights_are_1_2_20_and_the_mean_is_over_slices(self):
        logits = torch.tensor([logs(0.7, 0.2, 0.1), logs(0.3, 0.5, 0.2), logs(0.1, 0.5, 0.4)])
        by_hand = (-math.log(0.7) - 2 * math.log(0.5) - 20 * math.log(0.4)) / 3
        said = weighted_cross_entropy(logits, torch.tensor([0, 1, 2])).item()
        assert said == pytest.approx(by_hand, rel=1e-5)


class TestCentrePointLoss:
    def test_log_loss_over_cells_and_smooth_l1_at_the_centre(self):
        target = torch.zeros(1, 5, 1, 2)
        target[0, :, 0, 0] = torch.tensor([1.0, 2.0, 2.0, 1.0, 1.0])
        target[0, 0, 0, 1] = 0.5  # the Gaussian beside it
        maps = torch.zeros(1, 5, 1, 2)
        maps[0, :, 0, 0] = torch.tensor([logit(0.8), 2.5, 5.0, 1.0, 1.0])
        maps[0, :, 0, 1] = torch.tensor([logit(0.25), 99.0, 99.0, 99.0, 99.0])  # no centre: not asked
        centre = -math.log(0.8) - 0.5 * math.log(0.25) - 0.5 * math.log(0.75)
        distance = 0.5 * 0.5**2 + (3.0 - 0.5)
        assert centre_point_loss(maps, target).item() == pytest.approx((centre + distance) / 2, rel=1e-5)
        per_centre = centre_point_loss(maps, target, per="centres").item()
        assert per_centre == pytest.approx(centre + distance, rel=1e-5)

    def test_the_perfect_maps_are_its_minimum(self):
        target = encode([[8, 8, 24, 40]], (64, 64), (8, 8))[None]
        perfect = target.clone()
        perfect[:, 0] = torch.logit(target[:, 0].clamp(1e-6, 1 - 1e-6))
        best = centre_point_loss(perfect, target)
        for change in torch.randn(20, *target.shape, generator=torch.Generator().manual_seed(0)) * 0.3:
            assert centre_point_loss(perfect + change, target) > best

    def test_a_batch_without_bleeds_can_be_learned_from(self):
        maps = torch.zeros(2, 5, 4, 4, requires_grad=True)
        for per in ("cells", "centres"):
            assert torch.isfinite(centre_point_loss(maps, torch.zeros(2, 5, 4, 4), per=per))
        with pytest.raises(IchError, match="cells or centres"):
            centre_point_loss(maps, torch.zeros(2, 5, 4, 4), per="slices")


class TestSelfDistillation:
    teacher = torch.tensor([logs(0.5, 0.25, 0.25)])
    student = torch.tensor([logs(0.25, 0.25, 0.5)])

    def test_kl_from_teacher_to_student(self):
        by_hand = 0.5 * math.log(0.5 / 0.25) + 0.25 * math.log(0.25 / 0.5)
        assert self_distillation_loss(self.student, self.teacher).item() == pytest.approx(by_hand, rel=1e-5)
        assert self_distillation_loss(self.teacher, self.teacher).item() == pytest.approx(0, abs=1e-7)

    def test_the_teacher_does_not_learn(self):
        student, teacher = self.student.clone().requires_grad_(), self.teacher.clone().requires_grad_()
        self_distillation_loss(student, teacher).backward()
        assert teacher.grad is None
        assert student.grad.abs().sum() > 0


class TestBlendSignLoss:
    def test_the_parts_are_weighed_1_1_10_and_may_be_left_out(self):
        logits, teacher = TestSelfDistillation.student, TestSelfDistillation.teacher
        labels, maps, target = torch.tensor([2]), torch.zeros(1, 5, 2, 2), torch.zeros(1, 5, 2, 2)
        classes, boxes = 20 * -math.log(0.5), math.log(2)
        distilled = 0.25 * math.log(2)
        whole = BlendSignLoss()
        assert whole(logits, labels).item() == pytest.approx(classes, rel=1e-5)
        detected = whole(logits, labels, maps=maps, target=target).item()
        assert detected == pytest.approx(classes + boxes, rel=1e-5)
        everything = whole(logits, labels, maps=maps, target=target, teacher=teacher).item()
        assert everything == pytest.approx(classes + boxes + 10 * distilled, rel=1e-5)


class TestDiceCrossEntropy:
    logits = torch.tensor([logs(0.2, 0.8), logs(0.9, 0.1), logs(0.5, 0.5), logs(0.6, 0.4)]).T.reshape(
        1, 2, 2, 2
    )
    mask = torch.tensor([[[1, 0], [1, 0]]])

    def test_dice_and_entropy_are_added(self):
        dice = 1 - (2 * (0.8 + 0.5) + 1) / ((0.8 + 0.1 + 0.5 + 0.4) + 2 + 1)
        entropy = -(math.log(0.8) + math.log(0.9) + math.log(0.5) + math.log(0.6)) / 4
        assert dice_loss(self.logits, self.mask).item() == pytest.approx(dice, rel=1e-5)
        assert dice_cross_entropy(self.logits, self.mask).item() == pytest.approx(dice + entropy, rel=1e-5)

    def test_calling_nothing_where_nothing_is_costs_nothing(self):
        silent = torch.stack([torch.full((1, 2, 2), 30.0), torch.full((1, 2, 2), -30.0)], dim=1)
        assert dice_cross_entropy(silent, torch.zeros(1, 2, 2)).item() == pytest.approx(0, abs=1e-6)


def test_a_label_that_is_trusted_half_counts_half():
    logits, labels = torch.tensor([[2.0], [2.0]]), torch.tensor([[1.0], [0.0]])
    right, wrong = (weighted_log_loss(logits[[i]], labels[[i]], weights=(1.0,)) for i in (0, 1))
    both = weighted_log_loss(logits, labels, weights=(1.0,), known=torch.tensor([[1.0], [0.5]]))
    assert both == pytest.approx(float((right + 0.5 * wrong) / 1.5))


def test_masks_that_are_trusted_half_teach_half():
    cells, masks = torch.zeros(1, 6, 4, 4), torch.zeros(1, 5, 4, 4)
    masks[:, 0, 1, 1] = 1.0
    whole = mask_loss(cells, masks)
    assert mask_loss(cells, masks, torch.tensor([0.5])) == pytest.approx(float(whole) / 2)
    masks[:, 0, 1, 1] = 0.0
    assert attention_loss(cells[:, :1], masks, torch.tensor([0.5])) == pytest.approx(4.0 * math.log(2.0))
