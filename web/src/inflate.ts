/**
 * One whole zlib stream (RFC 1950, RFC 1951), judged as zlib judges it: what zlib refuses is refused, and nothing may follow.
 *
 * Small libraries check neither the Adler-32 nor the end of the stream (docs/adr/0008).
 */

import { malformed, require } from "./published.ts";

const MAX_CODE_BITS = 15;
const LENGTH_BASE = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const LENGTH_EXTRA = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const DISTANCE_BASE = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
const DISTANCE_EXTRA = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const END_OF_BLOCK = 256;
const MAX_LITERALS = 286;
const MAX_DISTANCES = 30;

/** What `data` unpacks to, at most `cap` bytes. ObjectError OBJECT_MALFORMED. */
export function inflate(data: Uint8Array, cap: number): Uint8Array {
  const [method = 0, flags = 0] = data;
  require(data.length >= 2 && (method * 256 + flags) % 31 === 0, "not a zlib stream");
  require((method & 0x0f) === 8 && method >> 4 <= 7 && (flags & 0x20) === 0, "not plain deflate");
  const bits = new BitReader(data, 2);
  const output = new Output(cap);
  while (block(bits, output));
  const end = bits.align();
  const unpacked = output.bytes();
  require(data.length === end + 4, "the zlib stream is not whole, or something trails it");
  require(new DataView(data.buffer, data.byteOffset).getUint32(end) === adler32(unpacked), "a wrong checksum");
  return unpacked;
}

/** Unpacks one block; whether another follows. */
function block(bits: BitReader, output: Output): boolean {
  const last = bits.take(1);
  const type = bits.take(2);
  if (type === 0) stored(bits, output);
  else if (type === 1) compressed(bits, output, FIXED_LITERALS, FIXED_DISTANCES);
  else if (type === 2) compressed(bits, output, ...dynamicCodes(bits));
  else throw malformed("a block of no type");
  return last === 0;
}

function stored(bits: BitReader, output: Output): void {
  bits.align();
  const length = bits.take(16);
  require(bits.take(16) === (length ^ 0xffff), "a stored block's length is not confirmed");
  for (let count = 0; count < length; count++) output.push(bits.take(8));
}

function compressed(bits: BitReader, output: Output, literals: Code, distances: Code): void {
  for (let symbol = literals.next(bits); symbol !== END_OF_BLOCK; symbol = literals.next(bits)) {
    if (symbol < END_OF_BLOCK) {
      output.push(symbol);
    } else {
      const length = extended(bits, LENGTH_BASE, LENGTH_EXTRA, symbol - END_OF_BLOCK - 1);
      output.repeat(extended(bits, DISTANCE_BASE, DISTANCE_EXTRA, distances.next(bits)), length);
    }
  }
}

function extended(bits: BitReader, bases: readonly number[], extra: readonly number[], symbol: number): number {
  const base = bases[symbol];
  if (base === undefined) throw malformed("a symbol without a meaning");
  return base + bits.take(extra[symbol] ?? 0);
}

function dynamicCodes(bits: BitReader): [Code, Code] {
  const literals = bits.take(5) + 257;
  const distances = bits.take(5) + 1;
  const given = bits.take(4) + 4;
  require(literals <= MAX_LITERALS && distances <= MAX_DISTANCES, "too many symbols");
  const lengths = new Uint8Array(CODE_LENGTH_ORDER.length);
  for (const place of CODE_LENGTH_ORDER.slice(0, given)) lengths[place] = bits.take(3);
  const code = new Code(lengths);
  require(code.missing === 0, "an incomplete code for lengths");
  const found = codeLengths(bits, code, literals + distances);
  require(found[END_OF_BLOCK] !== 0, "no end of block");
  return [usable(found.subarray(0, literals)), usable(found.subarray(literals))];
}

function codeLengths(bits: BitReader, code: Code, count: number): Uint8Array {
  const lengths = new Uint8Array(count);
  for (let place = 0; place < count; ) {
    const symbol = code.next(bits);
    if (symbol < 16) {
      lengths[place++] = symbol;
      continue;
    }
    require(symbol !== 16 || place > 0, "nothing to repeat");
    const value = symbol === 16 ? (lengths[place - 1] ?? 0) : 0;
    const times = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
    require(place + times <= count, "too many lengths");
    lengths.fill(value, place, place + times);
    place += times;
  }
  return lengths;
}

