"""Writes the JSON Schemas of `yinxin-signer jsonl` into docs/schemas: `python -m tools.jsonl_schemas`."""

import json
from pathlib import Path
from typing import Final

from tools import jsonl_schema

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "schemas"


def files() -> dict[str, str]:
    """The text of each file by name."""
    schemas = {"jsonl-in.json": jsonl_schema.asked(), "jsonl-out.json": jsonl_schema.answered()}
    return {name: json.dumps(schema, ensure_ascii=False, indent=2) + "\n" for name, schema in schemas.items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in files().items():
        (FOLDER / name).write_text(text, "utf-8")
