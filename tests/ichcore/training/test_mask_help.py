import torch

from ichcore.training.mask_help import exclusive_mask_loss


def cells_that_say(classes):
    return 20.0 * torch.nn.functional.one_hot(torch.tensor(classes), 3).movedim(-1, 1).float()


def test_each_cell_learns_whether_it_bleeds_and_of_which_class_its_slice_is():
    masks = torch.zeros(3, 5, 4, 4)
    masks[:2, 2, :2, :2] = 1.0  # the upper left cell of two; the third slice is blank
    labels = torch.tensor([1, 2, 0])
    right = [[[1, 0], [0, 0]], [[2, 0], [0, 0]], [[0, 0], [0, 0]]]
    least = exclusive_mask_loss(cells_that_say(right), masks, labels)
    assert least < 1e-3
    for wrong in (
        [[[2, 0], [0, 0]], *right[1:]],
        [right[0], [[1, 0], [0, 0]], right[2]],
        [right[0], [[2, 2], [0, 0]], right[2]],
        [*right[:2], [[0, 0], [0, 1]]],
    ):
        assert exclusive_mask_loss(cells_that_say(wrong), masks, labels) > least + 1


def test_a_batch_without_blood_costs_no_more_than_its_cells():
    loss = exclusive_mask_loss(torch.zeros(2, 3, 4, 4), torch.zeros(2, 5, 8, 8), torch.zeros(2).long())
    assert torch.isfinite(loss)
