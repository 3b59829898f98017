"""Dialogs in the house look; each is made, then ``open()``-ed over the main window.

================================================  ==========================================================
``palette.CommandPalette(workspace, book, w)``    Ctrl+K; runs actions through the book by itself
``shortcut_help.ShortcutHelp(workspace, w)``      F1
``settings.SettingsDialog(workspace, w)``         applies at once
``first_run.ResearchUseNote(settings, w)``        must be accepted while ``first_run_done`` is false
``model_card.ModelCardDialog(card, w)``           the whole card
``crash_notice.CrashNotice(report_path, w)``      after :mod:`ichviewer.base.crash` wrote a report
``about.AboutDialog(w)``                          version and licences
``left_out.LeftOutDialog(left_out, w)``           files that became part of no series
================================================  ==========================================================
"""
