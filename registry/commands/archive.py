"""`archive`, `check-record`, `audit export`."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from credential.model import rfc3339
from registry.archives import region_archive
from registry.commands.common import command, group_of, now, open_data
from registry.office import audit_export
from registry.record import acts
from registry.say import say

if TYPE_CHECKING:
    from registry.commands.common import Commands


def add(commands: "Commands") -> None:
    """Describe the commands."""
    made = command(
        commands,
        "archive",
        "写出整个地区的归档：不用服务器也能核验",
        "write the region's archive, which needs no server to be checked",
        run_archive,
        "内含全部根、清单、登记册、日志、格式文本与各文件的 SHA-256；只有公开的内容，不含密钥。\n"
        "All roots, lists, registers, the log, the norm, every file's SHA-256: all of it public, no keys.",
    )
    made.add_argument("folder", type=Path, metavar="FOLDER", help="新文件夹 / a new folder")
    command(
        commands,
        "check-record",
        "核对办理记录没有被改动：每项办理、其日志与所登记的证书",
        "check that the record was not altered: every act, the log of them, the certificates they registered",
        run_check_record,
    )
    audit = group_of(commands, "audit", "给审计人员", "for auditors")
    made = command(
        audit,
        "export",
        "导出全部办理记录，可离线核对",
        "export the whole record of acts, to be checked with no network",
        run_audit_export,
        "核对：yinxin-verify audit --record。内有操作员账号名，请勿公开。\n"
        "`yinxin-verify audit --record` checks it. It names operators: do not publish it.",
    )
    made.add_argument("folder", type=Path, metavar="OUT", help="新文件夹 / a new folder")


def run_archive(options: argparse.Namespace) -> None:
    """Write the archive, and tell its fingerprint."""
    opened = open_data(options)
    done = region_archive.write(opened.store, opened.places, options.folder, now())
    say(
        f"归档已写到 {options.folder.name}：{done.files} 个文件，资料截至 {rfc3339(done.last_state)}。",
        f"The archive has {done.files} files, and what was published by {rfc3339(done.last_state)}.",
    )
    say(
        f"归档指纹：{done.fingerprint.hex()}",
        "Note this fingerprint elsewhere: it tells this archive from any other, even when signatures no longer can.",
    )


def run_check_record(options: argparse.Namespace) -> None:
    """Check the record from its beginning."""
    with open_data(options).store.read() as session:
        acts.require_whole(session, things=True)
        size, root_hash = acts.head(session)
    say(f"办理记录完整：{size} 项，根 {root_hash.hex()}", f"The record is whole: {size} acts.")


def run_audit_export(options: argparse.Namespace) -> None:
    """Export the record."""
    opened = open_data(options)
    count = audit_export.export(opened.store, opened.places, options.folder)
    say(f"已导出 {count} 项办理到 {options.folder.name}。", f"{count} acts are exported.")
