/** What is dropped or chosen as files with their paths: folders are walked to their ends, within limits. */

import { isLitter } from "../reader/kinds.ts";
import type { Named } from "./reading.ts";

/** More at once would be a mistake, such as the whole disk. */
export const MOST_FILES = 10_000;
const MOST_DEPTH = 32;

/** There are more files than a page should take at once. */
export class TooMany extends Error {
  override readonly name = "TooMany";
}

/** The files that were chosen in a dialogue. Those of a folder say where in it they stand; what systems leave in it is left out. */
export function chosen(files: Iterable<File>): Named[] {
  const named = [...files].map((file) => ({ name: file.webkitRelativePath || file.name, data: file }));
  const [first] = named;
  const wanted = capped(named.filter(({ name }) => !isLitter(inFolder(name))));
  return first === undefined || wanted.length > 0 ? wanted : [nothingIn(first.name.replace(/\/.*/s, ""))];
}

/** Where in the chosen folder; nowhere for a file that was chosen itself, which is read whatever it is called. */
function inFolder(path: string): string {
  return path.includes("/") ? path.slice(path.indexOf("/") + 1) : "";
}

/** What stands for a folder of which there is nothing to read: it has its row. */
function nothingIn(folder: string): Named {
  return { name: `${folder}/`, data: new Blob() };
}

/** The files and folders of a drop. Call it in the event itself: later the browser knows nothing of them any more. */
export function dropped({ items, files }: DataTransfer): Promise<Named[]> {
  const entries = [...items].flatMap((item) => (item.kind === "file" ? (item.webkitGetAsEntry?.() ?? []) : []));
  return entries.length > 0 ? walked(entries) : Promise.resolve(chosen(files));
}

/** The files below these entries, in the order of their paths, at least one for each. TooMany: there are too many, or they lie too deep. */
export async function walked(entries: readonly FileSystemEntry[]): Promise<Named[]> {
  const found: Named[] = [];
  for (const entry of entries) {
    const before = found.length;
    await walk(entry, 0, found);
    if (found.length === before) found.push(nothingIn(nameOf(entry)));
  }
  return found;
}

async function walk(entry: FileSystemEntry, depth: number, found: Named[]): Promise<void> {
  if (depth > MOST_DEPTH || found.length >= MOST_FILES) throw new TooMany();
  if (isFile(entry)) found.push({ name: nameOf(entry), data: await fileOf(entry) });
  if (!isFolder(entry)) return;
  const inside = await allIn(entry.createReader());
  if (inside === null) found.push(nothingIn(nameOf(entry)));
  const wanted = (inside ?? []).filter(({ name }) => !isLitter(name));
  for (const each of wanted.sort((a, b) => (a.name < b.name ? -1 : 1))) await walk(each, depth + 1, found);
}

function nameOf(entry: FileSystemEntry): string {
  return entry.fullPath.replace(/^\//, "");
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

/** The file; an empty one in place of one that the browser may not read: it has its row. */
function fileOf(entry: FileSystemFileEntry): Promise<Blob> {
  return new Promise((resolve) => entry.file(resolve, () => resolve(new Blob())));
}

/** Everything in a folder, null if it cannot be read: a browser gives it in portions of a hundred, the last one empty. */
async function allIn(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[] | null> {
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[] | null>((resolve) =>
      reader.readEntries(resolve, () => resolve(null)),
    );
    if (some === null || some.length === 0) return some === null ? null : all;
    all.push(...some);
    if (all.length > MOST_FILES) throw new TooMany();
  }
}

/** The pictures and files that are pasted. */
export function pasted({ files }: DataTransfer): Named[] {
  return chosen(files);
}

function capped(files: Named[]): Named[] {
  if (files.length > MOST_FILES) throw new TooMany();
  return files;
}
