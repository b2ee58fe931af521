"""The signer's command line that holds still in the midst of drawing: whoever wants to meet it there need not hurry."""

import sys
from pathlib import Path
from typing import Final

_PROGRAM: Final = """
import sys, time
from pathlib import Path
from signer import cli, parallel

run, go = parallel.run, Path(sys.argv.pop(1))

def held(*given):
    for place, each in enumerate(run(*given)):
        yield each
        while place >= 2 and not go.exists():
            time.sleep(0.01)

parallel.run = held
sys.exit(cli.main(sys.argv[1:]))
"""


def program(go: Path) -> list[str]:
    """It goes on once there is the file `go`."""
    return [sys.executable, "-c", _PROGRAM, str(go)]
