/**
 * Which text a certificate may show: nothing invisible, nothing that reorders or stands for something else.
 *
 * The ranges are listed here instead of asking a Unicode database, so that two languages with two versions of
 * Unicode agree on every string.
 */

const REFUSED_RANGES: readonly (readonly [number, number])[] = [
  [0x0000, 0x001f], // C0 controls
  [0x007f, 0x009f], // DEL and C1 controls
  [0x00ad, 0x00ad], // soft hyphen
  [0x034f, 0x034f], // combining grapheme joiner
  [0x061c, 0x061c], // Arabic letter mark
  [0x115f, 0x1160], // Hangul fillers
  [0x17b4, 0x17b5], // Khmer inherent vowels
  [0x180b, 0x180f], // Mongolian variation selectors
  [0x200b, 0x200f], // zero-width characters and directional marks
  [0x2028, 0x202e], // separators and directional embeddings
  [0x2060, 0x206f], // word joiner, isolates, invisible operators
  [0x3164, 0x3164], // Hangul filler
  [0xd800, 0xdfff], // surrogates
  [0xe000, 0xf8ff], // private use
  [0xfdd0, 0xfdef], // noncharacters
  [0xfe00, 0xfe0f], // variation selectors
  [0xfeff, 0xfeff], // byte order mark
  [0xffa0, 0xffa0], // half-width Hangul filler
  [0xfff0, 0xffff], // specials
  [0x13430, 0x1345f], // Egyptian hieroglyph format controls
  [0x1bca0, 0x1bca3], // shorthand format controls
  [0x1d173, 0x1d17a], // musical format controls
  [0xe0000, 0x10ffff], // tags, variation selectors, private use planes
];
const EDGE_SPACES: ReadonlySet<number> = new Set([
  0x0020, 0x00a0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a,
  0x202f, 0x205f, 0x3000,
]);

/** The code point of the first character that no shown text may hold, a space at either end among them. */
export function refusedCharacter(text: string): number | null {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const edges = [...points.slice(0, 1), ...points.slice(-1)];
  return points.find(isRefused) ?? edges.find((point) => EDGE_SPACES.has(point)) ?? null;
}

function isRefused(point: number): boolean {
  const lastOfPlane = (point & 0xfffe) === 0xfffe;
  return lastOfPlane || REFUSED_RANGES.some(([first, last]) => first <= point && point <= last);
}

/** `text` with every refused character written as its code point in braces, fit to be shown or logged. */
export function escaped(text: string): string {
  return Array.from(text, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return isRefused(point) ? `\\u{${point.toString(16).toUpperCase()}}` : character;
  }).join("");
}
