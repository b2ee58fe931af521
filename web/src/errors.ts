/** The one error root of the core: a stable reason, and a detail for the person who mends it. */

import type { Reason, SyncReason } from "./reason.ts";

/** Anything that the core refuses. `reason` is for programs; `detail` never holds personal data. */
export class CredentialError extends Error {
  readonly reason: Reason | SyncReason;
  readonly detail: string;

  constructor(reason: Reason | SyncReason, detail = "") {
    super(detail ? `${reason}: ${detail}` : reason);
    this.reason = reason;
    this.detail = detail;
  }
}

/** What a certificate's own bytes, or the lists that speak of it, are refused for. */
export class CheckError extends CredentialError {
  declare readonly reason: Reason;

  constructor(reason: Reason, detail = "") {
    super(reason, detail);
  }
}

/** A published object, or a set of them, is refused. */
export class ObjectError extends CredentialError {
  declare readonly reason: SyncReason;

  constructor(reason: SyncReason, detail = "") {
    super(reason, detail);
  }
}
