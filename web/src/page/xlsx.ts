/** A report as an Excel workbook. A script of its own, fetched when somebody saves one. */

import write from "write-excel-file/universal";

const WIDTH = 18;

/** A sheet: its name, and its lines, of which the first one stays in sight. */
export interface Sheet {
  readonly name: string;
  readonly lines: readonly (readonly string[])[];
}

/** The workbook. Every cell is a text, whatever it begins with: none is calculated. */
export function workbook(sheets: readonly Sheet[]): Promise<Blob> {
  return write(sheets.map(sheetOf)).toBlob();
}

/** In a workbook `_x202E_` stands for a character: what only looks like that stays what it is. */
export function literal(cell: string): string {
  return cell.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, "_x005F_");
}

function sheetOf({ name, lines }: Sheet) {
  const [head = [], ...rest] = lines;
  const text = (value: string) => ({ value: literal(value), type: String });
  const data = [head.map((value) => ({ ...text(value), fontWeight: "bold" as const })), ...rest.map((line) => line.map(text))];
  return { data, sheet: name, columns: head.map(() => ({ width: WIDTH })), stickyRowsCount: 1 };
}
