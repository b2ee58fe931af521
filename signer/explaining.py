"""Whatever can go wrong around a command, as the one error that people and programs are told."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from credential.ed25519 import UnfitLibraryError
from signer.checking import reading
from signer.errors import SignerError, usage
from signer.keys import passphrases
from signer.roster.model import RosterError


@contextmanager
def explained() -> Iterator[None]:
    """Turn what the disk, the ledger, a roster's reader and the library raise inside into SignerError.

    BrokenPipeError passes: whoever reads has gone, and can be told nothing.
    """
    try:
        yield
    except UnfitLibraryError as error:
        raise _unfit(error) from None
    except RosterError as error:
        raise reading.explain(error) from None
    except EOFError:
        raise passphrases.needs_source() from None
    except sqlite3.Error as error:
        raise _ledger(error) from None
    except MemoryError:
        raise _memory() from None
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _disk(error) from None


def _unfit(error: UnfitLibraryError) -> SignerError:
    return usage(
        "unfit-library",
        f"本机的签名库不合格（{error}）。请重新安装：pip install --force-reinstall PyNaCl",
        f"the signature library installed here is unfit: {error}."
        " Install it again: pip install --force-reinstall PyNaCl",
    )


def _memory() -> SignerError:
    return usage(
        "memory",
        "内存不足，已停下。已完成的都已保存；请关掉别的程序，再次运行同一命令，会从中断处继续。",
        "short of memory: stopped. What was done is kept; close other programs and run the same command again: it"
        " continues where it stopped.",
    )


def _ledger(error: sqlite3.Error) -> SignerError:
    return usage(
        "ledger",
        f"签发账本读写失败（{type(error).__name__}）。请检查磁盘空间和权限；再次运行同一命令会从中断处继续。",
        f"the ledger cannot be read or written ({type(error).__name__}). Check disk space and permissions;"
        " the same command continues where it stopped.",
    )


def _disk(error: OSError) -> SignerError:
    where = error.filename or ""
    return usage(
        "disk",
        f"读写失败 {where}：{error.strerror}。处理后再次运行同一命令，会从中断处继续。",
        f"cannot read or write {where}: {error.strerror}. Mend it and run the same command again: it continues.",
    )
