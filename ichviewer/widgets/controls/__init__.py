"""Small painted controls that panels, strip and dialogs share."""
