"""What ships with the program as data: checkpoints with their cards, recipes, icons."""
