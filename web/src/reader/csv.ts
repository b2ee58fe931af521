/** QR texts in a CSV. As verifier_cli/reading/tables.py has it. */

import Papa from "papaparse";
import { unread } from "../given.ts";
import type { Content } from "./codes.ts";
import { CODE, isHeading, Texts } from "./table.ts";

const MAX_LINE = 1 << 20;
const SEPARATORS = ["\t", ";", ","];

/** Whether a text file's first filled line is one of a table that holds texts: several cells, and one tells. */
export function isTable(text: string): boolean {
  const [line = ""] = text.trimStart().split(/\r?\n/, 1);
  const cells = line.split(separatorOf(line));
  return cells.length > 1 && cells.some((cell) => isHeading(cell) || CODE.test(cell.replace(/^"|"$/g, "")));
}

/** The texts of a CSV. LIST_BROKEN if it is none. */
export function readCsv(text: string): Content[] {
  const [first = ""] = text.split(/\r?\n/, 1);
  const texts = new Texts();
  let [line, seen] = [1, 0];
  const step = ({ data, meta }: Papa.ParseStepResult<string[]>): void => {
    texts.take([line, data]);
    line += text.slice(seen, meta.cursor).split("\n").length - 1;
    seen = meta.cursor;
  };
  const longest = text.split("\n").reduce((most, each) => Math.max(most, each.length), 0);
  if (longest >= MAX_LINE) return [["", unread("LIST_BROKEN", `a line of ${MAX_LINE} characters or more`)]];
  Papa.parse<string[]>(text, { delimiter: separatorOf(first), step });
  return texts.end();
}

function separatorOf(line: string): string {
  const count = (separator: string): number => line.split(separator).length;
  return SEPARATORS.reduce((best, each) => (count(each) > count(best) ? each : best));
}
