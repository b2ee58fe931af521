/** The rows of a workbook's sheet, and the texts that its sheets share, from their XML. */

import type { Texts } from "./table.ts";
import { TooLarge } from "./unpacking.ts";
import { attribute, XmlError } from "./xml.ts";
import type { Handler, Tag } from "./xml.ts";

/** As many as a spreadsheet program takes. */
export const MAX_ROWS = 1_048_576;
/** Characters of a cell that are looked at. */
const MAX_CELL = 32_767;

const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const COORDINATE = /^\$?([A-Z]{1,3})\$?[0-9]+$/i;
/** Where a text stands below the element that holds it: alone, or in runs of different looks. */
const PLAIN = "t";
const RUN = "r/t";

/** Where one is below an element, with names of the sheets' namespace; those of others are none. */
class Path {
  readonly #names: string[] = [];
  joined = "";

  get depth(): number {
    return this.#names.length;
  }

  enter({ uri, local }: Tag): void {
    this.#names.push(uri === MAIN ? local : "?");
    this.joined = this.#names.join("/");
  }

  leave(): void {
    this.#names.pop();
    this.joined = this.#names.join("/");
  }
}

/** The texts that the sheets share, in their order; what is read aloud of them is left out. */
export class SharedTexts implements Handler {
  readonly texts: string[] = [];
  #within: Path | null = null;
  #text = "";

  open(tag: Tag): void {
    if (this.#within !== null) this.#within.enter(tag);
    else if (isMain(tag, "si")) [this.#within, this.#text] = [new Path(), ""];
  }

  text(text: string): void {
    if (this.#within?.joined === PLAIN || this.#within?.joined === RUN) this.#text += text;
  }

  close(): void {
    if (this.#within === null) return;
    if (this.#within.depth > 0) return this.#within.leave();
    this.texts.push(this.#text);
    this.#within = null;
  }
}

/** A cell that is being read: what it is, where it stands from 0, and what was found of it. */
interface Cell {
  readonly type: string;
  readonly column: number;
  readonly within: Path;
  value: string;
  inline: string;
}

/** Hands each row of a sheet to `texts`. Throws XmlError where it is no sheet, TooLarge beyond MAX_ROWS. */
export class SheetRows implements Handler {
  readonly #texts: Texts;
  readonly #shared: readonly string[];
  #number = 0;
  #column = 0;
  #cells: string[] | null = null;
  #cell: Cell | null = null;

  constructor(texts: Texts, shared: readonly string[]) {
    this.#texts = texts;
    this.#shared = shared;
  }

  open(tag: Tag): void {
    if (this.#cell !== null) this.#cell.within.enter(tag);
    else if (this.#cells !== null) this.#cell = this.#cellOf(tag);
    else if (isMain(tag, "row")) this.#beginRow(attribute(tag, "r"));
  }

  text(text: string): void {
    switch (this.#cell?.within.joined) {
      case "v":
        this.#cell.value += text;
        break;
      case `is/${PLAIN}`:
      case `is/${RUN}`:
        this.#cell.inline += text;
        break;
    }
  }

  close(): void {
    if (this.#cell === null) this.#endRow();
    else if (this.#cell.within.depth > 0) this.#cell.within.leave();
    else this.#endCell(this.#cell);
  }

  #beginRow(said: string | null): void {
    const number = said === null ? this.#number + 1 : Number(said);
    if (!Number.isInteger(number) || number <= this.#number) throw new XmlError("rows that are not in order");
    if (number > MAX_ROWS) throw new TooLarge();
    [this.#number, this.#column, this.#cells] = [number, 0, []];
  }

  #endRow(): void {
    if (this.#cells !== null) this.#texts.take([this.#number, this.#cells]);
    this.#cells = null;
  }

  #cellOf(tag: Tag): Cell {
    const where = attribute(tag, "r");
    const column = where === null ? this.#column : columnOf(where);
    this.#column = column + 1;
    return { type: attribute(tag, "t") ?? "n", column, within: new Path(), value: "", inline: "" };
  }

  #endCell(cell: Cell): void {
    const [text, cells] = [this.#textOf(cell), this.#cells ?? []];
    if (text !== "") {
      while (cells.length < cell.column) cells.push("");
      cells[cell.column] = text.slice(0, MAX_CELL);
    }
    this.#cell = null;
  }

  #textOf({ type, value, inline }: Cell): string {
    if (type === "inlineStr") return inline;
    if (type === "n" && Number.isNaN(Number(value))) throw new XmlError("a number that is none");
    if (type !== "s" || value === "") return value;
    const shared = /^\s*\d+\s*$/.test(value) ? this.#shared[Number(value)] : undefined;
    if (shared === undefined) throw new XmlError("a text that is not there");
    return shared;
  }
}

/** `C7` is in column 2. */
function columnOf(coordinate: string): number {
  const [, letters] = COORDINATE.exec(coordinate) ?? [];
  if (letters === undefined) throw new XmlError("a cell without a place");
  return [...letters.toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function isMain({ uri, local }: Tag, name: string): boolean {
  return uri === MAIN && local === name;
}
