"""`init`."""

import argparse
import re
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from credential import numbers, qr_text
from credential.keyfile import Cost
from credential.model import Region
from credential.root import MAX_STATUS_BASE_BYTES, Role
from registry import opening
from registry.ceremonies import founding
from registry.commands.common import command, now, passphrase
from registry.files import PRIVATE, Places, write_atomically
from registry.problems import ConfigurationError
from registry.publishing import publish
from registry.roles import OnlineKeys
from registry.say import say
from registry.settings import Settings

if TYPE_CHECKING:
    from registry.commands.common import Commands

_STATUS_BASE: Final = re.compile(r"https://[a-z0-9.-]+(?::[0-9]+)?/(?:[a-z0-9-]+/)*", re.ASCII)


def add(commands: "Commands") -> None:
    """Describe the command."""
    made = command(
        commands,
        "init",
        "建立一个地区的登记机构：密钥、根、指纹、数据库、首次发布",
        "found a region's registry: keys, root, pin, database, first publication",
        run,
        "生成 3 把根密钥、3 把清单密钥（各须 2 把）、1 把状态密钥、1 把检查点密钥。\n"
        "生产中请随即把 root-*.key 与 list-*.key 移到各持有人手中。\n"
        "Makes 3 root and 3 list keys (2 of each must sign), a status key and a checkpoint key. In production, move\n"
        "root-*.key and list-*.key to their holders at once.",
    )
    made.add_argument("--region", required=True, help="两位数字，如 35 / two digits")
    made.add_argument("--name", required=True, help="登记机构名称 / the registry's name")
    made.add_argument(
        "--status-base", required=True, metavar="URL", help="如 https://fj.example/s/ ，至多 24 字节 / at most 24 bytes"
    )
    made.add_argument(
        "--qr-host", required=True, metavar="HOST", help="二维码中的主机名，如 fj.example / the host in QR codes"
    )
    made.add_argument(
        "--database",
        metavar="URL",
        help="如 postgresql+psycopg://registry@db/yinxin ；默认内置 SQLite / the database; SQLite by default",
    )
    made.add_argument(
        "--demo-keys", type=Path, metavar="DIR", help="用此目录中的演示密钥 / use the demo keys in this folder"
    )
    made.add_argument(
        "--passphrase-file", type=Path, metavar="FILE", help="密钥文件的口令，权限 0600 / for the key files"
    )


def run(options: argparse.Namespace) -> None:
    """Found the region."""
    settings = _settings(options)
    places = Places(opening.data_folder(options.data))
    _require_empty(places)
    secret = None if options.demo_keys else passphrase(options.passphrase_file, twice=True)
    places.data.mkdir(parents=True, exist_ok=True, mode=0o750)
    if options.database is not None:
        write_atomically(places.database_url, f"{options.database}\n".encode(), mode=PRIVATE)
    if secret is None:
        keys = founding.copy_demo_keys(places, options.demo_keys)
    else:
        keys = founding.make_keys(places, founding.owner_of(settings.region), secret, Cost())
    online = OnlineKeys(keys[Role.STATUS][0], keys[Role.CHECKPOINT][0])
    threshold, instant = founding.COUNTS[Role.LIST][0], now()
    with closing(opening.store_of(places)) as store:
        founded = founding.found(store, places, settings, keys, instant)
        publish.publish(store, places, online, keys[Role.LIST][:threshold], instant)
    say(f"{settings.name}（{settings.region}）已建立。", f"Region {settings.region} is founded.")
    say(f"指纹（交给核验者）：{founded.pin.hex()}", "The pin above is for verifiers; it is in pin.txt too.")
    say(
        "下一步：把 root-*.key、list-*.key 移交各持有人离线保管；然后 issuer file、issuer approve、serve；"
        "机构交来 enrolment.cbor 后 key approve（两人各一次），再 publish，机构就能签发。",
        "Next: hand root-*.key and list-*.key to their holders, offline; then: issuer file, issuer approve, serve; when"
        " the issuer's enrolment.cbor is here: key approve, by two operators, and publish. Then the issuer can sign.",
    )


def _require_empty(places: Places) -> None:
    if places.initialised:
        raise ConfigurationError(f"{places.data.name}: 已经初始化 / initialised already")
    if places.database.exists() or places.database_url.exists():
        raise ConfigurationError(
            f"{places.data.name}: 上次 init 中断，尚无指纹；请删除此目录后重来 / an earlier init was cut short before "
            "there was a pin: remove this folder and run init again"
        )


def _settings(options: argparse.Namespace) -> Settings:
    region: Region | None = numbers.parse_region(options.region)
    if region is None:
        raise ConfigurationError(f"--region {options.region!r}: 须为两位数字 / two digits")
    base = options.status_base
    if not _STATUS_BASE.fullmatch(base) or len(base.encode()) > MAX_STATUS_BASE_BYTES:
        raise ConfigurationError(
            f"--status-base {base!r}: https:// 开头、/ 结尾、至多 24 字节 / https, ends with /, at most 24 bytes"
        )
    try:
        qr_text.prefix(options.qr_host)
    except ValueError as error:
        raise ConfigurationError(f"--qr-host: {error}") from None
    if not options.name.strip() or len(options.name.encode()) > 256:
        raise ConfigurationError("--name: 1 至 256 字节 / 1 to 256 bytes")
    return Settings(region, options.name.strip(), base, options.qr_host)
