"""`partner import`."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from credential import bundle
from registry.commands.common import add_operator, command, group_of, now, open_data, pin
from registry.problems import ConfigurationError
from registry.publishing import partners
from registry.say import say

if TYPE_CHECKING:
    from registry.commands.common import Commands


def add(commands: "Commands") -> None:
    """Describe the commands."""
    group = group_of(commands, "partner", "伙伴地区", "partner regions")
    made = command(
        group,
        "import",
        "导入伙伴地区发布的内容，并入本地区的 bundle",
        "import what a partner region publishes into our bundle",
        run_partner,
    )
    made.add_argument("bundle", type=Path, help="伙伴地区的 bundle.cbor / the partner's bundle")
    made.add_argument("--pin", required=True, type=pin, help="伙伴的指纹或其文件 / the partner's pin, or its file")
    add_operator(made)


def run_partner(options: argparse.Namespace) -> None:
    """Import a partner's part."""
    try:
        if options.bundle.stat().st_size > bundle.MAX_BYTES:
            raise ConfigurationError(f"{options.bundle.name}: 太大 / too large")
        data = options.bundle.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{options.bundle.name}: 无法读取 / cannot be read ({error.strerror})") from None
    opened = open_data(options)
    done = partners.import_part(opened.store, data, options.pin, options.operator, now())
    say(
        f"地区 {done.region} 第 {done.seq} 号发布已导入，随下次发布进入 bundle。",
        f"Region {done.region}'s publication {done.seq} is imported; it joins our bundle at the next publication.",
    )
