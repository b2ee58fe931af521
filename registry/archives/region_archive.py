"""A region's archive: all that it published and that still proves something, in one folder that needs no server.

`yinxin-verify archive` checks it with no network (docs/longevity.md).
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final

from credential import bundle, log, root, trust
from credential.errors import CredentialError
from credential.model import Seconds, rfc3339
from credential.published import LogHead
from registry import current, settings
from registry.files import Places, exclusive
from registry.problems import ConfigurationError, Problem, Refused
from registry.record import acts
from registry.settings import Settings
from registry.store.engine import Store

MANIFEST: Final = "manifest.sha256"
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Written:
    """What was written. `fingerprint` is the manifest's SHA-256: who notes it can tell this archive from any other."""

    fingerprint: bytes
    files: int
    last_state: Seconds


def write(store: Store, places: Places, folder: Path, now: Seconds) -> Written:
    """Write the archive of what is published at this moment to `folder`, whole or not at all.

    Refused if nothing is published, or if it is not what the record of acts says.
    """
    if folder.exists():
        raise ConfigurationError(f"{folder.name}: 已存在，不会覆盖 / exists and is not overwritten")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with exclusive(places.lock), tempfile.TemporaryDirectory(dir=folder.absolute().parent) as made:
        draft = Path(made) / "archive"
        last_state = _fill(store, places, draft, now)
        manifest = b"".join(_line(draft, path) for path in _files(draft))
        (draft / MANIFEST).write_bytes(manifest)
        draft.rename(folder)
    return Written(sha256(manifest).digest(), manifest.count(b"\n"), last_state)


def _fill(store: Store, places: Places, folder: Path, now: Seconds) -> Seconds:
    with store.read() as session:
        known = settings.load(session)
        published = current.read(places, known.region)
        if published is None or published.checkpoint.log is None:
            raise Refused(Problem.UNAVAILABLE, "尚未发布 / nothing is published yet")
        head = published.checkpoint.log
        leaves = folder / "log" / "leaves"
        leaves.parent.mkdir(parents=True)
        written = _write_leaves(leaves, (leaf.encode() for leaf in acts.leaves(session, 0, head.size)))
    if written != head:
        raise acts.altered(None)
    _put(folder / "state.cbor", bundle.encode({known.region: published.part}))
    _require_whole(known, published.part, current.read_pin(places))
    for path in sorted(places.ended.glob("*.cbor")):
        _put(folder / "ended" / path.name, path.read_bytes())
    shutil.copyfile(places.log / "checkpoint", folder / "log" / "checkpoint")
    shutil.copyfile(places.pin, folder / "pin.txt")
    _put(folder / "norm" / "format.md", norm())
    issued = published.checkpoint.head.issued
    _put(folder / "README.txt", _readme(known, issued, now).encode())
    _put(folder / "archive.json", _facts(known, published, now))
    return issued


def _require_whole(known: Settings, part: bundle.Part, pin: bytes) -> None:
    """Refuse to archive what a verifier with our pin would not believe."""
    try:
        trust.establish(known.region, part, frozenset({pin}))
    except CredentialError as error:
        raise Refused(Problem.UNAVAILABLE, f"已发布的内容不成立 / what is published does not hold: {error}") from None


def norm() -> bytes:
    """docs/format.md, as it is installed with the program, or in a checkout."""
    installed = files("registry") / "norm" / "format.md"
    checkout = Path(__file__).resolve().parents[2] / "docs" / "format.md"
    return installed.read_bytes() if installed.is_file() else checkout.read_bytes()


def _write_leaves(path: Path, leaves: Iterator[bytes]) -> LogHead:
    """The leaves, each behind its length in two bytes; the head that they make."""
    frontier = log.Frontier()
    with path.open("wb") as file:
        for leaf in leaves:
            file.write(len(leaf).to_bytes(2, "big") + leaf)
            frontier = frontier.append(log.leaf_hash(leaf))
    return frontier.head


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _line(folder: Path, path: Path) -> bytes:
    """As `sha256sum` writes it, and `sha256sum --check` reads it."""
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return f"{digest.hexdigest()}  {path.relative_to(folder).as_posix()}\n".encode()


def _facts(known: Settings, published: current.Current, now: Seconds) -> bytes:
    """For people and programs that look for an archive; a verifier believes none of it."""
    head = published.checkpoint.head
    document = {
        "yinxin_archive": 1,
        "region": known.region,
        "name": known.name,
        "pin": root.pin_of(published.part.roots[0]).hex(),
        "made": rfc3339(now),
        "last_state": rfc3339(head.issued),
        "checkpoint": {"epoch": head.epoch, "seq": head.seq},
        "status_base": known.status_base,
    }
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def _readme(known: Settings, issued: Seconds, now: Seconds) -> str:
    return f"""{known.name}（地区代码 {known.region}）技能等级证书登记资料归档
资料截至 {rfc3339(issued)}，归档于 {rfc3339(now)}。

  pin.txt          根指纹。请与当年另行公布的根指纹核对，不要只看这一份
  state.cbor       最后状态：全部根、信任清单、状态列表、互认表、登记册、泄露密钥的名单
  ended/           每次根密钥授予新纪元之前的最后状态
  log/leaves       办理记录日志的全部叶子；log/checkpoint 是日志头
  norm/format.md   格式的正式文本：只凭它就能另写核验程序
  manifest.sha256  其余每个文件的 SHA-256：sha256sum --check manifest.sha256

整体核验（不联网）：yinxin-verify archive --folder . --pin pin.txt
核验一张证书：      yinxin-verify archive --folder . --pin pin.txt 二维码文字或图片
manifest.sha256 本身的 SHA-256 就是本归档的指纹，请记在别处。

Archive of the registry {known.name}, region {known.region}
What it had published by {rfc3339(issued)}, archived {rfc3339(now)}.

  pin.txt          the pin. Compare it with the pin as it was made known then, elsewhere
  state.cbor       the last state: all roots, trust list, status lists, recognition, register, survivors of stolen keys
  ended/           the last state before each new epoch that the root granted
  log/leaves       every leaf of the log of acts; log/checkpoint is its head
  norm/format.md   the norm: who has nothing else can write a verifier
  manifest.sha256  the SHA-256 of every other file: sha256sum --check manifest.sha256

To check it whole, without a network: yinxin-verify archive --folder . --pin pin.txt
To check a certificate against it:    yinxin-verify archive --folder . --pin pin.txt TEXT_OR_PICTURE
The SHA-256 of manifest.sha256 is this archive's fingerprint: note it elsewhere.
"""
