"""Lightning's training state as safetensors and JSON, so that a resumed run reads no pickle."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from lightning.pytorch.plugins.io import CheckpointIO
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from ichcore.errors import CheckpointError
from ichcore.files import atomic_path

if TYPE_CHECKING:
    import os

_TENSOR, _PAIRS, _TUPLE = "tensor:", "pairs:", "tuple:"


class SafeState(CheckpointIO):
    """One ``.safetensors`` file: tensors as tensors, everything else as JSON in its metadata."""

    def save_checkpoint(
        self, checkpoint: dict[str, Any], path: str | os.PathLike[str], storage_options: Any = None
    ) -> None:
        """Write the state atomically."""
        tensors: dict[str, torch.Tensor] = {}
        text = json.dumps(_pack(checkpoint, tensors))
        with atomic_path(Path(path)) as temporary:
            save_file(tensors, temporary, metadata={"state": text})

    def load_checkpoint(
        self, path: str | os.PathLike[str], map_location: Any = None, weights_only: bool | None = None
    ) -> dict[str, Any]:
        """Read a state.

        Raises:
            CheckpointError: if the file is damaged.
        """
        try:
            with safe_open(path, framework="pt") as stored:
                tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
                state: dict[str, Any] = _unpack(json.loads(stored.metadata()["state"]), tensors)
        except (SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
            raise CheckpointError(
                f"{path} is no sound training state ({error}); start the run anew."
            ) from error
        return state

    def remove_checkpoint(self, path: str | os.PathLike[str]) -> None:
        """Delete a state."""
        Path(path).unlink(missing_ok=True)


def _pack(value: Any, tensors: dict[str, torch.Tensor]) -> Any:
    """JSON for a nested value; tensors move to ``tensors``, mappings become lists of pairs."""
    if isinstance(value, torch.Tensor):
        name = str(len(tensors))
        tensors[name] = value.detach().cpu().contiguous().clone()
        return {_TENSOR: name}
    if isinstance(value, dict):
        return {_PAIRS: [[_pack(k, tensors), _pack(v, tensors)] for k, v in value.items()]}
    if isinstance(value, tuple):
        return {_TUPLE: [_pack(v, tensors) for v in value]}
    if isinstance(value, list):
        return [_pack(v, tensors) for v in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Path):
        return str(value)
    raise CheckpointError(f"A training state holds {type(value).__name__}, which is no plain data.")


def _unpack(value: Any, tensors: dict[str, torch.Tensor]) -> Any:
    """The inverse of :func:`_pack`."""
    if isinstance(value, list):
        return [_unpack(v, tensors) for v in value]
    if isinstance(value, dict):
        ((kind, inner),) = value.items()
        if kind == _TENSOR:
            return tensors[inner]
        if kind == _TUPLE:
            return tuple(_unpack(v, tensors) for v in inner)
        return {_unpack(k, tensors): _unpack(v, tensors) for k, v in inner}
    return value
