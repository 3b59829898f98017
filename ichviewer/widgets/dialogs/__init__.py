"""Dialogs in the house look: palette, help, settings, cards and notices."""
