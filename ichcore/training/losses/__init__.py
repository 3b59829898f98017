"""The papers' losses, one file each; every one takes logits and gives a scalar."""
