/** The list as a spreadsheet: CSV by itself, XLSX with a script that is fetched for that. */

import { HEADINGS, table } from "./cells.ts";
import { csv } from "./csv.ts";
import * as phrases from "./desk_phrases.ts";
import { element } from "./dom.ts";
import type { Words } from "../wording.ts";
import type { Lexicon } from "./lent.ts";
import type { Run } from "./run.ts";
import { local } from "./age.ts";
import type * as Workbook from "./xlsx.ts";

/** How long the browser may take to begin with writing the file. */
const KEPT_MILLISECONDS = 60_000;

/** The address of the script that writes workbooks; the build puts it here. */
declare const XLSX: string;

/** Saves all rows, whatever the list is filtered by; what to say if that cannot be done. */
export async function save(kind: "csv" | "xlsx", { pile, unread }: Run, lexicon: Lexicon): Promise<Words | null> {
  const lines = table(pile.rows, lexicon);
  const part = unread > 0 ? "部分-partial-" : "";
  const name = `核验-${part}${local(Date.now() / 1000).replace(/[-:]/g, "").replace(" ", "-")}.${kind}`;
  if (kind === "csv") return download(new Blob([csv([HEADINGS, ...lines])], { type: "text/csv" }), name);
  const script = (await import(XLSX).catch(() => null)) as typeof Workbook | null;
  return script === null ? phrases.NO_WORKBOOK : download(await script.workbook(HEADINGS, lines), name);
}

function download(content: Blob, name: string): null {
  const address = URL.createObjectURL(content);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MILLISECONDS);
  return null;
}
