/**
 * From the QR's text to bytes: `https://<host>/v#<digits>` (docs/format.md, "The QR text").
 *
 * The host proves nothing and is ignored here.
 */

import { concat } from "./bytes.ts";
import { CheckError } from "./errors.ts";

/** The longest text that any QR code can hold (ISO/IEC 18004, version 40-L, alphanumeric). */
export const MAX_CHARACTERS = 4_296;

const PREFIX = /^https:\/\/[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::[0-9]{1,5})?\/v#/;
const DIGITS = /^[0-9]+$/;
const ENDS = /^[ \t\n\r\f\v]+|[ \t\n\r\f\v]+$/g;
const GROUP_DIGITS = 17;
const BYTES_OF: ReadonlyMap<number, number> = new Map([
  [3, 1],
  [5, 2],
  [8, 3],
  [10, 4],
  [13, 5],
  [15, 6],
  [17, 7],
]);

/** The certificate's bytes. CheckError: QR_TOO_LONG, QR_PREFIX, QR_DIGITS or QR_GROUP, in that order. */
export function decode(text: string): Uint8Array {
  if (isTooLong(text)) throw new CheckError("QR_TOO_LONG");
  const line = text.replace(ENDS, "").replace(/[\r\n]/g, "");
  const prefix = PREFIX.exec(line);
  if (prefix === null) throw new CheckError("QR_PREFIX");
  const [digits = ""] = line.slice(prefix[0].length).split(/[&?]/, 1);
  if (!DIGITS.test(digits)) throw new CheckError("QR_DIGITS");
  return decodeDigits(digits);
}

/** More code points than a QR code can hold; a string has at most two units for each. */
function isTooLong(text: string): boolean {
  return text.length > 2 * MAX_CHARACTERS || (text.length > MAX_CHARACTERS && [...text].length > MAX_CHARACTERS);
}

/** The bytes of `digits` (ASCII digits only). CheckError: QR_GROUP. */
export function decodeDigits(digits: string): Uint8Array {
  const last = digits.length % GROUP_DIGITS;
  if (last !== 0 && !BYTES_OF.has(last)) throw new CheckError("QR_GROUP", `${last} digits at the end`);
  return concat(...(digits.match(/.{1,17}/g) ?? []).map(decodeGroup));
}

function decodeGroup(group: string): Uint8Array {
  const bytes = new Uint8Array(BYTES_OF.get(group.length) ?? 0);
  let rest = BigInt(group);
  for (let place = 0; place < bytes.length; place++) {
    bytes[place] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  if (rest !== 0n) throw new CheckError("QR_GROUP", "a group of digits is too large");
  return bytes;
}
