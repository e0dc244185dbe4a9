"""A second reading of the corpus: every check of evidence-bundle.md, evaluated, to find mistakes in rows written by hand."""
