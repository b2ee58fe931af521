/** A table as an Excel workbook. A script of its own, fetched when somebody saves one. */

import write from "write-excel-file/universal";

const WIDTH = 18;

/** The workbook: a bold row of headings that stays in sight. Every cell is a text, so that none is calculated. */
export function workbook(headings: readonly string[], lines: readonly (readonly string[])[]): Promise<Blob> {
  const text = (value: string) => ({ value, type: String });
  const rows = [headings.map((heading) => ({ ...text(heading), fontWeight: "bold" as const })), ...lines.map((line) => line.map(text))];
  return write(rows, { sheet: "核验 Verification", columns: headings.map(() => ({ width: WIDTH })), stickyRowsCount: 1 }).toBlob();
}
