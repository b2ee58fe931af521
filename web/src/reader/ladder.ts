/**
 * Reads worn paper: a picture as it is, and if that fails, the same picture mended in one way after another.
 *
 * The steps and their order are those of verifier_cli/ladder.py (docs/adr/0040). Nothing here decodes: `readWith` is given
 * a decoder, so that a page, a worker and a test can each bring their own.
 */

/** Pixels as a canvas gives them, four bytes each (red, green, blue, alpha), on white; an ImageData is one. */
export type Picture = {
  readonly data: Uint8ClampedArray | Uint8Array;
  readonly width: number;
  readonly height: number;
};

/** Grey pixels, a byte each, row by row; 0 is black. */
export type Grey = { readonly data: Uint8Array; readonly width: number; readonly height: number };

export type Point = { readonly x: number; readonly y: number };

/** A QR code that the decoder saw: its text, or null if it was seen and could not be read; and its four corners. */
export type Seen = { readonly text: string | null; readonly corners: readonly Point[] };

/** Finds all QR codes in grey pixels, those with errors too. */
export type Decode = (grey: Grey) => Promise<readonly Seen[]>;

/** The texts of the QR codes of a picture, each once, in the order in which they were found; empty if none could be read. */
export async function readWith(picture: Picture, decode: Decode): Promise<readonly string[]> {
  const seen = await decode(greyOf(picture));
  return [...new Set(seen.flatMap(({ text }) => (text === null ? [] : [text])))];
}

/** ITU-R 601 in integers, as Pillow has it. */
export function greyOf({ data, width, height }: Picture): Grey {
  const grey = new Uint8Array(width * height);
  for (let place = 0; place < grey.length; place += 1) {
    const at = 4 * place;
    grey[place] = ((data[at] ?? 0) * 19595 + (data[at + 1] ?? 0) * 38470 + (data[at + 2] ?? 0) * 7471 + 0x8000) >> 16;
  }
  return { data: grey, width, height };
}
