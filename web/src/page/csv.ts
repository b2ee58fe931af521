/** A table as a CSV file that spreadsheets open: UTF-8 with its mark, and no cell that they take for a formula. */

const MARK = "\ufeff";
const RISKY = /^\s*[=+\-@＝＋－＠]/;
const DASHES = /^-*$/;

/** The file's text. */
export function csv(lines: readonly (readonly string[])[]): string {
  return MARK + lines.map((line) => `${line.map((cell) => quoted(harmless(cell))).join(",")}\r\n`).join("");
}

/** The cell, behind an apostrophe if a spreadsheet might calculate it. */
export function harmless(cell: string): string {
  return RISKY.test(cell) && !DASHES.test(cell) ? `'${cell}` : cell;
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
