/** One thing to be verified: what to call it, and its text, or why it has none. */

import { BEFORE_TEXT, outcomeOf } from "./reason.ts";
import type { BeforeText, Outcome, Reason } from "./reason.ts";

/** Why an input has no text; a line of a list may also be too long for one, or no text. */
export interface Unread {
  readonly reason: BeforeText | Extract<Reason, "QR_TOO_LONG" | "QR_PREFIX">;
  readonly detail: string;
}

/**
 * One thing to verify. `name` is shown only: it may say anything, and is never a path to anything. `place` is the end of
 * the name that says where in the file it stands, such as `:17` or `#p2`; without it the file is meant.
 */
export interface Given {
  readonly name: string;
  readonly content: string | Unread;
  readonly place?: string;
}

/** What stands at `place` of `file`. */
export function at(file: string, place: string, content: string | Unread): Given {
  return { name: file + place, content, place };
}

/** Why there is no text. */
export function unread(reason: Unread["reason"], detail = ""): Unread {
  return { reason, detail };
}

/** Whether `reason` is of something that has no text at all. */
export function isBeforeText(reason: BeforeText | Reason): reason is BeforeText {
  return (BEFORE_TEXT as readonly string[]).includes(reason);
}

/** The one outcome that the reason of something without a text belongs to. */
export function outcomeOfUnread({ reason }: Unread): Outcome {
  return isBeforeText(reason) ? "undecided" : outcomeOf(reason);
}
