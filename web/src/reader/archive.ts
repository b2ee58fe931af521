/** Reading the files in a ZIP, one after the other, without ever unpacking more than is allowed. */

import { unread } from "../given.ts";
import type { Unread } from "../given.ts";
import { isLitter } from "./kinds.ts";
import { isLocked, TooLarge, unpackTo, wordsOf } from "./unpacking.ts";
import type { Entry, FileEntry } from "./unpacking.ts";

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

/** The files in a ZIP with these entries from `from` on, as they are unpacked; what is said of the ZIP itself has no name. */
export async function* unpack(entries: readonly Entry[], from: number): AsyncGenerator<Unpacked> {
  const files = filesIn(entries);
  if (isOffice(entries)) yield ofZip(unread("FILE_TYPE", "a document of an office program"));
  else if (files.length === 0) yield ofZip(unread("FILE_EMPTY", "a ZIP without files"));
  else if (files.length > MAX_ENTRIES) yield ofZip(unread("FILE_TOO_LARGE", `${files.length} entries, at most ${MAX_ENTRIES}`));
  else yield* unpackAll(files, from);
}

/** What is said of a ZIP in a ZIP, of which no file is unpacked. */
export function refused(entries: readonly Entry[]): Unread {
  return isOffice(entries) ? unread("FILE_TYPE", "a document of an office program") : unread("ZIP_NESTED");
}

function isOffice(entries: readonly Entry[]): boolean {
  return entries.some(({ filename }) => OFFICE.has(filename));
}

/** All but folders and litter. */
function filesIn(entries: readonly Entry[]): FileEntry[] {
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
  const parts: Uint8Array<ArrayBuffer>[] = [];
  try {
    await unpackTo((part) => void parts.push(part), file, most);
  } catch (error) {
    if (error instanceof TooLarge) return unread("FILE_TOO_LARGE", `over ${most} bytes unpacked`);
    return isLocked(error) ? unread("ZIP_ENCRYPTED") : unread("ZIP_BROKEN", wordsOf(error));
  }
  return new Blob(parts);
}
