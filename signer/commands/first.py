"""The commands that come first: `keygen` and `enrol`."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from credential.keyfile import Cost
from signer import clock
from signer.commands import given, key_arguments
from signer.commands import keys as key_commands
from signer.commands.common import Add, Command
from signer.context import Voice
from signer.custody import enrolling
from signer.errors import Json


def add(make: Add) -> None:
    """Describe the commands."""
    keygen = make("keygen", "生成证书密钥和请求密钥 / make the certificate key and the request key")
    keygen.add_argument("--issuer", required=True, metavar="CODE", help="13 位机构代码 / the 13-character issuer code")
    key_arguments.add_token(keygen)
    enrol = make("enrol", "写出注册申请并记下登记机构 / write the enrolment and remember the registry")
    enrol.add_argument("--registry", required=True, metavar="URL", help="登记机构网址 / the registry's address")
    enrol.add_argument(
        "--pin", required=True, type=Path, metavar="FILE", help="根指纹文件 / the file with the root's pin"
    )
    enrol.add_argument(
        "--out",
        type=Path,
        metavar="FILE",
        help="注册申请写到哪里（默认 机构文件夹/enrolment.cbor）/ where to write the enrolment (default: in the home)",
    )
    enrol.add_argument("--qr-host", metavar="HOST", help="二维码域名（默认由登记机构给出）/ the host in QR codes")


def _keygen(options: argparse.Namespace, voice: Voice) -> Json:
    slot = key_commands.slot(options)
    return enrolling.keygen(
        given.home(options), options.issuer, given.keyring(options, voice, new=True), voice, Cost(), slot
    )


def _enrol(options: argparse.Namespace, voice: Voice) -> Json:
    return enrolling.enrol(
        given.home(options),
        given.keyring(options, voice),
        voice,
        clock.now,
        registry=options.registry,
        pin_file=options.pin,
        out=options.out or given.home(options).path / "enrolment.cbor",
        qr_host=options.qr_host,
    )


COMMANDS: Final[Mapping[str, Command]] = {
    "keygen": _keygen,
    "enrol": _enrol,
}
