/** QR texts in a column of a table: which column it is, and what each row gives. As verifier_cli/reading/tables.py has it. */

import { unread } from "../given.ts";
import type { Content } from "./codes.ts";

/** A row's line in the file, and its cells. */
export type Row = readonly [number: number, cells: readonly string[]];

/** Filled rows in which the column shows itself. */
const AHEAD = 100;
const HEADINGS: ReadonlySet<string> = new Set([
  ...["text", "qr", "qrtext", "qrcode", "qrcodetext"],
  ...["二维码", "二维码文字", "二维码内容", "二维码文本", "核验二维码"],
]);
/** How a text begins. */
export const CODE = /^\s*https?:\/\/[^\s#]{1,300}#[0-9]/i;

/** Takes a table's filled rows one by one, and has the text of each; LIST_WITHOUT_TEXTS for a row, or a table, without one. */
export class Texts {
  readonly found: Content[] = [];
  /** Rows that wait until the column shows itself. */
  #lead: Row[] | null = [];
  #column: number | null = null;

  take(row: Row): void {
    if (!isFilled(row)) return;
    if (this.#lead === null) return this.#add(row);
    this.#lead.push(row);
    if (this.#lead.length === AHEAD) this.#decide(this.#lead);
  }

  /** What was found: there are no more rows. */
  end(): Content[] {
    if (this.#lead !== null && this.#lead.length > 0) this.#decide(this.#lead);
    if (this.found.length === 0) this.found.push(["", unread("FILE_EMPTY", "a table without rows")]);
    return this.found;
  }

  #decide(lead: readonly Row[]): void {
    const known = columnOf(lead);
    this.#lead = null;
    this.#column = known?.column ?? null;
    if (known === null) this.found.push(["", unread("LIST_WITHOUT_TEXTS")]);
    else for (const row of lead.slice(known.begin)) this.#add(row);
  }

  #add([number, cells]: Row): void {
    if (this.#column === null) return;
    const text = cells[this.#column] ?? "";
    this.found.push([`:${number}`, text.trim() === "" ? unread("LIST_WITHOUT_TEXTS", "no text in this row") : text]);
  }
}

/** Where the rows begin, and the column: by its heading, else by what stands in it, with one row for headings. */
function columnOf(lead: readonly Row[]): { readonly begin: number; readonly column: number } | null {
  for (const [place, [, cells]] of lead.entries()) {
    const column = cells.findIndex(isHeading);
    if (column >= 0) return { begin: place + 1, column };
  }
  for (const [, cells] of lead) {
    const column = cells.findIndex((cell) => CODE.test(cell));
    if (column >= 0) return { begin: CODE.test(lead[0]?.[1][column] ?? "") ? 0 : 1, column };
  }
  return null;
}

/** Whether a cell says that the texts stand below it. */
export function isHeading(cell: string): boolean {
  return HEADINGS.has(cell.toLowerCase().replace(/[\s_"-]/g, ""));
}

function isFilled([, cells]: Row): boolean {
  return cells.some((cell) => cell.trim() !== "");
}
