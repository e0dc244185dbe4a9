"""The corpus: genuine corridors and hostile ones, each with the verdict its maker derived from the documents."""

from . import genuine, hostile_file

CASE_MODULES = (genuine, hostile_file)
