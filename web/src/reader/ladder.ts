/**
 * Reads worn paper: a picture as it is, and if that fails, the same picture mended in one way after another.
 *
 * The steps and their order are those of verifier_cli/reading/ladder.py (docs/adr/0040). Nothing here decodes: `readWith` is given
 * a decoder, so that a page, a worker and a test can each bring their own.
 */

import { brightest, cut, darkest, divided, enlarged, greyOf, reduced, sharpened, smoothed } from "./mending.ts";
import type { Grey, Picture } from "./mending.ts";

export { greyOf } from "./mending.ts";
export type { Grey, Picture } from "./mending.ts";

export type Point = { readonly x: number; readonly y: number };

/** A QR code that the decoder saw: its text, or null if it was seen and could not be read; and its four corners. */
export type Seen = { readonly text: string | null; readonly corners: readonly Point[] };

/** Finds all QR codes in grey pixels, those with errors too. */
export type Decode = (grey: Grey) => Promise<readonly Seen[]>;

/** Pixels that a step works on, of a whole picture, and of a part of it. */
const MOST_OF_ALL = 4_000_000;
const MOST_OF_PART = 1_000_000;
const MOST_PARTS = 4;
/** A code that was seen is cut out with this part of its size around it: a fifth. */
const MARGIN = 5;

/**
 * The texts of the QR codes of a picture, each once, in the order in which they were found; empty if none could be read.
 *
 * A code that was seen and not read is looked at again by itself; the whole picture only if nothing was read in it.
 */
export async function readWith(picture: Picture, decode: Decode): Promise<readonly string[]> {
  const first = await decode(greyOf(picture));
  const found = textsOf(first);
  const damaged = damagedOf(first).slice(0, MOST_PARTS);
  if (found.length > 0 && damaged.length === 0) return [...new Set(found)];
  const bright = brightest(picture);
  for (const { corners } of damaged) {
    found.push(...(await climb(around(bright, corners), MOST_OF_PART, decode)));
  }
  if (found.length === 0) found.push(...(await climb(bright, MOST_OF_ALL, decode)));
  return [...new Set(found)];
}

/** What the first step reads that reads anything. */
async function climb(grey: Grey, most: number, decode: Decode): Promise<readonly string[]> {
  for (const candidate of candidates(grey, most)) {
    const found = textsOf(await decode(candidate));
    if (found.length > 0) return found;
  }
  return [];
}

/** The picture mended in one way after another, those first that help most for what they cost. */
export function* candidates(grey: Grey, most: number): Generator<Grey> {
  yield grey;
  const fitting = reducedTo(grey, most);
  const large = enlargedTo(fitting, 2, most);
  yield sharpened(large, 4, 2);
  yield divided(smoothed(smoothed(large, 2), 1), 8);
  yield darkest(fitting);
  const dark = darkest(large);
  yield dark;
  yield divided(dark, 8);
  yield divided(large, 8);
  yield sharpened(large, 6, 8);
  yield divided(smoothed(smoothed(enlargedTo(fitting, 3, most), 2), 2), 20);
}

function textsOf(seen: readonly Seen[]): string[] {
  return seen.flatMap(({ text }) => (text === null ? [] : [text]));
}

function damagedOf(seen: readonly Seen[]): readonly Seen[] {
  return seen.filter(({ text }) => text === null);
}

function reducedTo(grey: Grey, most: number): Grey {
  const by = Math.ceil(Math.sqrt((grey.width * grey.height) / most));
  return by > 1 ? reduced(grey, by) : grey;
}

/** Enlarged `by` times, or by less if there would be too many pixels. */
function enlargedTo(grey: Grey, by: number, most: number): Grey {
  const times = Math.min(by, Math.floor(Math.sqrt(most / (grey.width * grey.height))));
  return times > 1 ? enlarged(grey, times) : grey;
}

/** The part of a picture around these corners. */
function around(grey: Grey, corners: readonly Point[]): Grey {
  const across = corners.map(({ x }) => x);
  const down = corners.map(({ y }) => y);
  const margin = Math.floor(Math.max(spanOf(across), spanOf(down)) / MARGIN);
  const [left, right] = within(Math.min(...across) - margin, Math.max(...across) + margin, grey.width);
  const [top, bottom] = within(Math.min(...down) - margin, Math.max(...down) + margin, grey.height);
  return cut(grey, left, top, right - left, bottom - top);
}

function spanOf(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

/** The part of 0 to `size` from `first` to `last`: its begin and its end, one pixel at least. */
function within(first: number, last: number, size: number): readonly [number, number] {
  const begin = Math.min(Math.max(first, 0), size - 1);
  return [begin, Math.min(Math.max(last, begin), size - 1) + 1];
}
