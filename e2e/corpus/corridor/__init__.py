"""A corridor of its own, built by docs/control.md and docs/evidence-bundle.md.

One module per thing: how values are spelled, keys, signatures, the tree, the slot map, notes, leaves, acts, the log,
PINT entries, the bundle, the zip. Nothing here reads a bundle: this package only makes them.
"""
