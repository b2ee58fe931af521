/** QR texts in a column of a table: which column it is, and what each row gives. As verifier_cli/reading/tables.py has it. */

import Papa from "papaparse";
import { unread } from "../given.ts";
import type { Content } from "./codes.ts";

/** A row's line in the file, and its cells. */
export type Row = readonly [number: number, cells: readonly string[]];

const MAX_LINE = 1 << 20;
/** Rows in which the column shows itself. */
const AHEAD = 100;
const HEADINGS: ReadonlySet<string> = new Set([
  ...["text", "qr", "qrtext", "qrcode", "qrcodetext"],
  ...["二维码", "二维码文字", "二维码内容", "二维码文本", "核验二维码"],
]);
const CODE = /^\s*https?:\/\/[^\s#]{1,300}#[0-9]/i;
const SEPARATORS = ["\t", ";", ","];

/** The text of every row of a table, and where it stands; LIST_WITHOUT_TEXTS for a row, or a table, without one. */
export function textsIn(rows: readonly Row[]): Content[] {
  const lead = rows.slice(0, AHEAD);
  if (!lead.some(isFilled)) return [["", unread("FILE_EMPTY", "a table without rows")]];
  const found = columnOf(lead);
  if (found === null) return [["", unread("LIST_WITHOUT_TEXTS")]];
  return rows.slice(found.begin).filter(isFilled).map(([number, cells]) => {
    const text = cells[found.column] ?? "";
    return [`:${number}`, text.trim() === "" ? unread("LIST_WITHOUT_TEXTS", "no text in this row") : text];
  });
}

/** Where the rows begin, and the column: by its heading, else by what stands in it, with one row for headings. */
function columnOf(lead: readonly Row[]): { readonly begin: number; readonly column: number } | null {
  for (const [place, [, cells]] of lead.entries()) {
    const column = cells.findIndex(isHeading);
    if (column >= 0) return { begin: place + 1, column };
  }
  for (const [, cells] of lead) {
    const column = cells.findIndex((cell) => CODE.test(cell));
    if (column >= 0) return { begin: beginOf(lead, column), column };
  }
  return null;
}

/** The first row, or that after it if it is a heading over the column. */
function beginOf(lead: readonly Row[], column: number): number {
  const first = lead.findIndex(isFilled);
  return CODE.test(lead[first]?.[1][column] ?? "") ? first : first + 1;
}

function isHeading(cell: string): boolean {
  return HEADINGS.has(cell.toLowerCase().replace(/[\s_"-]/g, ""));
}

function isFilled([, cells]: Row): boolean {
  return cells.some((cell) => cell.trim() !== "");
}

/** Whether a text file's first filled line is one of a table that holds texts: several cells, and one tells. */
export function isTable(text: string): boolean {
  const [line = ""] = text.trimStart().split(/\r?\n/, 1);
  const cells = line.split(separatorOf(line));
  return cells.length > 1 && cells.some((cell) => isHeading(cell) || CODE.test(cell.replace(/^"|"$/g, "")));
}

/** The texts of a CSV. LIST_BROKEN if it is none. */
export function readCsv(text: string): Content[] {
  const [first = ""] = text.split(/\r?\n/, 1);
  const rows: Row[] = [];
  let [line, seen] = [1, 0];
  const step = ({ data, meta }: Papa.ParseStepResult<string[]>): void => {
    rows.push([line, data]);
    line += text.slice(seen, meta.cursor).split("\n").length - 1;
    seen = meta.cursor;
  };
  const longest = text.split("\n").reduce((most, each) => Math.max(most, each.length), 0);
  if (longest >= MAX_LINE) return [["", unread("LIST_BROKEN", `a line of ${MAX_LINE} characters or more`)]];
  Papa.parse<string[]>(text, { delimiter: separatorOf(first), step });
  return textsIn(rows);
}

function separatorOf(line: string): string {
  const count = (separator: string): number => line.split(separator).length;
  return SEPARATORS.reduce((best, each) => (count(each) > count(best) ? each : best));
}
