/** Reading the files in a ZIP, one after the other, without ever unpacking more than is allowed. */

import { BlobReader, configure, ERR_ENCRYPTED, ZipReader } from "@zip.js/zip.js/lib/zip-core-custom.js";
import type { Entry, FileEntry } from "@zip.js/zip.js/lib/zip-core-custom.js";
import { unread } from "../given.ts";
import type { Unread } from "../given.ts";
import { isLitter } from "./kinds.ts";

/** Files in a ZIP that are read. */
export const MAX_ENTRIES = 20_000;
/** Bytes of one file in it, unpacked. */
export const MAX_ENTRY = 64 << 20;
/** Bytes of all files in it together, unpacked. */
export const MAX_TOTAL = 4 * 2 ** 30;

/** A file in a ZIP: its name, which is shown only, and its content, or why there is none; null before it is unpacked. */
export interface Unpacked {
  readonly number: number;
  readonly name: string;
  readonly content: Blob | Unread | null;
}

/** What documents of office programs begin with, which are ZIPs too. */
const OFFICE: ReadonlySet<string> = new Set(["[Content_Types].xml", "mimetype"]);

configure({ useWebWorkers: false });

/** The files in a ZIP from `from` on, as they are unpacked; what is said of the ZIP itself has no name. */
export async function* unpack(data: Blob, from: number): AsyncGenerator<Unpacked> {
  const files = await filesIn(data);
  if (!(files instanceof Array)) yield ofZip(files);
  else if (files.length === 0) yield ofZip(unread("FILE_EMPTY", "a ZIP without files"));
  else if (files.length > MAX_ENTRIES) yield ofZip(unread("FILE_TOO_LARGE", `${files.length} entries, at most ${MAX_ENTRIES}`));
  else yield* unpackAll(files, from);
}

/** What is said of a ZIP in a ZIP, of which no file is unpacked. */
export async function refused(data: Blob): Promise<Unread> {
  const files = await filesIn(data);
  return files instanceof Array ? unread("ZIP_NESTED") : files;
}

/** What the directory of a ZIP lists, but folders and litter, or why it is not read. */
async function filesIn(data: Blob): Promise<FileEntry[] | Unread> {
  let entries: Entry[];
  try {
    entries = await new ZipReader(new BlobReader(data), { decodeText: nameOf, strictness: "tolerant" }).getEntries();
  } catch (error) {
    return unread("ZIP_BROKEN", wordsOf(error));
  }
  if (entries.some(({ filename }) => OFFICE.has(filename))) return unread("FILE_TYPE", "a document of an office program");
  return entries.filter((entry): entry is FileEntry => !entry.directory && !isLitter(entry.filename));
}

function ofZip(content: Unread): Unpacked {
  return { number: 0, name: "", content };
}

async function* unpackAll(files: readonly FileEntry[], from: number): AsyncGenerator<Unpacked> {
  let left = MAX_TOTAL;
  for (const [number, file] of files.entries()) {
    if (number < from) continue;
    const name = file.filename;
    yield { number, name, content: null };
    const content = await unpacked(file, Math.min(MAX_ENTRY, left));
    yield { number, name, content };
    left -= content instanceof Blob ? content.size : 0;
  }
}

async function unpacked(file: FileEntry, most: number): Promise<Blob | Unread> {
  if (file.encrypted) return unread("ZIP_ENCRYPTED");
  if (file.uncompressedSize > most) return tooLarge(most);
  const limited = new Limited(most);
  try {
    await file.getData(limited.stream, { checkSignature: true });
  } catch (error) {
    if (limited.isOver) return tooLarge(most);
    return wordsOf(error) === ERR_ENCRYPTED ? unread("ZIP_ENCRYPTED") : unread("ZIP_BROKEN", wordsOf(error));
  }
  return new Blob(limited.parts);
}

function tooLarge(most: number): Unread {
  return unread("FILE_TOO_LARGE", `over ${most} bytes unpacked`);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : "broken";
}

/** Takes what is unpacked, and ends the unpacking where it becomes too much: what an entry says of its size may be a lie. */
class Limited {
  readonly parts: Uint8Array<ArrayBuffer>[] = [];
  readonly stream: WritableStream<Uint8Array<ArrayBuffer>>;
  isOver = false;

  constructor(most: number) {
    let left = most;
    this.stream = new WritableStream({
      write: (part) => {
        left -= part.length;
        this.isOver = left < 0;
        if (this.isOver) throw new RangeError("too large");
        this.parts.push(part);
      },
    });
  }
}

/** A name as UTF-8, else as Chinese Windows writes it, else as DOS did. */
function nameOf(bytes: Uint8Array): string | undefined {
  for (const encoding of ["utf-8", "gb18030"]) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes);
    } catch {
      continue;
    }
  }
  return undefined;
}
