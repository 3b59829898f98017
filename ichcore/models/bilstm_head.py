"""The sequence stage of Burduja 2020: a bidirectional LSTM over a whole scan, of any length."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class BiLstmHead(nn.Module):
    """Descriptions of a scan's slices and their own logits to logits that know their neighbours.

    The paper: three bidirectional layers, a cell state of 256, dropout 0.3; its output of 256 and the slice
    network's six probabilities are joined before the last layer (the last row of its Table 2, and its best;
    the rows above do without). [ours] The two directions are summed, which
    makes 256 of 2×256, and dropout stands between the layers. Its Table 2 has 2×128 and 3×128 too.

    Args:
        inputs: numbers that describe a slice.
        hidden: a direction.
        layers: of the LSTM.
        classes: of the logits.
        dropout: between layers, while training.
        join: whether the slice network's probabilities go into the last layer.
    """

    def __init__(
        self,
        inputs: int,
        *,
        hidden: int = 256,
        layers: int = 3,
        classes: int = 6,
        dropout: float = 0.3,
        join: bool = True,
    ) -> None:
        super().__init__()
        self.hidden, self.join = hidden, join
        self.lstm = nn.LSTM(
            inputs,
            hidden,
            layers,
            batch_first=True,
            bidirectional=True,
            dropout=dropout if layers > 1 else 0.0,
        )
        self.classify = nn.Linear(hidden + (classes if join else 0), classes)

    def forward(self, described: Tensor, slice_logits: Tensor, there: Tensor) -> Tensor:
        """Logits of every slice among its neighbours.

        Args:
            described: ``(B, T, inputs)``, slices in position order.
            slice_logits: ``(B, T, classes)``; no gradient flows into them.
            there: bool ``(B, T)``; what is not there is skipped, wherever it stands, and changes nothing.

        Returns:
            ``(B, T, classes)``; zero where nothing is there.
        """
        # what is there first, in its order, so that any padding and any gap is left out alike
        order = torch.argsort(~there, dim=1, stable=True)
        lengths = there.sum(dim=1)
        x = described.gather(1, order[:, :, None].expand_as(described))
        packed = pack_padded_sequence(x, lengths.clamp(min=1).cpu(), batch_first=True, enforce_sorted=False)
        out, _ = pad_packed_sequence(self.lstm(packed)[0], batch_first=True, total_length=x.shape[1])
        both = out[..., : self.hidden] + out[..., self.hidden :]
        back = order.argsort(dim=1)
        both = both.gather(1, back[:, :, None].expand_as(both))
        if self.join:
            both = torch.cat([both, torch.sigmoid(slice_logits.detach()).to(both)], dim=2)
        logits: Tensor = self.classify(both)
        return logits * there[:, :, None]
