"""Padding, gaps and order: what a sequence stage must not and must notice."""

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ichcore.errors import IchError
from ichcore.models.bilstm_head import BiLstmHead
from ichcore.models.chunks import overlapping_chunks
from ichcore.models.cnn_bilstm import CnnBiLstm
from ichcore.models.dropout_lstm import DropoutLstm
from ichcore.models.fusion_bilstm import FusionBiLstm
from ichcore.models.window_fusion import WindowFusion
from ichcore.models.xception_lstm import XceptionLstm
from tests.ichcore.models.tiny import TINY, toy_slices


def networks():
    torch.manual_seed(0)
    head = CnnBiLstm(**TINY, count=12, hidden=8).eval()
    fusion = FusionBiLstm(**TINY, fused=16, count=12, hidden=8).eval()
    return [head, XceptionLstm(**TINY, gain=20.0).eval(), fusion]


def inputs(network, slices: int, seed: int = 1):
    random = torch.Generator().manual_seed(seed)
    described = torch.randn(1, slices, network.described, generator=random)
    return described, torch.randn(1, slices, 6, generator=random)


@pytest.mark.parametrize("which", [0, 1, 2])
@settings(max_examples=15, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=50).filter(any))
def test_padding_and_gaps_change_nothing_wherever_they_stand(which, pattern):
    network = networks()[which]
    there = torch.tensor([pattern])
    described, logits = inputs(network, int(there.sum()))
    # what stands in the padding is of no matter
    padded = torch.full((1, len(pattern), network.described), 1e3)
    padded_logits = torch.full((1, len(pattern), 6), -1e3)
    padded[there], padded_logits[there] = described[0], logits[0]
    with torch.no_grad():
        plain = network.over_scan(described, logits, torch.ones(1, described.shape[1], dtype=torch.bool))
        among_padding = network.over_scan(padded, padded_logits, there)
    assert torch.allclose(among_padding[there], plain[0], atol=1e-5)
    assert (among_padding[~there] == 0).all()


@pytest.mark.parametrize("which", [0, 1, 2])
def test_scans_of_a_batch_do_not_touch_each_other(which):
    network = networks()[which]
    (short, short_logits), (long, long_logits) = inputs(network, 3, 2), inputs(network, 40, 3)
    described, logits = torch.zeros(2, 40, network.described), torch.zeros(2, 40, 6)
    described[0, :3], logits[0, :3] = short[0], short_logits[0]
    described[1], logits[1] = long[0], long_logits[0]
    there = torch.arange(40)[None] < torch.tensor([[3], [40]])
    with torch.no_grad():
        both = network.over_scan(described, logits, there)
        alone = network.over_scan(short, short_logits, torch.ones(1, 3, dtype=torch.bool))
    assert torch.allclose(both[0, :3], alone[0], atol=1e-5)


@pytest.mark.parametrize("which", [0, 1, 2])
def test_neighbours_are_heard(which):
    network = networks()[which]
    described, logits = inputs(network, 5)
    there = torch.ones(1, 5, dtype=torch.bool)
    other = described.clone()
    other[0, 1] += 5.0
    with torch.no_grad():
        before = network.over_scan(described, logits, there)
        after = network.over_scan(other, logits, there)
    assert not torch.allclose(before[0, 2], after[0, 2], atol=1e-4)


def test_a_scan_of_one_slice_is_kos_slice_by_itself():
    network = networks()[1]
    hu = toy_slices(1)[0]
    with torch.no_grad():
        assert torch.allclose(network.scan(hu), network(hu), atol=1e-6)


def test_a_whole_scan_is_read_slice_by_slice():
    network = networks()[1]
    hu = toy_slices(4)[0]
    with torch.no_grad():
        parts = [network.read(one[None]) for one in hu]
        described, logits = (torch.cat(part)[None] for part in zip(*parts, strict=True))
        streamed = network.over_scan(described, logits, torch.ones(1, 4, dtype=torch.bool))
        assert torch.allclose(network.scan(hu), streamed[0], atol=1e-5)


