"""Every reason that a check can give. The codes are stable for ever: programs rely on them."""

from enum import StrEnum, unique


@unique
class Outcome(StrEnum):
    """The three answers that a check can end in."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNDECIDED = "undecided"


@unique
class Reason(StrEnum):
    """Why a check ended as it did; each reason belongs to exactly one outcome."""

    # Files, pictures, documents, archives and lists, before any text is known
    FILE_UNREADABLE = "FILE_UNREADABLE"
    FILE_EMPTY = "FILE_EMPTY"
    FILE_TYPE = "FILE_TYPE"
    FILE_TOO_LARGE = "FILE_TOO_LARGE"
    READER_MISSING = "READER_MISSING"
    READING_STOPPED = "READING_STOPPED"
    PICTURE_TYPE = "PICTURE_TYPE"
    PICTURE_TOO_LARGE = "PICTURE_TOO_LARGE"
    NOT_READ = "NOT_READ"
    PDF_BROKEN = "PDF_BROKEN"
    PDF_ENCRYPTED = "PDF_ENCRYPTED"
    ZIP_BROKEN = "ZIP_BROKEN"
    ZIP_ENCRYPTED = "ZIP_ENCRYPTED"
    ZIP_NESTED = "ZIP_NESTED"
    LIST_BROKEN = "LIST_BROKEN"
    LIST_WITHOUT_TEXTS = "LIST_WITHOUT_TEXTS"
    # Step 1: the QR's text
    QR_TOO_LONG = "QR_TOO_LONG"
    QR_PREFIX = "QR_PREFIX"
    QR_DIGITS = "QR_DIGITS"
    QR_GROUP = "QR_GROUP"
    # Step 2: size and strict CBOR
    TOO_LARGE = "TOO_LARGE"
    CBOR_TRUNCATED = "CBOR_TRUNCATED"
    CBOR_NOT_SHORTEST = "CBOR_NOT_SHORTEST"
    CBOR_INDEFINITE = "CBOR_INDEFINITE"
    CBOR_KEY_ORDER = "CBOR_KEY_ORDER"
    CBOR_DUPLICATE_KEY = "CBOR_DUPLICATE_KEY"
    CBOR_UTF8 = "CBOR_UTF8"
    CBOR_TYPE = "CBOR_TYPE"
    CBOR_DEPTH = "CBOR_DEPTH"
    CBOR_LENGTH = "CBOR_LENGTH"
    CBOR_TRAILING = "CBOR_TRAILING"
    # Step 3: the COSE envelope
    COSE_TAG = "COSE_TAG"
    COSE_SHAPE = "COSE_SHAPE"
    UNPROTECTED_NOT_EMPTY = "UNPROTECTED_NOT_EMPTY"
    WRONG_TYPE = "WRONG_TYPE"
    ALG_REFUSED = "ALG_REFUSED"
    HEADER_SHAPE = "HEADER_SHAPE"
    SIGNATURE_LENGTH = "SIGNATURE_LENGTH"
    # Step 4: the claims' outer map
    CLAIMS_SHAPE = "CLAIMS_SHAPE"
    # Step 5: the region's chain
    REGION_UNKNOWN = "REGION_UNKNOWN"
    CHAIN_INVALID = "CHAIN_INVALID"
    CLOCK_SUSPECT = "CLOCK_SUSPECT"
    # Steps 6 and 7: issuer, key, signature
    ISSUER_UNKNOWN = "ISSUER_UNKNOWN"
    KEY_UNKNOWN = "KEY_UNKNOWN"
    SIGNATURE_INVALID = "SIGNATURE_INVALID"
    # Step 8: the certificate itself
    UNSUPPORTED = "UNSUPPORTED"
    BODY_SHAPE = "BODY_SHAPE"
    NAME_REFUSED = "NAME_REFUSED"
    NUMBER_ISSUER = "NUMBER_ISSUER"
    NUMBER_YEAR = "NUMBER_YEAR"
    NUMBER_LEVEL = "NUMBER_LEVEL"
    STATUS_URI_FOREIGN = "STATUS_URI_FOREIGN"
    # Step 9: its dates
    ISSUED_IN_FUTURE = "ISSUED_IN_FUTURE"
    DATE_AFTER_SIGNING = "DATE_AFTER_SIGNING"
    # Steps 10 and 11: what became of issuer and key
    ISSUER_VOID = "ISSUER_VOID"
    KEY_COMPROMISED = "KEY_COMPROMISED"
    SURVIVORS_MISSING = "SURVIVORS_MISSING"
    KEY_NOT_ACTIVE = "KEY_NOT_ACTIVE"
    ISSUER_NOT_FILED = "ISSUER_NOT_FILED"
    ISSUER_SUSPENDED = "ISSUER_SUSPENDED"
    ISSUER_WITHDRAWN = "ISSUER_WITHDRAWN"
    # Step 12: scope
    SCOPE_OCCUPATION = "SCOPE_OCCUPATION"
    SCOPE_LEVEL = "SCOPE_LEVEL"
    SCOPE_DATE = "SCOPE_DATE"
    # Step 13: term
    POST_ENDED = "POST_ENDED"
    # Step 14: status and register
    STATUS_MISSING = "STATUS_MISSING"
    REVOKED = "REVOKED"
    SUPERSEDED = "SUPERSEDED"
    SUSPENDED = "SUSPENDED"
    NOT_REGISTERED = "NOT_REGISTERED"
    NOT_YET_REGISTERED = "NOT_YET_REGISTERED"
    INDEX_MISMATCH = "INDEX_MISMATCH"
    # Any negative read from a list that is too old to say so
    STALE = "STALE"
    # Step 15: expiry
    ROOT_EXPIRED = "ROOT_EXPIRED"
    TRUST_LIST_EXPIRED = "TRUST_LIST_EXPIRED"
    STATUS_EXPIRED = "STATUS_EXPIRED"
    # Step 16
    ACCEPTED = "ACCEPTED"

    @property
    def outcome(self) -> Outcome:
        """The one outcome that this reason belongs to."""
        if self is Reason.ACCEPTED:
            return Outcome.ACCEPTED
        return Outcome.UNDECIDED if self in _UNDECIDED else Outcome.REJECTED


BEFORE_TEXT = frozenset(
    {
        Reason.FILE_UNREADABLE,
        Reason.FILE_EMPTY,
        Reason.FILE_TYPE,
        Reason.FILE_TOO_LARGE,
        Reason.READER_MISSING,
        Reason.READING_STOPPED,
        Reason.PICTURE_TYPE,
        Reason.PICTURE_TOO_LARGE,
        Reason.NOT_READ,
        Reason.PDF_BROKEN,
        Reason.PDF_ENCRYPTED,
        Reason.ZIP_BROKEN,
        Reason.ZIP_ENCRYPTED,
        Reason.ZIP_NESTED,
        Reason.LIST_BROKEN,
        Reason.LIST_WITHOUT_TEXTS,
    }
)
"""Why something that was given has no text to verify."""
_UNDECIDED = BEFORE_TEXT | frozenset(
    {
        Reason.REGION_UNKNOWN,
        Reason.CHAIN_INVALID,
        Reason.CLOCK_SUSPECT,
        Reason.UNSUPPORTED,
        Reason.SURVIVORS_MISSING,
        Reason.STATUS_MISSING,
        Reason.NOT_YET_REGISTERED,
        Reason.STALE,
        Reason.ROOT_EXPIRED,
        Reason.TRUST_LIST_EXPIRED,
        Reason.STATUS_EXPIRED,
    }
)


@unique
class Recognition(StrEnum):
    """The second answer: does an accepted certificate count in the verifier's home region?"""

    HOME = "HOME"
    RECOGNISED = "RECOGNISED"
    NO_AGREEMENT = "NO_AGREEMENT"
    AGREEMENT_NOT_IN_FORCE = "AGREEMENT_NOT_IN_FORCE"
    AGREEMENT_SUSPENDED = "AGREEMENT_SUSPENDED"
    AGREEMENT_REPEALED = "AGREEMENT_REPEALED"
    RECOGNITION_UNKNOWN = "RECOGNITION_UNKNOWN"
    DENIED = "DENIED"
    NOT_RECOGNISED = "NOT_RECOGNISED"


