"""`ceremony prepare|prepare-lists|sign|assemble`: the next root, and lists signed offline."""

import argparse
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from credential import cose, root
from credential.root import Role
from registry import current, opening, roles
from registry.ceremonies import ceremony, ceremony_words
from registry.ceremonies.ceremony import Change, Fault, Kind, Preparation
from registry.commands.common import (
    add_keys,
    add_operator,
    command,
    group_of,
    key_folders,
    now,
    open_data,
    opening_of,
    pin,
    require_yes,
)
from registry.files import write_atomically
from registry.opening import Opened
from registry.problems import ConfigurationError, Problem, Refused
from registry.publishing import publish
from registry.say import say

if TYPE_CHECKING:
    from registry.commands.common import Commands


def add(commands: "Commands") -> None:
    """Describe the commands."""
    group = group_of(commands, "ceremony", "密钥持有人的仪式：下一版根，或新的清单", "ceremonies: root and lists")
    _add_prepare(group)
    made = command(
        group,
        "prepare-lists",
        "准备信任清单、互认表和待遇政策，供清单密钥持有人离线签名",
        "prepare trust list, recognition and benefits, to be signed offline by holders of list keys",
        run_prepare_lists,
    )
    made.add_argument("--out", required=True, type=Path, metavar="FILE", help="待签文件 / the file to sign")
    _add_sign(group)
    made = command(
        group,
        "assemble",
        "合并签名：根达到新旧门槛即安装，清单达到门槛即发布",
        "put the signatures together: a root is installed, lists are published, if the thresholds are met",
        run_assemble,
        "根安装之后，用新的清单密钥发布，并以新密钥重启 serve。发布清单需要在线密钥（--keys）。\n"
        "After a root: publish with its list keys, restart `serve`. Publishing lists needs the online keys (--keys).",
    )
    made.add_argument("prepared", type=Path, help="prepare 产生的文件 / the file that prepare made")
    made.add_argument("signatures", type=Path, nargs="+", help="各持有人的签名文件 / the holders' signature files")
    made.add_argument(
        "--keys",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="另在此目录找在线密钥 / look for the online keys here too",
    )
    add_keys(made)
    made.add_argument("--document", default="", help="依据，留档 / the document that says so; kept on record")
    add_operator(made)


def _add_sign(group: "Commands") -> None:
    made = command(
        group,
        "sign",
        "一位持有人看过改变什么，确认后离线签名",
        "one holder sees what changes, confirms, and signs offline",
        run_sign,
        "不用数据库，也不用网络。/ Needs neither a database nor a network.",
    )
    made.add_argument("prepared", type=Path, help="prepare 产生的文件 / the file that prepare made")
    made.add_argument("--key", required=True, type=Path, metavar="FILE", help="根或清单密钥文件 / a root or list key")
    made.add_argument("--out", required=True, type=Path, metavar="FILE", help="签名文件 / where the signature goes")
    made.add_argument("--pin", type=pin, metavar="PIN", help="手里的根指纹或其文件，须相符 / the pin, which must match")
    made.add_argument("--yes", action="store_true", help="不再询问 / do not ask")
    add_keys(made)


def run_prepare(options: argparse.Namespace) -> None:
    """Write what is to be signed of the next root, and say what changes."""
    opened = open_data(options)
    keys = {role: _publics(getattr(options, role.name.lower()), role) for role in Role}
    thresholds = {Role.ROOT: options.root_threshold, Role.LIST: options.list_threshold}
    change = Change(
        {role: found for role, found in keys.items() if found},
        {role: count for role, count in thresholds.items() if count is not None},
        frozenset(Role[name.upper()] for name in options.new_epoch),
    )
    with opened.store.read() as session:
        prepared = ceremony.prepare_root(session, change, now())
    _write_prepared(options.out, prepared)


def run_prepare_lists(options: argparse.Namespace) -> None:
    """Write what is to be signed of the lists, and say what changes."""
    opened = open_data(options)
    published = current.read(opened.places, opened.settings.region)
    with opened.store.read() as session:
        seq = publish.next_seq(session, opened.places, now())
        prepared = ceremony.prepare_lists(session, published.part if published else None, seq, now())
    _write_prepared(options.out, prepared)


def _write_prepared(out: Path, prepared: Preparation) -> None:
    data = prepared.encode()
    _tell(ceremony.decode(data), data)
    write_atomically(out, data)
    say(
        f"已写入 {out.name}，请各持有人用 ceremony sign 签名。",
        "Written; each holder signs it with `ceremony sign`.",
    )


def _tell(prepared: Preparation, data: bytes) -> None:
    for said in ceremony_words.sentences(prepared):
        say(said.zh, said.en)
    digits = sha256(data).hexdigest()
    shown = " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))
    say(f"本文件指纹 {shown}", "of this file: all holders sign the same one")


def run_sign(options: argparse.Namespace) -> None:
    """Sign, after saying what changes and being told yes."""
    data = _read(options.prepared, ceremony.MAX_BYTES)
    prepared = ceremony.decode(data)
    _tell(prepared, data)
    if options.pin is not None and options.pin != prepared.pin:
        raise Refused(Problem.REFUSED, "PIN_NOT_FOUND: 根指纹不符，不要签 / not your pin: do not sign")
    file = roles.read_key_file(options.key)
    if file.purpose is not roles.PURPOSE_OF[prepared.role] or file.public not in prepared.signers:
        raise ceremony.refused(Fault.WRONG_KEY, options.key.name)
    require_yes(options)
    key = roles.open_key(options.key.name, file, opening_of(options))
    write_atomically(options.out, ceremony.sign_it(prepared, key))
    say(f"已签名：{options.out.name}", f"Signed by {cose.fingerprint(key.public)}.")


def run_assemble(options: argparse.Namespace) -> None:
    """Assemble; install the root, or publish the lists."""
    prepared = ceremony.decode(_read(options.prepared, ceremony.MAX_BYTES))
    files = [_read(path, ceremony.MAX_SIGNATURE_BYTES) for path in options.signatures]
    opened = open_data(options)
    made = ceremony.assemble(prepared, files)
    if prepared.kind is Kind.ROOT:
        _install_root(opened, prepared, made[root.TYP], options)
    else:
        _publish_lists(opened, prepared, made, options)


def _install_root(opened: Opened, prepared: Preparation, data: bytes, options: argparse.Namespace) -> None:
    word = (options.operator, now(), options.document)
    done = opened.store.write(lambda session: ceremony.install_root(session, prepared, data, *word))
    say(
        f"根第 {done.head.seq} 版已安装，请立即 publish。",
        f"Root version {done.head.seq} is installed; run `publish` now.",
    )


def _publish_lists(
    opened: Opened, prepared: Preparation, made: Mapping[str, bytes], options: argparse.Namespace
) -> None:
    published = current.read(opened.places, opened.settings.region)
    with opened.store.read() as session:
        lists = ceremony.signed_lists(session, prepared, made, published.part if published else None)
    folders, how = key_folders(options, opened.places), opening_of(options)
    online = roles.open_online(opening.newest_root(opened.store), folders, how)
    head = publish.publish(opened.store, opened.places, online, lists, now()).checkpoint.head
    say(f"已发布第 {head.seq} 号。", f"Published no. {head.seq}.")


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


def _read(path: Path, cap: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(cap + 1)
    except OSError as error:
        raise ConfigurationError(f"{path.name}: 无法读取 / cannot be read ({error.strerror})") from None
    if len(data) > cap:
        raise ConfigurationError(f"{path.name}: 太大 / too large")
    return data
