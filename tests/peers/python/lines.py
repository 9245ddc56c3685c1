"""The protocol with a peer: a JSON object a line in, its answer or its fault a line out."""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any


def serve(answers: Mapping[str, Callable[..., Any]]) -> None:
    """Say `ready`, then answer each question by the function it names with `do`."""
    print(json.dumps({"ready": True}), flush=True)  # noqa: T201 - the protocol
    for line in sys.stdin:
        question = json.loads(line)
        try:
            said = {"answer": answers[question.pop("do")](**question)}
        except Exception as fault:  # noqa: BLE001 - the test is told whatever it was
            said = {"fault": f"{type(fault).__name__}: {fault}"[:500]}
        print(json.dumps(said), flush=True)  # noqa: T201 - the protocol
