"""What the registry publishes, as this issuer holds it: fetched, verified from the pins, never older than before."""

from dataclasses import dataclass

from credential import bundle, trust
from credential.errors import ObjectError
from credential.issuer import CertificateKey, Issuer
from credential.model import IssuerState, KeyState, Seconds, day_of
from credential.published import CLOCK_TOLERANCE
from credential.reason import SyncReason
from credential.trust import RegionTrust, Trust
from signer import files
from signer.errors import SignerError, refused, usage
from signer.home import Configuration, Home
from signer.remote.client import RegistryClient


@dataclass(frozen=True, slots=True)
class Published:
    """The verified objects: all of them, and those of the issuer's own region."""

    trust: Trust
    region: RegionTrust


def establish(data: bytes, configuration: Configuration) -> Published:
    """The objects in a bundle, verified. ObjectError if the issuer's region does not hold from the pins."""
    found = trust.load(data, configuration.pins, home=configuration.region)
    own = found.regions.get(configuration.region)
    if own is None:
        raise ObjectError(SyncReason.PIN_NOT_FOUND, "the bundle has nothing of the issuer's region")
    if isinstance(own, ObjectError):
        raise own
    return Published(found, own)


def held(home: Home, configuration: Configuration) -> Published | None:
    """What was fetched last, or None if nothing usable is there."""
    if not home.bundle_file.exists():
        return None
    try:
        return establish(files.read_capped(home.bundle_file, bundle.MAX_BYTES), configuration)
    except ObjectError:
        return None


def fetch(home: Home, configuration: Configuration, client: RegistryClient, now: Seconds) -> Published:
    """Fetch, verify and keep the registry's objects. SignerError: unreachable, or not to be relied on."""
    data = client.bundle()
    try:
        newer = establish(data, configuration)
        _require_no_step_back(held(home, configuration), newer, now)
    except ObjectError as error:
        raise not_relied_on(error) from None
    files.write_atomic(home.bundle_file, data, files.PRIVATE_FILE)
    return newer


def _require_no_step_back(old: Published | None, new: Published, now: Seconds) -> None:
    if old is not None and new.region.checkpoint.head.order < old.region.checkpoint.head.order:
        raise ObjectError(SyncReason.ROLLBACK, "older than what is held")
    if new.region.newest_issued > now + CLOCK_TOLERANCE:
        raise ObjectError(SyncReason.DATED_AHEAD, "dated after this machine's clock")
    if now >= new.region.checkpoint.head.expires:
        raise ObjectError(SyncReason.EXPIRED, "the checkpoint has expired")


def not_relied_on(error: ObjectError) -> SignerError:
    """The error for a set of published objects that does not verify."""
    reason = error.reason.value
    return refused(
        f"published-{reason.lower().replace('_', '-')}",
        f"登记机构公布的文件未通过核验（{reason}：{error.detail}），原有文件保留。请核对指纹文件、网址和本机时间。",
        f"what the registry publishes does not verify ({reason}: {error.detail}); what was held stays."
        " Check the pin file, the address and this machine's clock.",
    )


def require_issuer(published: Published, configuration: Configuration) -> Issuer:
    """The issuer's own entry. SignerError if it is not listed yet."""
    issuer = published.region.issuers.get(configuration.code)
    if issuer is None:
        raise refused(
            "issuer-not-listed",
            f"登记机构的名单里还没有 {configuration.code}。请等待备案公布后再签发。",
            f"{configuration.code} is not in the registry's list yet. Sign once your filing is published.",
        )
    return issuer


def require_may_sign(issuer: Issuer, public: bytes, now: Seconds) -> None:
    """Raise SignerError unless the issuer is filed today and its key `public` is active now."""
    state = issuer.state_on(day_of(now))
    if state is not IssuerState.FILED or issuer.is_void:
        name = "NOT_FILED" if state is None else state.name
        raise refused(
            "issuer-not-filed",
            f"备案状态是 {name}，现在不能签发。请联系登记机构。",
            f"the filing's state is {name}: nothing can be signed now. Call the registry.",
        )
    key = next((each for each in issuer.keys if each.public == public), None)
    if key is None or not is_active(key, now):
        raise refused(
            "key-not-active",
            "证书密钥尚未获批或已停用，签出的证书不会被承认。请把 enrol 打印的指纹报给登记机构核对。",
            "the certificate key is not approved, or no longer in use; nobody would accept what it signs."
            " Read the fingerprints that enrol prints to the registry.",
        )


def is_active(key: CertificateKey, now: Seconds) -> bool:
    """Whether what the key signs now is accepted."""
    return key.compromised_since is None and key.state_at(now) is KeyState.ACTIVE


def bad_pin_file(text: str) -> SignerError:
    """The error for a pin file that is none."""
    return usage(
        "pin-file",
        f"{text} 不是指纹文件：每行一个 64 位十六进制 SHA-256，# 开头为注释。",
        f"{text} is not a pin file: one SHA-256 in 64 hex digits a line; # begins a comment.",
    )
