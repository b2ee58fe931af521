"""Shows a kept input again.

`python -m tests.fuzz.replay FILE.frames` asks both verifiers what they disagreed on;
`python -m tests.fuzz.replay GROUP FILE` gives a harness what broke its promise.
"""

import sys
from pathlib import Path

from tests.fuzz import properties
from tests.fuzz.differential import ask_both
from tests.fuzz.frames import decoded
from tests.fuzz.node import running


def main(arguments: list[str]) -> int:
    """1 if the answers differ; whatever the harness raises."""
    match arguments:
        case [group, name] if group in properties.GROUPS:
            properties.run(properties.GROUPS[group], Path(name).read_bytes())
            print("现在没有问题 / nothing is wrong now")
            return 0
        case [name]:
            return _asked(Path(name).read_bytes())
    print(__doc__, file=sys.stderr)
    return 2


def _asked(content: bytes) -> int:
    asked = decoded(content)
    with running() as node:
        answers = ask_both(asked, node)
    for frame, (python, typescript) in zip(asked, answers, strict=True):
        print(f"{frame.kind} Python     {python}\n{frame.kind} TypeScript {typescript}")
    return 1 if any(python != typescript for python, typescript in answers) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
