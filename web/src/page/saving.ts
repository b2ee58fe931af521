/** The list as a spreadsheet: CSV by itself, XLSX with a script that is fetched for that. */

import { HEADINGS, moment, table } from "./cells.ts";
import { csv } from "./csv.ts";
import * as phrases from "./desk_phrases.ts";
import { element } from "./dom.ts";
import type { Words } from "../wording.ts";
import type { Lexicon } from "./lent.ts";
import { OUTCOMES } from "./phrases.ts";
import type { Pile } from "./pile.ts";
import type { Run } from "./run.ts";
import { local } from "./age.ts";
import type * as Workbook from "./xlsx.ts";

const KINDS = ["accepted", "rejected", "undecided"] as const;
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
  if (script === null) return phrases.NO_WORKBOOK;
  const rows = { name: "明细 Rows", lines: [HEADINGS, ...lines] };
  return download(await script.workbook([{ name: "汇总 Summary", lines: summary(pile, unread) }, rows]), name);
}

/** What stands before the rows: when, where, and totals. */
export function summary(pile: Pick<Pile, "rows" | "totals">, unread: number): string[][] {
  const at = pile.rows.map((row) => row.at);
  const totals = KINDS.map((kind) => [`${OUTCOMES[kind].zh} ${OUTCOMES[kind].en}`, `${pile.totals[kind]}`]);
  return [
    ["核验报告 Verification report", window.location.host],
    ["判断时间 As of", moment(at.reduce((latest, each) => Math.max(latest, each), 0))],
    ["共 Rows", `${pile.rows.length}`],
    ...totals,
    ["没有读完的文件 Files not read to the end", `${unread}`],
  ];
}

function download(content: Blob, name: string): null {
  const address = URL.createObjectURL(content);
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MILLISECONDS);
  return null;
}
