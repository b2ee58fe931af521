/** From the texts of a picture's codes to what is to be verified. */

import { CheckError } from "../errors.ts";
import { unread } from "../given.ts";
import type { Given } from "../given.ts";
import { decode } from "../qr_text.ts";

/** Whether a code's text begins as a certificate's does, whatever comes after. */
export function isOurs(text: string): boolean {
  try {
    decode(text);
  } catch (error) {
    return !(error instanceof CheckError) || error.reason !== "QR_PREFIX";
  }
  return true;
}

/** Every different Yinxin code of the picture `name`; codes of others count only if there is none. */
export function givens(name: string, texts: readonly string[]): Given[] {
  if (texts.length === 0) return [unread(name, "NOT_READ")];
  const ours = [...new Set(texts)].filter(isOurs);
  if (ours.length === 0) return [unread(name, "QR_PREFIX", "the picture's code is not of a Yinxin certificate")];
  return ours.map((content, at) => ({ name: ours.length === 1 ? name : `${name}#${at + 1}`, content }));
}
