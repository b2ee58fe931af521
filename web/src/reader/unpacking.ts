/** What is in a ZIP, and unpacking a file of it, never more than is allowed. */

import { BlobReader, configure, ERR_ENCRYPTED, ZipReader } from "@zip.js/zip.js/lib/zip-core-custom.js";
import type { Entry, FileEntry } from "@zip.js/zip.js/lib/zip-core-custom.js";

export type { Entry, FileEntry };

configure({ useWebWorkers: false });

/** There is more in a file than may be unpacked. */
export class TooLarge extends Error {
  override readonly name = "TooLarge";
}

/** Everything that a ZIP's directory lists. Rejects if it is none. */
export function entriesOf(data: Blob): Promise<Entry[]> {
  return new ZipReader(new BlobReader(data), { decodeText: nameOf, strictness: "tolerant" }).getEntries();
}

/**
 * Hands each part of `file` to `take` as it is unpacked, at most this many bytes, whatever the file says of its size.
 *
 * Rejects with TooLarge, with what `take` throws, and where the file cannot be unpacked.
 */
export async function unpackTo(take: (part: Uint8Array<ArrayBuffer>) => void, file: FileEntry, most: number): Promise<void> {
  if (file.uncompressedSize > most) throw new TooLarge();
  let left = most;
  let failure: unknown = null;
  const write = (part: Uint8Array<ArrayBuffer>): void => {
    try {
      left -= part.length;
      if (left < 0) throw new TooLarge();
      take(part);
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  try {
    await file.getData(new WritableStream({ write }), { checkSignature: true });
  } catch (error) {
    throw failure ?? error;
  }
}

/** Whether unpacking failed for want of a password. */
export function isLocked(error: unknown): boolean {
  return wordsOf(error) === ERR_ENCRYPTED;
}

/** What an error says of itself. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : "broken";
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
