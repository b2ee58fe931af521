/** What the page and its reader, a worker, say to each other: one question at a time, each answered to its end. */

import type { Given } from "../given.ts";

/** What is asked: a file, or a picture of a camera. */
export type Question =
  | { readonly kind: "file"; readonly name: string; readonly data: Blob }
  | { readonly kind: "frame"; readonly picture: ImageBitmap };

/** What is answered: once that the reader is ready for questions, then what was found, the last part of it marked. */
export type Answer = { readonly kind: "ready" } | { readonly kind: "found"; readonly found: Given[]; readonly isLast: boolean };
