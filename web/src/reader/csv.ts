/** QR texts in a CSV. As verifier_cli/reading/tables.py has it. */

import Papa from "papaparse";
import { unread } from "../given.ts";
import type { Content } from "./codes.ts";
import { CODE, isHeading, Texts } from "./table.ts";

const MAX_LINE = 1 << 20;
/** As many as a spreadsheet has. */
const MAX_COLUMNS = 16_384;
/** Characters of a cell. */
const MAX_CELL = 128 << 10;
const SEPARATORS = ["\t", ";", ","];

/** Whether a text file's first filled line is one of a table that holds texts: several cells, and one tells. */
export function isTable(text: string): boolean {
  const [line = ""] = text.trimStart().split(/\r?\n/, 1);
  const cells = line.split(separatorOf(line));
  return cells.length > 1 && cells.some((cell) => isHeading(cell) || CODE.test(cell.replace(/^"|"$/g, "")));
}

/** The texts of a CSV. LIST_BROKEN from where it is none any more. */
export function readCsv(data: string): Content[] {
  const text = data.replace(/\r\n?/g, "\n");
  const [first = ""] = text.split("\n", 1);
  const texts = new Texts();
  let [line, seen, why] = [1, 0, ""];
  const step = ({ data: cells, errors, meta }: Papa.ParseStepResult<string[]>, parser: Papa.Parser): void => {
    why = errors[0]?.message ?? faultOf(cells);
    if (why !== "") return parser.abort();
    texts.take([line, cells]);
    line += text.slice(seen, meta.cursor).split("\n").length - 1;
    seen = meta.cursor;
  };
  const longest = text.split("\n").reduce((most, each) => Math.max(most, each.length), 0);
  if (longest >= MAX_LINE) return [["", unread("LIST_BROKEN", `a line of ${MAX_LINE} characters or more`)]];
  Papa.parse<string[]>(text, { delimiter: separatorOf(first), newline: "\n", step });
  return why === "" ? texts.end() : [...texts.found, ["", unread("LIST_BROKEN", why)]];
}

/** Why cells are no row of a table; empty if they are. */
function faultOf(cells: readonly string[]): string {
  if (cells.length > MAX_COLUMNS) return `a row of more than ${MAX_COLUMNS} columns`;
  return cells.some((cell) => cell.length > MAX_CELL) ? `a cell of more than ${MAX_CELL} characters` : "";
}

function separatorOf(line: string): string {
  const count = (separator: string): number => line.split(separator).length;
  return SEPARATORS.reduce((best, each) => (count(each) > count(best) ? each : best));
}
