"""What can be wrong with a token, each in words: what it is, and what to do. None of them holds a PIN."""

from enum import Enum, unique

from signer.errors import Exit, SignerError


@unique
class TokenFault(Enum):
    """How a command ends for each, its slug for programs, and the words; names stand in them in braces."""

    NEEDS_HSM = (
        Exit.USAGE,
        "needs-hsm",
        "没有安装密钥设备支持。请在印信的源代码目录里运行：pip install '.[hsm]'",
        "support for tokens is not installed. Run in Yinxin's source folder: pip install '.[hsm]'",
    )
    """The library is not installed."""
    MODULE_MISSING = (
        Exit.USAGE,
        "token-module-missing",
        "没有 PKCS#11 模块 {module}。请装好设备厂商的驱动，写它的绝对路径（.so 文件）。",
        (
            "there is no PKCS#11 module {module}. Install the driver of the token's maker, and give its absolute path "
            "(an .so file)."
        ),
    )
    """There is no file of this name."""
    MODULE_WRITABLE = (
        Exit.USAGE,
        "token-module-writable",
        "其他人可以改写 PKCS#11 模块 {module}，因此不使用它。请运行：chmod go-w '{module}'",
        "other people can write the PKCS#11 module {module}, so it is not used. Run: chmod go-w '{module}'",
    )
    """Others could put their own code there."""
    MODULE_UNFIT = (
        Exit.USAGE,
        "token-module-unfit",
        "{module} 不是能用的 PKCS#11 模块（加载或启动失败）。请核对路径，并按厂商说明检查设备驱动。",
        (
            "{module} is not a PKCS#11 module that works: it does not load or start. Check the path, and the driver "
            "as its maker says."
        ),
    )
    """The file does not load, or does not start."""
    TOKEN_MISSING = (
        Exit.UNAVAILABLE,
        "token-missing",
        "找不到名为 {token} 的密钥设备。请插好，核对名称，再运行同一命令。",
        "no token named {token} is there. Put it in, check its name, and run the same command again.",
    )
    """No such token is in; exit 3, since it may be put in."""
    TOKEN_TWICE = (
        Exit.REFUSED,
        "token-twice",
        "有不止一个名为 {token} 的密钥设备。请只留一个插着。",
        "more than one token is named {token}. Leave only one of them in.",
    )
    """Two tokens of one name."""
    PIN_WRONG = (
        Exit.USAGE,
        "token-pin-wrong",
        "设备 {token} 的 PIN 不对，什么都没有做。多次输错会锁住设备，请先查清再试。",
        "the PIN of token {token} is wrong; nothing was done. Several wrong ones lock it: find the right one first.",
    )
    """The PIN is wrong."""
    PIN_WRONG_ONE_LEFT = (
        Exit.USAGE,
        "token-pin-wrong",
        "设备 {token} 的 PIN 不对，什么都没有做。再错一次就会锁住！多次输错会锁住设备，请先查清再试。",
        (
            "the PIN of token {token} is wrong; nothing was done. One more wrong PIN locks it! Several wrong ones "
            "lock it: find the right one first."
        ),
    )
    """The same, and the next wrong one locks it."""
    PIN_LOCKED = (
        Exit.USAGE,
        "token-pin-locked",
        "设备 {token} 的 PIN 已锁住，试也无用。请设备管理员用管理 PIN（SO PIN）解锁。",
        "the PIN of token {token} is locked, and trying is of no use. Have its administrator unlock it (SO PIN).",
    )
    """Too many wrong PINs."""
    PIN_UNSET = (
        Exit.USAGE,
        "token-pin-unset",
        "设备 {token} 还没有设用户 PIN，或要求更换。请先用设备的工具设好。",
        "token {token} has no user PIN yet, or wants it changed. Set it with the token's own tool first.",
    )
    """The token has no user PIN yet, or wants it changed."""
    KEY_MISSING = (
        Exit.REFUSED,
        "token-key-missing",
        "设备 {token} 里没有标签为 {label} 的密钥。请确认插对了设备；密钥确已丢失请运行 key rotate。",
        (
            "token {token} has no key labelled {label}. Make sure that it is the right token; if the key is lost, run "
            "key rotate."
        ),
    )
    """No key of this label is in the token."""
    KEY_TWICE = (
        Exit.REFUSED,
        "token-key-twice",
        "设备 {token} 里有 {many} 把密钥的标签都是 {label}，不知用哪把。请用设备的工具给其余的改标签。",
        (
            "token {token} has {many} keys labelled {label}, and which to use is not known. Relabel the others with "
            "the token's own tool."
        ),
    )
    """Several keys of one label."""
    KEY_OTHER = (
        Exit.REFUSED,
        "token-key-other",
        "设备 {token} 里标签为 {label} 的是另一把密钥，与本机构登记的公钥不符。请换上原来的设备。",
        "the key labelled {label} in token {token} is another one than this issuer's. Put in the token that has it.",
    )
    """The key of this label is not the one that the key file names."""
    KEY_UNFIT = (
        Exit.REFUSED,
        "token-key-unfit",
        "设备 {token} 做出的密钥签名不合格，不能用。请联系设备厂商；它须支持 Ed25519（CKM_EDDSA）。",
        (
            "the key that token {token} made does not sign rightly and cannot be used. Ask its maker: it has to know "
            "Ed25519 (CKM_EDDSA)."
        ),
    )
    """The token made a key that does not sign as it should."""
    NO_ED25519 = (
        Exit.REFUSED,
        "token-no-ed25519",
        "设备 {token} 不能生成 Ed25519 密钥，或没有写入权限。请换一个支持 CKM_EC_EDWARDS_KEY_PAIR_GEN 的设备。",
        (
            "token {token} cannot make an Ed25519 key, or is write-protected. Take one that knows "
            "CKM_EC_EDWARDS_KEY_PAIR_GEN."
        ),
    )
    """The token cannot make such a key."""
    TOKEN_AWAY = (
        Exit.UNAVAILABLE,
        "token-away",
        (
            "密钥设备 {token} 停止应答（{why}），可能被拔出。这一批没有编号、没有签发；插好设备后再运行同一命令，"
            "从这里继续。"
        ),
        (
            "token {token} stopped answering ({why}); it may have been pulled out. Nothing of this batch was numbered "
            "or released; put it back and run the same command again: it continues from here."
        ),
    )
    """The token stopped answering; exit 3, since the same command continues."""

    def error(
        self, *, token: str = "", label: str = "", module: object = "", many: int = 0, why: str = ""
    ) -> SignerError:
        """The error, about this token, key or module."""
        code, slug, zh, en = self.value
        said = {"token": token, "label": label, "module": module, "many": many, "why": why}
        return SignerError(code, slug, zh.format(**said), en.format(**said))
