"""What can be wrong with a token, each in words: what it is, and what to do. None of them holds a PIN."""

from pathlib import Path

from signer.errors import SignerError, refused, unavailable, usage


def needs_hsm() -> SignerError:
    """The library is not installed."""
    return usage(
        "needs-hsm",
        "没有安装密钥设备支持。请运行：pip install 'yinxin[hsm]'",
        "support for tokens is not installed. Run: pip install 'yinxin[hsm]'",
    )


def module_missing(module: Path) -> SignerError:
    """There is no file of this name."""
    return usage(
        "token-module-missing",
        f"没有 PKCS#11 模块 {module}。请装好设备厂商的驱动，写它的绝对路径（.so 文件）。",
        f"there is no PKCS#11 module {module}. Install the driver of the token's maker, and give its absolute path"
        " (an .so file).",
    )


def module_writable(module: Path) -> SignerError:
    """Others could put their own code there."""
    return usage(
        "token-module-writable",
        f"其他人可以改写 PKCS#11 模块 {module}，因此不使用它。请运行：chmod go-w '{module}'",
        f"other people can write the PKCS#11 module {module}, so it is not used. Run: chmod go-w '{module}'",
    )


def module_unfit(module: Path) -> SignerError:
    """The file does not load, or does not start."""
    return usage(
        "token-module-unfit",
        f"{module} 不是能用的 PKCS#11 模块（加载或启动失败）。请核对路径，并按厂商说明检查设备驱动。",
        f"{module} is not a PKCS#11 module that works: it does not load or start. Check the path, and the driver as its"
        " maker says.",
    )


def token_missing(token: str) -> SignerError:
    """No such token is in; exit 3, since it may be put in."""
    return unavailable(
        "token-missing",
        f"找不到名为 {token} 的密钥设备。请插好，核对名称，再运行同一命令。",
        f"no token named {token} is there. Put it in, check its name, and run the same command again.",
    )


def token_twice(token: str) -> SignerError:
    """Two tokens of one name."""
    return refused(
        "token-twice",
        f"有不止一个名为 {token} 的密钥设备。请只留一个插着。",
        f"more than one token is named {token}. Leave only one of them in.",
    )


def wrong_pin(token: str, *, last: bool) -> SignerError:
    """The PIN is wrong; `last` if the next wrong one locks it."""
    zh, en = ("再错一次就会锁住！", " One more wrong PIN locks it!") if last else ("", "")
    return usage(
        "token-pin-wrong",
        f"设备 {token} 的 PIN 不对，什么都没有做。{zh}多次输错会锁住设备，请先查清再试。",
        f"the PIN of token {token} is wrong; nothing was done.{en} Several wrong ones lock it: find the right one"
        " first.",
    )


def pin_locked(token: str) -> SignerError:
    """Too many wrong PINs."""
    return usage(
        "token-pin-locked",
        f"设备 {token} 的 PIN 已锁住，试也无用。请设备管理员用管理 PIN（SO PIN）解锁。",
        f"the PIN of token {token} is locked, and trying is of no use. Have its administrator unlock it (SO PIN).",
    )


def pin_unset(token: str) -> SignerError:
    """The token has no user PIN yet, or wants it changed."""
    return usage(
        "token-pin-unset",
        f"设备 {token} 还没有设用户 PIN，或要求更换。请先用设备的工具设好。",
        f"token {token} has no user PIN yet, or wants it changed. Set it with the token's own tool first.",
    )


def key_missing(token: str, label: str) -> SignerError:
    """No key of this label is in the token."""
    return refused(
        "token-key-missing",
        f"设备 {token} 里没有标签为 {label} 的密钥。请确认插对了设备；密钥确已丢失请运行 key rotate。",
        f"token {token} has no key labelled {label}. Make sure that it is the right token; if the key is lost, run"
        " key rotate.",
    )


def key_twice(token: str, label: str, count: int) -> SignerError:
    """Several keys of one label."""
    return refused(
        "token-key-twice",
        f"设备 {token} 里有 {count} 把密钥的标签都是 {label}，不知用哪把。请用设备的工具给其余的改标签。",
        f"token {token} has {count} keys labelled {label}, and which to use is not known. Relabel the others with the"
        " token's own tool.",
    )


def key_other(token: str, label: str) -> SignerError:
    """The key of this label is not the one that the key file names."""
    return refused(
        "token-key-other",
        f"设备 {token} 里标签为 {label} 的是另一把密钥，与本机构登记的公钥不符。请换上原来的设备。",
        f"the key labelled {label} in token {token} is another one than this issuer's. Put in the token that has it.",
    )


def key_unfit(token: str) -> SignerError:
    """The token made a key that does not sign as it should."""
    return refused(
        "token-key-unfit",
        f"设备 {token} 做出的密钥签名不合格，不能用。请联系设备厂商；它须支持 Ed25519（CKM_EDDSA）。",
        f"the key that token {token} made does not sign rightly and cannot be used. Ask its maker: it has to know"
        " Ed25519 (CKM_EDDSA).",
    )


def no_ed25519(token: str) -> SignerError:
    """The token cannot make such a key."""
    return refused(
        "token-no-ed25519",
        f"设备 {token} 不能生成 Ed25519 密钥，或没有写入权限。请换一个支持 CKM_EC_EDWARDS_KEY_PAIR_GEN 的设备。",
        f"token {token} cannot make an Ed25519 key, or is write-protected. Take one that knows"
        " CKM_EC_EDWARDS_KEY_PAIR_GEN.",
    )


def token_away(token: str, why: str) -> SignerError:
    """The token stopped answering; exit 3, since the same command continues."""
    return unavailable(
        "token-away",
        f"密钥设备 {token} 停止应答（{why}），可能被拔出。这一批没有编号、没有签发；插好设备后再运行同一命令，从这里"
        "继续。",
        f"token {token} stopped answering ({why}); it may have been pulled out. Nothing of this batch was numbered or"
        " released; put it back and run the same command again: it continues from here.",
    )
