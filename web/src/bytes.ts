/** What Python's `bytes` can do and a Uint8Array cannot. */

/** `data` in lower-case hexadecimal: a key for maps. */
export function hex(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The bytes that `digits`, an even number of hexadecimal digits, name. */
export function fromHex(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Negative, zero or positive as `a` sorts before, with or after `b`, bytewise. */
export function compare(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let place = 0; place < shared; place++) {
    const difference = (a[place] ?? 0) - (b[place] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Whether `a` and `b` are the same bytes. */
export function equal(a: Uint8Array, b: Uint8Array): boolean {
  return compare(a, b) === 0;
}

/** All `parts`, one after the other. */
export function concat(...parts: Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of parts) {
    joined.set(part, position);
    position += part.length;
  }
  return joined;
}

/** `data` cut into pieces of `size` bytes. */
export function pieces(data: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: data.length / size }, (_, place) => data.subarray(place * size, (place + 1) * size));
}

const ENCODER = new TextEncoder();

/** `text` in UTF-8. */
export function utf8(text: string): Uint8Array {
  return ENCODER.encode(text);
}
