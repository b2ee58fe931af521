"""Coverage-guided fuzzing of one group of harnesses: `python -m tests.fuzz.guided GROUP CORPUS [libFuzzer's options]`.

Runs where atheris is installed, which `make soak` sees to.
"""

import hashlib
import sys
from pathlib import Path
from random import Random

import atheris  # type: ignore[import-untyped]

with atheris.instrument_imports(include=["credential"]):
    from tests.fuzz import properties, tree
    from tests.fuzz.damage import damaged


def main(group: str, corpus: Path, options: list[str]) -> None:
    """Writes the seeds into `corpus`, and fuzzes from there; ends the process as libFuzzer does."""
    harnesses = properties.GROUPS[group]
    corpus.mkdir(parents=True, exist_ok=True)
    for seed in properties.seeds(harnesses):
        (corpus / hashlib.sha256(seed).hexdigest()[:20]).write_bytes(seed)

    def mutate(data: bytes, max_size: int, seed: int) -> bytes:
        random = Random(seed)
        if random.random() < 0.7 or len(data) < 2:
            return bytes(atheris.Mutate(data, max_size))
        bent = tree.payload_mutated if random.random() < 0.8 else damaged
        return (data[:1] + bent(data[1:], random))[:max_size]

    arguments = [sys.argv[0], str(corpus), *options]
    atheris.Setup(arguments, lambda data: properties.run(harnesses, data), custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
