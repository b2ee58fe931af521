/** Every reason that a check can give. The codes are stable for ever: programs rely on them. */

/** The three answers that a check can end in. */
export type Outcome = "accepted" | "rejected" | "undecided";

/** Why something that was given has no text to verify: a file, a picture, a document, an archive or a list. Each is undecided. */
export const BEFORE_TEXT = [
  "FILE_UNREADABLE",
  "FILE_EMPTY",
  "FILE_TYPE",
  "FILE_TOO_LARGE",
  "READER_MISSING",
  "READING_STOPPED",
  "PICTURE_TYPE",
  "PICTURE_TOO_LARGE",
  "NOT_READ",
  "PDF_BROKEN",
  "PDF_ENCRYPTED",
  "ZIP_BROKEN",
  "ZIP_ENCRYPTED",
  "ZIP_NESTED",
  "LIST_BROKEN",
  "LIST_WITHOUT_TEXTS",
] as const;
export type BeforeText = (typeof BEFORE_TEXT)[number];

/** Why a check of a text ended as it did, in the order of the steps; each reason belongs to exactly one outcome. */
export const REASONS = [
  // Step 1: the QR's text
  "QR_TOO_LONG",
  "QR_PREFIX",
  "QR_DIGITS",
  "QR_GROUP",
  // Step 2: size and strict CBOR
  "TOO_LARGE",
  "CBOR_TRUNCATED",
  "CBOR_NOT_SHORTEST",
  "CBOR_INDEFINITE",
  "CBOR_KEY_ORDER",
  "CBOR_DUPLICATE_KEY",
  "CBOR_UTF8",
  "CBOR_TYPE",
  "CBOR_DEPTH",
  "CBOR_LENGTH",
  "CBOR_TRAILING",
  // Step 3: the COSE envelope
  "COSE_TAG",
  "COSE_SHAPE",
  "UNPROTECTED_NOT_EMPTY",
  "WRONG_TYPE",
  "ALG_REFUSED",
  "HEADER_SHAPE",
  "SIGNATURE_LENGTH",
  // Step 4: the claims' outer map
  "CLAIMS_SHAPE",
  // Step 5: the region's chain
  "REGION_UNKNOWN",
  "CHAIN_INVALID",
  "CLOCK_SUSPECT",
  // Steps 6 and 7: issuer, key, signature
  "ISSUER_UNKNOWN",
  "KEY_UNKNOWN",
  "SIGNATURE_INVALID",
  // Step 8: the certificate itself
  "UNSUPPORTED",
  "BODY_SHAPE",
  "NAME_REFUSED",
  "NUMBER_ISSUER",
  "NUMBER_YEAR",
  "NUMBER_LEVEL",
  "STATUS_URI_FOREIGN",
  // Step 9: its dates
  "ISSUED_IN_FUTURE",
  "DATE_AFTER_SIGNING",
  // Steps 10 and 11: what became of issuer and key
  "ISSUER_VOID",
  "KEY_COMPROMISED",
  "SURVIVORS_MISSING",
  "KEY_NOT_ACTIVE",
  "ISSUER_NOT_FILED",
  "ISSUER_SUSPENDED",
  "ISSUER_WITHDRAWN",
  // Step 12: scope
  "SCOPE_OCCUPATION",
  "SCOPE_LEVEL",
  "SCOPE_DATE",
  // Step 13: term
  "POST_ENDED",
  // Step 14: status and register
  "STATUS_MISSING",
  "REVOKED",
  "SUPERSEDED",
  "SUSPENDED",
  "NOT_REGISTERED",
  "NOT_YET_REGISTERED",
  "INDEX_MISMATCH",
  // Any negative read from a list that is too old to say so
  "STALE",
  // Step 15: expiry
  "ROOT_EXPIRED",
  "TRUST_LIST_EXPIRED",
  "STATUS_EXPIRED",
  // Step 16
  "ACCEPTED",
] as const;
export type Reason = (typeof REASONS)[number];

const UNDECIDED: ReadonlySet<Reason> = new Set<Reason>([
  "REGION_UNKNOWN",
  "CHAIN_INVALID",
  "CLOCK_SUSPECT",
  "UNSUPPORTED",
  "SURVIVORS_MISSING",
  "STATUS_MISSING",
  "NOT_YET_REGISTERED",
  "STALE",
  "ROOT_EXPIRED",
  "TRUST_LIST_EXPIRED",
  "STATUS_EXPIRED",
]);

/** The one outcome that `reason` belongs to. */
export function outcomeOf(reason: Reason): Outcome {
  if (reason === "ACCEPTED") return "accepted";
  return UNDECIDED.has(reason) ? "undecided" : "rejected";
}

/** The second answer: does an accepted certificate count in the verifier's home region? */
export type Recognition =
  | "HOME"
  | "RECOGNISED"
  | "NO_AGREEMENT"
  | "AGREEMENT_NOT_IN_FORCE"
  | "AGREEMENT_SUSPENDED"
  | "AGREEMENT_REPEALED"
  | "RECOGNITION_UNKNOWN"
  | "DENIED"
  | "NOT_RECOGNISED";

/** The answer to what a certificate entitles to in the home region. Only the first one claims anything. */
export const ENTITLEMENTS = [
  "ENTITLED",
  "NOT_ACCEPTED",
  "NO_HOME",
  "POLICY_MISSING",
  "NO_POLICY",
  "RECOGNITION_UNKNOWN",
  "NOT_RECOGNISED_HERE",
  "ELIGIBILITY_ONLY",
  "POLICY_EXPIRED",
  "POLICY_UNREADABLE",
  "NO_CLAUSE",
] as const;
export type Entitlement = (typeof ENTITLEMENTS)[number];

/** Why published objects, or a newer set of them, are refused; what was held stays. */
export const SYNC_REASONS = [
  "OBJECT_TOO_LARGE",
  "OBJECT_MALFORMED",
  "WRONG_REGION",
  "PIN_NOT_FOUND",
  "ROOT_SKIPPED",
  "THRESHOLD_NOT_MET",
  "DATED_AHEAD",
  "EPOCH_MISMATCH",
  "ROLLBACK",
  "EQUIVOCATION",
  "MIX_AND_MATCH",
  "ENTRY_VANISHED",
  "ENTRY_REVIVED",
  "LIST_SHRUNK",
  "EXPIRED",
] as const;
export type SyncReason = (typeof SYNC_REASONS)[number];
