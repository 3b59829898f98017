"""An LSTM with dropout on its recurrent state, which torch's own lacks (Gal 2016; Ko 2020 uses Keras')."""

from __future__ import annotations

import torch
import torch.nn.functional as nnf
from torch import Tensor, nn


class DropoutLstm(nn.Module):
    """One layer, foot to head; one dropout mask a sequence, the same at every step.

    [ours], as in Keras: orthogonal recurrent weights, Glorot-uniform input weights, a forget bias of 1,
    one mask for the four gates, and a step that is not there leaves the state as it was.

    Args:
        inputs: numbers a step.
        hidden: nodes; Ko 2020 has 64.
        dropout: of the inputs, while training.
        recurrent_dropout: of the state that comes from the step before, while training.
    """

    def __init__(
        self, inputs: int, hidden: int = 64, *, dropout: float = 0.3, recurrent_dropout: float = 0.2
    ) -> None:
        super().__init__()
        self.hidden, self.dropout, self.recurrent_dropout = hidden, dropout, recurrent_dropout
        self.cell = nn.LSTMCell(inputs, hidden)
        nn.init.xavier_uniform_(self.cell.weight_ih)
        nn.init.orthogonal_(self.cell.weight_hh)
        nn.init.zeros_(self.cell.bias_ih)
        nn.init.zeros_(self.cell.bias_hh)
        with torch.no_grad():
            self.cell.bias_hh[hidden : 2 * hidden] = 1.0  # torch's order: input, forget, cell, output

    def forward(self, x: Tensor, there: Tensor) -> Tensor:
        """``(B, T, inputs)`` with bool ``(B, T)`` to the state after every step, ``(B, T, hidden)``."""
        batch, steps, inputs = x.shape
        x = x * self._mask(x, (batch, 1, inputs), self.dropout)
        keep = self._mask(x, (batch, self.hidden), self.recurrent_dropout)
        h = c = x.new_zeros((batch, self.hidden))
        states = []
        for step in range(steps):
            new_h, new_c = self.cell(x[:, step], (h * keep, c))
            here = there[:, step, None]
            h, c = torch.where(here, new_h, h), torch.where(here, new_c, c)
            states.append(h)
        return torch.stack(states, dim=1)

    def _mask(self, like: Tensor, shape: tuple[int, ...], rate: float) -> Tensor:
        """Ones, or while training zeros at ``rate`` and what makes the mean 1."""
        return nnf.dropout(like.new_ones(shape), rate, training=self.training)
