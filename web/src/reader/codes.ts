/** From the texts of one picture's codes to what is to be verified. */

import { CheckError } from "../errors.ts";
import { unread } from "../given.ts";
import type { Unread } from "../given.ts";
import { decode } from "../qr_text.ts";

/** Where in the picture or document, and the text there, or why there is none. */
export type Content = readonly [place: string, content: string | Unread];

/** Whether a code's text begins as a certificate's does, whatever comes after. */
export function isOurs(text: string): boolean {
  try {
    decode(text);
  } catch (error) {
    if (error instanceof CheckError) return error.reason !== "QR_PREFIX";
    throw error;
  }
  return true;
}

/** Every different Yinxin code of one picture; codes of others count only if there is none. */
export function contents(texts: readonly string[]): Content[] {
  if (texts.length === 0) return [["", unread("NOT_READ")]];
  const ours = [...new Set(texts)].filter(isOurs);
  if (ours.length === 0) return [["", unread("QR_PREFIX", "the picture's code is not of a Yinxin certificate")]];
  return ours.map((text, at) => [ours.length === 1 ? "" : `#${at + 1}`, text]);
}