/** A code that is complete, or has no symbol but one of one bit. */
function usable(lengths: Uint8Array): Code {
  const code = new Code(lengths);
  require(code.missing === 0 || lengths.every((length) => length <= 1), "an incomplete code");
  return code;
}

/** A canonical Huffman code. */
class Code {
  /** How many codes of the greatest length are without a symbol; 0 also if there is no symbol at all. */
  readonly missing: number;
  private readonly counts = new Uint16Array(MAX_CODE_BITS + 1);
  private readonly symbols: Uint16Array;

  constructor(lengths: Uint8Array) {
    for (const length of lengths) this.counts[length] = (this.counts[length] ?? 0) + 1;
    const unused = this.counts[0] ?? 0;
    this.counts[0] = 0;
    this.missing = unused === lengths.length ? 0 : this.room();
    this.symbols = this.ordered(lengths);
  }

  /** The next symbol in `bits`. */
  next(bits: BitReader): number {
    let first = 0;
    let index = 0;
    let code = 0;
    for (let length = 1; length <= MAX_CODE_BITS; length++) {
      code |= bits.take(1);
      const count = this.counts[length] ?? 0;
      if (code - first < count) return this.symbols[index + code - first] ?? 0;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw malformed("a code without a symbol");
  }

  private room(): number {
    let left = 1;
    for (const count of this.counts.subarray(1)) {
      left = 2 * left - count;
      require(left >= 0, "more symbols than codes");
    }
    return left;
  }

  /** The symbols in order of length, then of themselves. */
  private ordered(lengths: Uint8Array): Uint16Array {
    const places = new Uint16Array(MAX_CODE_BITS + 2);
    this.counts.forEach((count, length) => {
      places[length + 1] = (places[length] ?? 0) + count;
    });
    const symbols = new Uint16Array(lengths.length);
    lengths.forEach((length, symbol) => {
      if (length === 0) return;
      const place = places[length] ?? 0;
      symbols[place] = symbol;
      places[length] = place + 1;
    });
    return symbols;
  }
}

/** Bits, the lowest of each byte first. */
class BitReader {
  private readonly data: Uint8Array;
  private position: number;
  private held = 0;
  private count = 0;

  constructor(data: Uint8Array, position: number) {
    this.data = data;
    this.position = position;
  }

  /** The next `count` bits, at most 16, as a number. */
  take(count: number): number {
    while (this.count < count) {
      const byte = this.data[this.position];
      if (byte === undefined) throw malformed("a zlib stream cut short");
      this.position += 1;
      this.held |= byte << this.count;
      this.count += 8;
    }
    const taken = this.held & ((1 << count) - 1);
    this.held >>>= count;
    this.count -= count;
    return taken;
  }

  /** Leaves out the rest of a byte that was begun; the position behind it. */
  align(): number {
    this.held = 0;
    this.count = 0;
    return this.position;
  }
}

/** Bytes, as many as they turn out to be. */
class Output {
  private data = new Uint8Array(1024);
  private length = 0;
  private readonly cap: number;

  constructor(cap: number) {
    this.cap = cap;
  }

  bytes(): Uint8Array {
    return this.data.subarray(0, this.length);
  }

  push(byte: number): void {
    require(this.length < this.cap, "more than the cap");
    if (this.length === this.data.length) {
      const larger = new Uint8Array(2 * this.length);
      larger.set(this.data);
      this.data = larger;
    }
    this.data[this.length++] = byte;
  }

  repeat(distance: number, length: number): void {
    require(distance <= this.length, "a distance beyond the beginning");
    for (let count = 0; count < length; count++) this.push(this.data[this.length - distance] ?? 0);
  }
}

function adler32(data: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (const byte of data) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return high * 65536 + low;
}

/** The lengths of the fixed code for literals: 8 bits up to 143, 9 up to 255, 7 up to 279, then 8. */
const FIXED_LITERALS = new Code(Uint8Array.from({ length: 288 }, (_, n) => (n < 144 ? 8 : n < 256 ? 9 : n < 280 ? 7 : 8)));
const FIXED_DISTANCES = new Code(new Uint8Array(MAX_DISTANCES).fill(5));
