"""The corpus: genuine corridors and hostile ones, each with the verdict its maker derived from the documents."""

from . import genuine, hostile_acts, hostile_file, hostile_log, hostile_rest, of_checkpoints, of_consents, of_titles

CASE_MODULES = (genuine, hostile_file, hostile_log, hostile_acts, hostile_rest, of_titles, of_consents, of_checkpoints)