@unique
class Entitlement(StrEnum):
    """The answer to what a certificate entitles to in the home region. Only the first one claims anything."""

    ENTITLED = "ENTITLED"
    NOT_ACCEPTED = "NOT_ACCEPTED"
    NO_HOME = "NO_HOME"
    POLICY_MISSING = "POLICY_MISSING"
    NO_POLICY = "NO_POLICY"
    RECOGNITION_UNKNOWN = "RECOGNITION_UNKNOWN"
    NOT_RECOGNISED_HERE = "NOT_RECOGNISED_HERE"
    ELIGIBILITY_ONLY = "ELIGIBILITY_ONLY"
    POLICY_EXPIRED = "POLICY_EXPIRED"
    POLICY_UNREADABLE = "POLICY_UNREADABLE"
    NO_CLAUSE = "NO_CLAUSE"


@unique
class KeyFileReason(StrEnum):
    """Why a key file is refused."""

    MALFORMED = "MALFORMED"
    KDF_TOO_COSTLY = "KDF_TOO_COSTLY"
    CANNOT_OPEN = "CANNOT_OPEN"
    PUBLIC_KEY_MISMATCH = "PUBLIC_KEY_MISMATCH"
    WRONG_PURPOSE = "WRONG_PURPOSE"
    DEMO_KEY_REFUSED = "DEMO_KEY_REFUSED"


@unique
class SyncReason(StrEnum):
    """Why a newer set of published objects is refused; the last good one then stays."""

    OBJECT_TOO_LARGE = "OBJECT_TOO_LARGE"
    OBJECT_MALFORMED = "OBJECT_MALFORMED"
    WRONG_REGION = "WRONG_REGION"
    PIN_NOT_FOUND = "PIN_NOT_FOUND"
    ROOT_SKIPPED = "ROOT_SKIPPED"
    THRESHOLD_NOT_MET = "THRESHOLD_NOT_MET"
    DATED_AHEAD = "DATED_AHEAD"
    EPOCH_MISMATCH = "EPOCH_MISMATCH"
    ROLLBACK = "ROLLBACK"
    EQUIVOCATION = "EQUIVOCATION"
    MIX_AND_MATCH = "MIX_AND_MATCH"
    ENTRY_VANISHED = "ENTRY_VANISHED"
    ENTRY_REVIVED = "ENTRY_REVIVED"
    LIST_SHRUNK = "LIST_SHRUNK"
    EXPIRED = "EXPIRED"
