"""The weights command: what the model has learnt of a word."""

from __future__ import annotations

import typer

from bot.tagging_words import tell
from dialogs.reading.normal import normalise
from dialogs.tagging.model import shipped


def show_weights(word: str) -> int:
    """Print every feature that holds the word, and its weight for each target, heaviest first."""
    model, wanted = shipped(), normalise(word).lower()
    lines = [
        (abs(weight), tell("weight", feature=name, target=model.targets[place], weight=weight))
        for name, known in model.weights.items()
        if wanted in name
        for place, weight in known
    ]
    for _, line in sorted(lines, reverse=True):
        typer.echo(line)
    if not lines:
        typer.echo(tell("unknown_word", word=word))
    return 0 if lines else 1
