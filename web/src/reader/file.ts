/** Reading one file, whatever it is: pictures, PDFs, ZIPs of them, lists of QR texts, workbooks with a column of them. */

import { at, unread } from "../given.ts";
import type { Given } from "../given.ts";
import type { Unpacked } from "./archive.ts";
import type { Content } from "./codes.ts";
import { HEAD, kindOf, WORKBOOK } from "./kinds.ts";
import type { Decode } from "./ladder.ts";
import { MAX_FILE as MAX_LIST, readTexts } from "./list.ts";
import type { Unit } from "./messages.ts";
import { part } from "./part.ts";
import { readPicture } from "./picture.ts";

/** What a file holds, part by part, at least one Given. Before each of its units, if it has several, the unit. */
export async function* readFile(name: string, data: Blob, from: number, decode: Decode): AsyncGenerator<Unit | Given[]> {
  for await (const part of readKind(name, data, decode, { from, isOutermost: true })) {
    yield isUnit(part) ? part : part.map(([place, content]) => at(name, place, content));
  }
}

type Part = Unit | Content[];

/** Where to begin, and whether it is the file that was given, and not one in it. */
interface Start {
  readonly from: number;
  readonly isOutermost: boolean;
}

async function* readKind(name: string, data: Blob, decode: Decode, start: Start): AsyncGenerator<Part> {
  if (data.size === 0 && start.isOutermost) return yield [["", unread("FILE_EMPTY")]];
  const kind = kindOf(new Uint8Array(await data.slice(0, HEAD).arrayBuffer()), name);
  switch (kind) {
    case "picture":
      return yield await readPicture(data, decode);
    case "pdf":
      return yield* (await part(import("./document.ts"))).readDocument(data, start.from, decode);
    case "zip":
      return yield* readZip(name, data, decode, start);
    case "table":
    case "list":
      return yield await readLines(data, kind === "table");
    case "old-office":
      return yield [["", unread("LIST_BROKEN", "an XLS, or a workbook with a password")]];
    case "other":
      return yield [["", unread("FILE_TYPE")]];
  }
}

async function readLines(data: Blob, isTable: boolean): Promise<Content[]> {
  if (data.size > MAX_LIST) return [["", unread("FILE_TOO_LARGE", `over ${MAX_LIST} bytes`)]];
  return readTexts(new Uint8Array(await data.arrayBuffer()), isTable);
}

async function* readZip(name: string, data: Blob, decode: Decode, start: Start): AsyncGenerator<Part> {
  const { listed, readWorkbook, refused, unpack } = await part(import("./zip.ts"));
  const entries = await listed(data, name);
  if (!(entries instanceof Array)) yield [["", entries]];
  else if (entries.some(({ filename }) => filename === WORKBOOK)) yield await readWorkbook(entries);
  else if (start.isOutermost) yield* readArchive(unpack(entries, start.from), decode);
  else yield [["", refused(entries)]];
}

/** The files in it, each as if it had been given by itself. */
async function* readArchive(files: AsyncGenerator<Unpacked>, decode: Decode): AsyncGenerator<Part> {
  for await (const { number, name, content } of files) {
    const place = name === "" ? "" : `!/${name}`;
    if (content === null) yield { number, place };
    else if (content instanceof Blob) yield* within(place, readKind(name, content, decode, { from: 0, isOutermost: false }));
    else yield [[place, content]];
  }
}

/** What is in a file of an archive, which is one unit whatever it has itself. */
async function* within(place: string, parts: AsyncGenerator<Part>): AsyncGenerator<Content[]> {
  for await (const part of parts) if (!isUnit(part)) yield part.map(([end, content]) => [place + end, content]);
}

function isUnit(part: Unit | readonly unknown[]): part is Unit {
  return "place" in part;
}