def test_the_two_directions_are_summed_and_the_slices_own_probabilities_joined():
    head = BiLstmHead(4, hidden=5, layers=3).eval()
    described, logits = torch.randn(1, 6, 4), torch.randn(1, 6, 6)
    with torch.no_grad():
        out = head.lstm(described)[0]
        summed = out[..., :5] + out[..., 5:]
        expected = head.classify(torch.cat([summed, torch.sigmoid(logits)], dim=2))
        said = head(described, logits, torch.ones(1, 6, dtype=torch.bool))
    assert torch.allclose(said, expected, atol=1e-6)


def test_without_joining_the_slices_own_probabilities_are_not_heard():
    head = BiLstmHead(4, hidden=5, layers=1, join=False).eval()
    described, there = torch.randn(1, 6, 4), torch.ones(1, 6, dtype=torch.bool)
    with torch.no_grad():
        said = [head(described, torch.full((1, 6, 6), value), there) for value in (-3.0, 3.0)]
    assert torch.equal(*said)


def test_without_dropout_the_lstm_is_torchs():
    own = DropoutLstm(3, 4).eval()
    torchs = torch.nn.LSTM(3, 4, batch_first=True)
    torchs.load_state_dict({f"{name}_l0": value for name, value in own.cell.state_dict().items()})
    x = torch.randn(2, 7, 3)
    with torch.no_grad():
        assert torch.allclose(own(x, torch.ones(2, 7, dtype=torch.bool)), torchs(x)[0], atol=1e-6)


def test_recurrent_dropout_acts_while_training_alone():
    lstm = DropoutLstm(3, 16, dropout=0.0, recurrent_dropout=0.5)
    x, there = torch.randn(1, 5, 3), torch.ones(1, 5, dtype=torch.bool)
    first, second = lstm(x, there), lstm(x, there)
    assert torch.allclose(first[:, 0], second[:, 0]), "the first step has no step before it"
    assert not torch.allclose(first[:, -1], second[:, -1])
    lstm.eval()
    assert torch.equal(lstm(x, there), lstm(x, there))


@given(st.integers(1, 300), st.integers(2, 40), st.data())
def test_chunks_cover_every_slice_and_overlap(length, size, data):
    overlap = data.draw(st.integers(0, size - 1))
    chunks = overlapping_chunks(length, size, overlap)
    assert sorted({i for chunk in chunks for i in chunk}) == list(range(length))
    assert all(len(chunk) == min(size, length) for chunk in chunks)
    for one, following in itertools.pairwise(chunks):
        assert one.start < following.start
        assert one.stop - following.start >= overlap


def test_chunks_that_overlap_wholly_are_refused():
    with pytest.raises(IchError, match="0 to 31"):
        overlapping_chunks(40, 32, 32)


def test_slices_by_themselves_are_those_of_the_window_fusion_network_below():
    below = WindowFusion(**TINY, fused=16, gain=20.0).eval()
    torch.nn.init.normal_(below.classify.weight)
    sequence = FusionBiLstm(**TINY, fused=16, gain=20.0, count=12, hidden=8).eval()
    sequence.load_state_dict(below.state_dict(), strict=False)
    hu = toy_slices(3)[0]
    with torch.no_grad():
        features = below.features(hu)
        assert torch.equal(sequence(hu), below(hu))
        sequence.selection.fit(sequence.pooled(features), sequence.classify.weight)
        described, alone = sequence.read(hu)
    assert torch.equal(alone, below.from_features(features))
    assert described.shape == (3, 12)
    assert torch.equal(sequence.class_weights(), below.class_weights())


@pytest.mark.parametrize("which", [0, 1, 2])
def test_what_reads_slices_and_what_reads_the_scan_are_all_of_a_network(which):
    network = networks()[which]
    slices = {id(p) for part in network.reads_slices for p in part.parameters()}
    rest = [name for name, p in network.named_parameters() if id(p) not in slices]
    assert slices
    assert all(name.startswith(("head.", "lstm.", "classify.")) for name in rest)
