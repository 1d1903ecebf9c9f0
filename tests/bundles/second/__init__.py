"""A bundle verifier written from docs/bundle.md alone, to disagree with the product's if it can.

Nothing here imports the registry. `words.txt` is the preset dictionary, part of the format.
"""
