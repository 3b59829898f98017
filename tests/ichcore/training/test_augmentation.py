import numpy as np
import pytest
import torch

from ichcore.training.augmentation import Augmentation, Augmenter
from ichcore.training.batches import Batches, SliceTable
from tests.ichcore.training.toy import toy_cases


def slices():
    return torch.randn(4, 1, 48, 48) * 20 + 30


def test_nothing_asked_changes_nothing():
    hu = slices()
    assert torch.equal(Augmenter(Augmentation(), 0)(hu)[0], hu)


@pytest.mark.parametrize(
    "change",
    [
        *({"flip": 1.0}, {"rotate_deg": 9.0}, {"scale": 0.1}, {"shift": 0.1}),
        *({"offset_hu": 4.0}, {"contrast": 0.1}, {"noise_hu": 4.0}, {"kernel": 0.6}),
        *({"blur": 1.2}, {"shading_hu": 3.0}, {"display": 1.0}),
    ],
)
def test_each_changes_hu_and_repeats_for_its_seed(change):
    hu = slices()
    one, other = (Augmenter(Augmentation(**change), 3)(hu)[0] for _ in range(2))
    assert one.shape == hu.shape
    assert torch.equal(one, other)
    assert not torch.allclose(one, hu)


def test_a_flip_is_a_flip():
    hu = slices()
    assert torch.allclose(Augmenter(Augmentation(flip=1.0), 0)(hu)[0], hu.flip(-1), atol=1e-2)


def test_bone_varies_and_brain_does_not():
    hu = torch.tensor([30.0, 1000.0]).view(1, 1, 1, 2).repeat(4, 1, 1, 1)
    out, _ = Augmenter(Augmentation(bone=0.2), 0)(hu)
    assert torch.equal(out[..., 0], hu[..., 0])
    assert (out[..., 1] != 1000).all()


def test_blur_lets_bone_spread_into_the_brain_beside_it_and_no_further():
    hu = torch.full((64, 1, 32, 32), 30.0)
    hu[..., :8] = 1000.0
    out, _ = Augmenter(Augmentation(blur=1.2), 0)(hu)
    assert float(out[..., 8].max()) > 100
    assert torch.allclose(out[..., 12:], hu[..., 12:], atol=0.01)
    untouched = (out == hu).flatten(1).all(dim=1)
    assert 10 <= int(untouched.sum()) <= 45


def test_bone_shines_into_the_brain_beside_it_and_stays_what_it_was():
    hu = torch.full((16, 1, 64, 64), 30.0)
    hu[..., :8] = 105.0
    out, _ = Augmenter(Augmentation(bloom_hu=20.0), 0)(hu)
    rim = (out - hu)[:, 0, 32]
    assert (rim[:, :8] == 0).all()
    assert 10 < float(rim[:, 8].max()) <= 40
    assert float(rim[:, 8].min()) < 10
    assert (rim[:, 8] > rim[:, 13]).all()
    assert float(rim[:, 13].max()) > 2
    assert float(rim[:, 40:].max()) < 0.1


def test_a_display_window_cuts_what_lies_beyond_it():
    hu = torch.tensor([-1000.0, 30.0, 70.0, 1000.0]).view(1, 1, 1, 4).repeat(32, 1, 1, 1)
    ranges = Augmentation(display=0.5, display_low=(-20.0, 0.0), display_high=(80.0, 110.0))
    out = Augmenter(ranges, 0)(hu)[0][:, 0, 0]
    cut = out[:, 3] < 1000
    assert 8 <= int(cut.sum()) <= 24
    assert torch.equal(out[:, 1:3], hu[:, 0, 0, 1:3])
    assert ((out[cut, 0] >= -20) & (out[cut, 0] <= 0) & (out[cut, 3] >= 80) & (out[cut, 3] <= 110)).all()
    assert torch.equal(out[~cut], hu[~cut, 0, 0])


def test_noise_is_correlated_as_a_kernel_makes_it():
    added = Augmenter(Augmentation(noise_hu=5.0), 0)(torch.zeros(8, 1, 64, 64))[0][:, 0]
    a = added / added.std(dim=(1, 2), keepdim=True)
    beside = (a[:, :, 1:] * a[:, :, :-1]).mean()
    apart = (a[:, :, 8:] * a[:, :, :-8]).mean()
    assert 0.2 < float(beside) < 0.8
    assert abs(float(apart)) < 0.1


def test_an_epoch_shows_every_positive_and_some_negatives(tmp_path):
    table = SliceTable(toy_cases(tmp_path, 0, 3))
    batches = Batches(table, 4, shuffle=True, keep_negative=0.5)
    labels = torch.cat([labels for _, labels, _ in batches])
    assert int(labels[:, 0].sum()) == 18
    assert len(labels) == 27
    assert len(list(batches)) == len(batches)


def test_validation_is_every_slice_once_in_order(tmp_path):
    table = SliceTable(toy_cases(tmp_path, 0, 2))
    labels = torch.cat([labels for _, labels, _ in Batches(table, 5)])
    assert np.array_equal(labels.numpy() > 0, table.labels)


def test_masks_move_with_their_slices(tmp_path):
    table = SliceTable(toy_cases(tmp_path, 0, 2, size=64))
    augment = Augmenter(Augmentation(flip=0.5, rotate_deg=8.0, shift=0.05), 1)
    for hu, labels, masks in Batches(table, 8, shuffle=True, augment=augment, mask_reduce=2):
        assert masks.shape == (len(hu), 5, 32, 32)
        bright = torch.nn.functional.avg_pool2d(hu, 2)[:, 0]
        for one, label, mask in zip(bright, labels, masks[:, 0], strict=True):
            if label[0]:
                assert one[mask > 0.9].mean() > 70
            else:
                assert mask.max() == 0
