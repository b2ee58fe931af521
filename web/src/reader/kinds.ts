/** What a file is: by its first bytes, and only where those say nothing by its name. As verifier_cli/reading/kinds.py has it. */

/** Bytes of a file's beginning that are looked at. */
export const HEAD = 64 << 10;

/** What makes a ZIP a workbook: a file of this path in it. */
export const WORKBOOK = "xl/workbook.xml";

/** How a file is read; `zip` may also be an XLSX, which only the list of its entries tells. */
export type Kind = "picture" | "pdf" | "zip" | "table" | "list" | "old-office" | "other";

const PICTURES: ReadonlySet<string> = new Set([
  ...[".png", ".jpg", ".jpeg", ".jfif", ".webp", ".bmp", ".gif", ".tif", ".tiff"],
  ...[".svg", ".svgz", ".eps", ".ps", ".heic", ".heif", ".avif", ".ico"],
]);
const LISTS: ReadonlySet<string> = new Set([".txt", ".jsonl", ".json", ".csv", ".tsv", ".lst", ".list"]);
const BY_NAME: ReadonlyMap<string, Kind> = new Map([
  [".pdf", "pdf"],
  [".zip", "zip"],
  [".xlsx", "zip"],
  [".csv", "table"],
  [".tsv", "table"],
]);
const PICTURE = ["\x89PNG", "\xff\xd8\xff", "GIF8", "II*\0", "MM\0*", "RIFF", "%!PS", "\xc5\xd0\xd3\xc6", "<svg", "<?xml"];
const ZIP = ["PK\x03\x04", "PK\x05\x06", "PK\x07\x08"];
const SHEETS: ReadonlySet<string> = new Set([".xls", ".xlsx", ".et"]);
const OLD_OFFICE = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
const LITTER: ReadonlySet<string> = new Set(["thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx", "$recycle.bin"]);

/** How the file that begins with `head` and is called `name` is read. */
export function kindOf(head: Uint8Array, name: string): Kind {
  const text = latin1(head);
  const begins = (magic: string): boolean => text.startsWith(magic);
  const start = text.replace(/^[ \t\n\r\v\f]+/, "");
  if (text.slice(0, 1024).includes("%PDF-")) return "pdf";
  if (ZIP.some(begins)) return "zip";
  if (PICTURE.some((magic) => start.startsWith(magic)) || (begins("BM") && text.slice(6, 10) === "\0\0\0\0")) return "picture";
  if (begins(OLD_OFFICE)) return SHEETS.has(suffix(name)) ? "old-office" : "other";
  return byName(text, suffix(name));
}

function byName(text: string, ending: string): Kind {
  if (PICTURES.has(ending)) return "picture";
  const known = BY_NAME.get(ending);
  if (known === "pdf" || known === "zip") return known;
  if (text.includes("\0") && !LISTS.has(ending)) return "other";
  return known ?? "list";
}

/** A character for each byte. */
function latin1(bytes: Uint8Array): string {
  let text = "";
  for (let from = 0; from < bytes.length; from += 8192) text += String.fromCharCode(...bytes.subarray(from, from + 8192));
  return text;
}

/** The ending of a file's name, in small letters. */
export function suffix(name: string): string {
  const last = name.slice(name.lastIndexOf("/") + 1);
  const dot = last.lastIndexOf(".");
  return /[^.]/.test(last.slice(0, Math.max(dot, 0))) ? last.slice(dot).toLowerCase() : "";
}

/** Whether a system or a program leaves files with such a path behind: hidden ones, and a few that everyone knows. */
export function isLitter(path: string): boolean {
  return path.split(/[/\\]/).some((part) => part !== "." && part !== ".." && isLitterPart(part));
}

function isLitterPart(name: string): boolean {
  return name.startsWith(".") || name.startsWith("~$") || LITTER.has(name.toLowerCase());
}
