/** QR texts in an XLSX, after its size was looked at. As verifier_cli/reading/workbooks.py has it. */

import { unread } from "../given.ts";
import type { Unread } from "../given.ts";
import type { Content } from "./codes.ts";
import { WORKBOOK } from "./kinds.ts";
import { SharedTexts, SheetRows } from "./sheet.ts";
import { Texts } from "./table.ts";
import { TooLarge, unpackTo, wordsOf } from "./unpacking.ts";
import type { Entry, FileEntry } from "./unpacking.ts";
import { attribute, XmlError, XmlReader } from "./xml.ts";
import type { Handler, Tag } from "./xml.ts";

export const MAX_ENTRIES = 10_000;
/** Unpacked bytes of the texts that the sheets share, all of which are in memory at once. */
export const MAX_STRINGS = 128 << 20;
/** Unpacked bytes of all that is in it, and of all that is read of it: less than on the command line, to spare the browser. */
export const MAX_UNPACKED = 256 << 20;

/** Characters of a sheet's name: as many as a spreadsheet program takes. */
const MAX_TITLE = 31;
const TYPES = "[Content_Types].xml";
const RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.";
const BOOKS: ReadonlySet<string> = new Set([
  `${SPREADSHEET}sheet.main+xml`,
  `${SPREADSHEET}template.main+xml`,
  "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
  "application/vnd.ms-excel.template.macroEnabled.main+xml",
]);
const STRINGS = `${SPREADSHEET}sharedStrings+xml`;

/** The texts of every sheet, `:SHEET:ROW` if there are several. LIST_BROKEN from where it cannot be read. */
export async function readWorkbook(entries: readonly Entry[]): Promise<Content[]> {
  const found: Content[] = [];
  try {
    await new Workbook(entries).read(found);
  } catch (error) {
    found.push(["", whyOf(error)]);
  }
  return found;
}

function whyOf(error: unknown): Unread {
  if (error instanceof TooLarge) return unread("FILE_TOO_LARGE", "a workbook too large for the page");
  return unread("LIST_BROKEN", wordsOf(error));
}

/** A sheet: its title, and where in the ZIP it is. */
interface Sheet {
  readonly title: string;
  readonly file: FileEntry;
}

class Workbook {
  readonly #parts = new Map<string, FileEntry>();
  #left = MAX_UNPACKED;

  /** Throws TooLarge if there is too much in it. */
  constructor(entries: readonly Entry[]) {
    for (const entry of entries) if (!entry.directory) this.#parts.set(entry.filename, entry);
    const total = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0);
    if (entries.length > MAX_ENTRIES || total > MAX_UNPACKED) throw new TooLarge();
  }

  /** Adds the texts of every sheet to `found`. Rejects from where it cannot be read. */
  async read(found: Content[]): Promise<void> {
    const types = await this.#tags(this.#part(TYPES), "Override", "Default");
    const sheets = await this.#sheets(bookIn(types));
    if (sheets.length === 0) found.push(["", unread("FILE_EMPTY", "a workbook without sheets")]);
    const shared = await this.#sharedTexts(types);
    for (const { title, file } of sheets) {
      const place = sheets.length === 1 ? "" : `:${title}`;
      await this.#readSheet(file, shared, (texts) => found.push(...texts.map(([end, content]): Content => [place + end, content])));
    }
  }

  /** Hands on what was found before anything breaks, too. */
  async #readSheet(file: FileEntry, shared: readonly string[], take: (texts: Content[]) => void): Promise<void> {
    const texts = new Texts();
    try {
      await this.#parse(file, new SheetRows(texts, shared));
    } catch (error) {
      take(texts.found);
      throw error;
    }
    take(texts.end());
  }

  async #sharedTexts(types: readonly Tag[]): Promise<readonly string[]> {
    const path = stringsIn(types);
    if (path === null) return [];
    const file = this.#part(path);
    if (file.uncompressedSize > MAX_STRINGS) throw new TooLarge();
    const shared = new SharedTexts();
    await this.#parse(file, shared);
    return shared.texts;
  }

  /** Sheets of cells, in their order; not those of charts. */
  async #sheets(book: string): Promise<Sheet[]> {
    const [folder, name] = [book.slice(0, book.lastIndexOf("/") + 1), book.slice(book.lastIndexOf("/") + 1)];
    const related = await this.#tags(this.#part(`${folder}_rels/${name}.rels`), "Relationship");
    const byId = new Map(related.map((each) => [attribute(each, "Id"), each]));
    const sheets: Sheet[] = [];
    for (const tag of await this.#tags(this.#part(book), "sheet")) {
      const id = Object.values(tag.attributes).find(({ uri, local }) => uri === RELATIONSHIPS && local === "id")?.value;
      if (id === undefined) continue;
      const relation = byId.get(id);
      if (relation === undefined) throw new XmlError("a sheet that is not there");
      const file = this.#parts.get(targetOf(relation, folder));
      const isChart = attribute(relation, "Type")?.includes("chartsheet") === true;
      if (file !== undefined && !isChart) sheets.push({ title: (attribute(tag, "name") ?? "").slice(0, MAX_TITLE), file });
    }
    return sheets;
  }

  #part(path: string): FileEntry {
    const file = this.#parts.get(path);
    if (file === undefined) throw new XmlError(`without ${path}`);
    return file;
  }

  /** The elements of these names. */
  async #tags(file: FileEntry, ...names: string[]): Promise<Tag[]> {
    const tags: Tag[] = [];
    await this.#parse(file, { open: (tag) => void (names.includes(tag.local) && tags.push(tag)) });
    return tags;
  }

  async #parse(file: FileEntry, handler: Handler): Promise<void> {
    const xml = new XmlReader(handler);
    const take = (part: Uint8Array): void => {
      this.#left -= part.length;
      xml.write(part);
    };
    await unpackTo(take, file, this.#left);
    xml.end();
  }
}

/** The path of the workbook itself. */
function bookIn(types: readonly Tag[]): string {
  const found = types.find((tag) => BOOKS.has(attribute(tag, "ContentType") ?? ""));
  if (found === undefined) throw new XmlError("no workbook in it");
  return attribute(found, "PartName")?.slice(1) ?? WORKBOOK;
}

/** The path of the texts that the sheets share, if they do. */
function stringsIn(types: readonly Tag[]): string | null {
  const found = types.find((tag) => attribute(tag, "ContentType") === STRINGS && attribute(tag, "PartName") !== null);
  return found === undefined ? null : (attribute(found, "PartName") ?? "").slice(1);
}

/** The path in the ZIP to which `relation` of a part in `folder` leads. */
function targetOf(relation: Tag, folder: string): string {
  const target = attribute(relation, "Target") ?? "";
  if (attribute(relation, "TargetMode") === "External") return "";
  if (target.startsWith("/")) return target.slice(1);
  const steps: string[] = [];
  for (const step of `${folder}${target}`.split("/")) {
    if (step === "..") steps.pop();
    else if (step !== "." && step !== "") steps.push(step);
  }
  return steps.join("/");
}
