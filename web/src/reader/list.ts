/** Lists of QR texts, one a line or in a column of a table. As verifier_cli/reading/lists.py has it. */

import { unread } from "../given.ts";
import type { Unread } from "../given.ts";
import type { Content } from "./codes.ts";
import { HEAD } from "./kinds.ts";
import { part } from "./part.ts";

export const MAX_LINE = 64 << 10;
export const MAX_FILE = 64 << 20;

const LINE_FEED = 10;
const BOM = [0xef, 0xbb, 0xbf];
const MAYBE_TABLE = /^[^\n]*[,;\t]/;
/** What a file of texts has somewhere near its beginning. */
const CODE = /https?:\/\/[^\s#]{1,300}#[0-9]|"text"/i;

/** What is in a text file, at least one thing. `isTable` if its name says that it is one. */
export async function readTexts(data: Uint8Array, isTable: boolean): Promise<Content[]> {
  if (data.every((byte) => byte <= 32)) return [["", unread("FILE_EMPTY")]];
  if (isUtf16(data)) return [["", unread("LIST_BROKEN", "UTF-16")]];
  const head = decoded(data.subarray(0, HEAD));
  if (isTable || MAYBE_TABLE.test(head.trimStart())) {
    const csv = await part(import("./csv.ts"));
    if (isTable || csv.isTable(head)) return csv.readCsv(decoded(data));
  }
  return CODE.test(head) ? readList(data) : [["", unread("LIST_WITHOUT_TEXTS")]];
}

function isUtf16(data: Uint8Array): boolean {
  return (data[0] === 0xff && data[1] === 0xfe) || (data[0] === 0xfe && data[1] === 0xff);
}

/** The text in UTF-8, whose last character may be cut, or else in GB18030. */
function decoded(data: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(data, { stream: true });
  } catch {
    return new TextDecoder("gb18030").decode(data);
  }
}

/** The texts of a list, each with its line `:N`; blank lines are skipped, and lines beyond the cap refused by number. */
export function readList(data: Uint8Array): Content[] {
  const contents: Content[] = [];
  let number = 0;
  for (let from = BOM.every((byte, at) => data[at] === byte) ? BOM.length : 0; from < data.length; ) {
    const end = data.indexOf(LINE_FEED, from);
    const line = data.subarray(from, end < 0 ? data.length : end);
    number += 1;
    from += line.length + 1;
    const content = line.length >= MAX_LINE ? unread("QR_TOO_LONG", `a line of ${MAX_LINE} bytes or more`) : textOf(line);
    if (content !== "") contents.push([`:${number}`, content]);
  }
  return contents;
}

/** The text of a line: the member "text" of a JSON object, else the line itself; nothing of a blank one. */
function textOf(line: Uint8Array): string | Unread {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(line).replace(/\r$/, "");
  } catch {
    return unread("QR_PREFIX", "not UTF-8");
  }
  if (/^[ \t\n\r\v\f]*$/.test(text)) return "";
  return /^[ \t\n\r\v\f]*\{/.test(text) ? memberOf(text) : text;
}

function memberOf(line: string): string | Unread {
  let found: unknown;
  try {
    found = JSON.parse(line);
  } catch {
    return unread("QR_PREFIX", "not a JSON object");
  }
  const text = typeof found === "object" && found !== null && "text" in found ? found.text : undefined;
  return typeof text === "string" ? text : unread("QR_PREFIX", 'no member "text"');
}
