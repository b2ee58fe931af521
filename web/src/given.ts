/** One thing to be verified: what to call it, and its text, or why it has none. */

import type { Reason } from "./reason.ts";

/** Why an input has no text. */
export interface Unread {
  readonly reason: Reason;
  readonly detail: string;
}

/** One thing to verify. `name` is shown only: it may say anything, and is never a path to anything. */
export interface Given {
  readonly name: string;
  readonly content: string | Unread;
}

/** A thing that has no text. */
export function unread(name: string, reason: Reason, detail = ""): Given {
  return { name, content: { reason, detail } };
}
