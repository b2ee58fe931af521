/** Reading the codes of a picture that the browser decodes. */

import { unread } from "../given.ts";
import { isAnimated } from "./animation.ts";
import { contents } from "./codes.ts";
import type { Content } from "./codes.ts";
import { foreignKind, HEADER, sizeOf } from "./headers.ts";
import { readWith } from "./ladder.ts";
import type { Decode } from "./ladder.ts";
import { pixelsOf } from "./pixels.ts";

export const MAX_FILE = 64 << 20;
export const MAX_PIXELS = 50_000_000;

/**
 * What the codes of a picture say, at least one thing.
 *
 * PICTURE_TOO_LARGE by the header, before anything is decoded; PICTURE_TYPE for every other kind of file, for one that
 * is broken, and for one that moves; NOT_READ if no code is found.
 */
export async function readPicture(data: Blob, decode: Decode): Promise<Content[]> {
  if (data.size > MAX_FILE) return [["", unread("PICTURE_TOO_LARGE", `over ${MAX_FILE} bytes`)]];
  const bytes = new Uint8Array(await data.arrayBuffer());
  const head = bytes.subarray(0, HEADER);
  const size = sizeOf(head);
  if (size === null) return [["", unread("PICTURE_TYPE", foreignKind(head))]];
  const { width, height } = size;
  if (width * height > MAX_PIXELS) return [["", unread("PICTURE_TOO_LARGE", `${width} x ${height} pixels`)]];
  if (isAnimated(bytes)) return [["", unread("PICTURE_TYPE", "animated")]];
  const picture = await decoded(data);
  if (picture === null) return [["", unread("PICTURE_TYPE", "broken")]];
  try {
    return contents(await readWith(pixelsOf(picture), decode));
  } finally {
    picture.close();
  }
}

/** Turned as the camera that took it says; null if the browser cannot decode it. */
async function decoded(data: Blob): Promise<ImageBitmap | null> {
  try {
    return await createImageBitmap(data, { imageOrientation: "from-image" });
  } catch {
    return null;
  }
}
