"""`ceremony prepare|sign|assemble`: the next root."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from credential.keyfile import Purpose
from credential.root import Role
from registry import ceremony, opening, roles
from registry.ceremony import Change
from registry.commands.common import add_keys, add_operator, command, group_of, now, open_data, opening_of
from registry.files import write_atomically
from registry.problems import ConfigurationError
from registry.say import line, say

if TYPE_CHECKING:
    from registry.commands.common import Commands

_MAX_BYTES = 64 << 10


def add(commands: "Commands") -> None:
    """Describe the commands."""
    group = group_of(commands, "ceremony", "根密钥仪式", "the root's next version")
    _add_prepare(group)
    made = command(group, "sign", "一位持有人离线签名", "one holder signs, offline", run_sign)
    made.add_argument("payload", type=Path, help="prepare 产生的文件 / the file that prepare made")
    made.add_argument("--key", required=True, type=Path, metavar="FILE", help="根密钥文件 / a root key file")
    made.add_argument("--out", required=True, type=Path, metavar="FILE", help="签名文件 / where the signature goes")
    add_keys(made)
    made = command(
        group,
        "assemble",
        "合并签名；新旧根的门槛都达到才安装",
        "put the signatures together; installed if thresholds of the old and the new root are met",
        run_assemble,
        "随后用新的清单密钥运行 publish，并以新密钥重启 serve / then `publish` with the new keys, and restart `serve`",
    )
    made.add_argument("payload", type=Path, help="prepare 产生的文件 / the payload")
    made.add_argument("signatures", type=Path, nargs="+", help="各持有人的签名文件 / the holders' signature files")
    made.add_argument("--document", default="", help="依据，留档 / the document that says so; kept on record")
    add_operator(made)


def run_prepare(options: argparse.Namespace) -> None:
    """Write the unsigned payload, and say what changes."""
    opened = open_data(options)
    current = opening.newest_root(opened.store)
    keys = {role: _publics(getattr(options, role.name.lower()), role) for role in Role}
    thresholds = {Role.ROOT: options.root_threshold, Role.LIST: options.list_threshold}
    following = ceremony.prepare(
        current,
        Change(
            {role: found for role, found in keys.items() if found},
            {role: count for role, count in thresholds.items() if count is not None},
            frozenset(Role[name.upper()] for name in options.new_epoch),
        ),
        now(),
    )
    payload = following.encode()
    ceremony.read_payload(payload)
    for sentence in ceremony.words(current, following):
        line(sentence)
    write_atomically(options.out, payload)
    say(
        f"已写入 {options.out.name}，请各持有人用 ceremony sign 签名。",
        "Written; each holder signs it with `ceremony sign`.",
    )


def run_sign(options: argparse.Namespace) -> None:
    """Sign, after saying what is signed."""
    payload = _read(options.payload)
    following = ceremony.read_payload(payload)
    line(f"地区 / region {following.head.region}，根第 {following.head.seq} 版 / root version {following.head.seq}")
    for role in Role:
        keys = following.role(role)
        line(f"  {role.name.lower()}: {keys.threshold}/{len(keys.keys)}, epoch {keys.epoch}")
    file = roles.read_key_file(options.key)
    if file.purpose is not Purpose.ROOT:
        raise ConfigurationError(f"{options.key.name}: 不是根密钥 / not a root key")
    key = roles.open_key(options.key.name, file, opening_of(options))
    write_atomically(options.out, ceremony.sign_payload(payload, key))
    say(f"已签名：{options.out.name}", f"Signed by {key.kid.hex()}.")


def run_assemble(options: argparse.Namespace) -> None:
    """Assemble and install."""
    payload = _read(options.payload)
    files = [_read(path) for path in options.signatures]
    opened = open_data(options)
    data, _ = ceremony.assemble(opening.newest_root(opened.store), payload, files)
    done = opened.store.write(
        lambda session: ceremony.install(session, data, options.operator, now(), options.document)
    )
    say(
        f"根第 {done.head.seq} 版已安装，请立即 publish。",
        f"Root version {done.head.seq} is installed; run `publish` now.",
    )


def _add_prepare(group: "Commands") -> None:
    made = command(
        group,
        "prepare",
        "准备下一版根，写出待签文件并说明改变什么",
        "prepare the next root: writes the payload to sign, and says what changes",
        run_prepare,
        "每个角色的密钥文件列出的是更新后的全部公钥；不给则不变。只读公钥，不需口令。\n"
        "Key files named for a role become its whole set; without any it keeps its keys. Only public keys are read.",
    )
    made.add_argument("--out", required=True, type=Path, metavar="FILE", help="待签文件 / the payload file")
    for role in Role:
        name = role.name.lower()
        made.add_argument(
            f"--{name}",
            type=Path,
            action="append",
            default=[],
            metavar="KEYFILE",
            help=f"{name} 角色的密钥 / keys of the role",
        )
    made.add_argument("--root-threshold", type=int, metavar="N", help="根门槛 / threshold")
    made.add_argument("--list-threshold", type=int, metavar="N", help="名单门槛 / threshold")
    made.add_argument(
        "--new-epoch",
        action="append",
        default=[],
        choices=[role.name.lower() for role in Role],
        help="密钥被盗或数据库丢失后，让该角色从新 epoch 开始 / after theft or loss, begin a new epoch",
    )


def _publics(paths: list[Path], role: Role) -> tuple[bytes, ...]:
    files = [(path, roles.read_key_file(path)) for path in paths]
    for path, file in files:
        if file.purpose is not roles.PURPOSE_OF[role]:
            raise ConfigurationError(f"{path.name}: 不是 {role.name.lower()} 密钥 / not a key of that role")
    return tuple(file.public for _, file in files)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(f"{path.name}: 无法读取 / cannot be read ({error.strerror})") from None
    if len(data) > _MAX_BYTES:
        raise ConfigurationError(f"{path.name}: 太大 / too large")
    return data
