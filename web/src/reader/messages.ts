/** What the page and its reader, a worker, say to each other: one question at a time, each answered to its end. */

import type { Given } from "../given.ts";

/** What is asked: a file, from its unit `from` on (a page of a PDF, an entry of a ZIP), or a picture of a camera. */
export type Question =
  | { readonly kind: "file"; readonly name: string; readonly data: Blob; readonly from: number }
  | { readonly kind: "frame"; readonly picture: ImageBitmap };

/** The place of a code in a camera's picture that is not of a Yinxin certificate. */
export const FOREIGN = "#foreign";

/** A part of a file that can fail by itself: its number from 0, and what to call it. */
export interface Unit {
  readonly number: number;
  readonly place: string;
}

/**
 * What is answered: once that the reader has what it needs, or cannot have it; and to each question which unit is begun,
 * what was found, in parts, and how it ended.
 */
export type Answer =
  | { readonly kind: "ready" }
  | { readonly kind: "missing" }
  | { readonly kind: "unit"; readonly unit: Unit }
  | { readonly kind: "found"; readonly found: Given[] }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly failure: Failure };

/** Why a reader gave up: a part of it could not be fetched, or the file broke it. */
export interface Failure {
  readonly reason: "READER_MISSING" | "READING_STOPPED";
  readonly why: string;
}
