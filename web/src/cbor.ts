/**
 * Strict deterministic CBOR (RFC 8949 section 4.2.1): one pass, and a refusal names its first offending byte.
 *
 * Only the items that our formats use are known to it (docs/adr/0002), so that nothing needs to be switched off.
 */

import { compare, concat, utf8 } from "./bytes.ts";
import { CheckError } from "./errors.ts";
import type { Reason } from "./reason.ts";

/** What the decoder can return. Tags are not values: `decodeTagged` hands the outermost ones over apart. */
export type Value = boolean | number | string | null | Uint8Array | readonly Value[] | ValueMap;
export type ValueMap = ReadonlyMap<number | string, Value>;

/** An item and its outermost tags, outermost first. */
export interface Tagged {
  readonly tags: readonly number[];
  readonly value: Value;
}

/** The largest magnitude of an integer: both languages hold it exactly. */
export const MAX_INTEGER = Number.MAX_SAFE_INTEGER;
const MAX_DEPTH = 8;
/** The largest declared length or count, in bytes or items: nothing is allocated for a larger one. */
const MAX_LENGTH = 2 ** 24;
/** Tags that pass as outermost ones, for the COSE layer to judge (RFC 9052 section 2, RFC 8392 section 6). */
const COSE_TAGS: ReadonlySet<number> = new Set([16, 17, 18, 61, 96, 97, 98]);

const WIDTHS: readonly number[] = [1, 2, 4, 8];
const SHORTEST_FROM: readonly number[] = [24, 2 ** 8, 2 ** 16, 2 ** 32];
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The one untagged item that `data` holds, or CheckError with a CBOR_ reason. */
export function decode(data: Uint8Array): Value {
  const { tags, value } = decodeTagged(data);
  if (tags.length > 0) throw new CheckError("CBOR_TYPE", "a tag at byte 0");
  return value;
}

/** The outermost COSE tags of `data`, outermost first, and the item inside them. */
export function decodeTagged(data: Uint8Array): Tagged {
  const reader = new Reader(data);
  const tags = reader.tags();
  const value = reader.item(0);
  if (reader.position !== data.length) throw refusal("CBOR_TRAILING", reader.position);
  return { tags, value };
}

/** `value` in the one encoding that `decode` takes. Integers must be safe, and map keys of one kind. */
export function encode(value: Value): Uint8Array {
  if (value === null || typeof value === "boolean") return Uint8Array.of(value === null ? 0xf6 : value ? 0xf5 : 0xf4);
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (isBytes(value)) return concat(head(2, value.length), value);
  if (typeof value === "string") return concat(head(3, utf8(value).length), utf8(value));
  if (isArray(value)) return concat(head(4, value.length), ...value.map(encode));
  const entries = [...value].map(([key, each]) => [encode(key), encode(each)] as const);
  entries.sort(([a], [b]) => compare(a, b));
  return concat(head(5, entries.length), ...entries.flat());
}

/** The shortest head of an item: its major type, and its value, length or count. */
function head(major: number, argument: number): Uint8Array {
  const type = major << 5;
  const short = SHORTEST_FROM.filter((from) => argument >= from).length;
  const width = WIDTHS[short - 1];
  if (width === undefined) return Uint8Array.of(type | argument);
  const bytes = new Uint8Array(1 + width);
  bytes[0] = type | (23 + short);
  for (let place = width, rest = argument; place > 0; place--, rest = Math.floor(rest / 256)) bytes[place] = rest % 256;
  return bytes;
}

/** Whether `value` is a byte string. */
export function isBytes(value: Value): value is Uint8Array {
  return value instanceof Uint8Array;
}

/** Whether `value` is an array. */
export function isArray(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether `value` is a map. */
export function isMap(value: Value): value is ValueMap {
  return value instanceof Map;
}

function refusal(reason: Reason, position: number): CheckError {
  return new CheckError(reason, `at byte ${position}`);
}

class Reader {
  readonly data: Uint8Array;
  position = 0;

  constructor(data: Uint8Array) {
    this.data = data;
  }

  tags(): number[] {
    const tags: number[] = [];
    while (this.majorType() === 6) {
      const start = this.position;
      if (tags.length === MAX_DEPTH) throw refusal("CBOR_DEPTH", start);
      const tag = this.argument();
      if (!COSE_TAGS.has(tag)) throw refusal("CBOR_TYPE", start);
      tags.push(tag);
    }
    return tags;
  }

  /** The item here, inside `depth` arrays and maps. */
  item(depth: number): Value {
    const start = this.position;
    const major = this.majorType();
    if (major === undefined) throw refusal("CBOR_TRUNCATED", start);
    if (major >= 6) return this.simple();
    const argument = this.argument();
    if (major === 0) return integer(argument, start);
    if (major === 1) return integer(-1 - argument, start);
    if (argument > MAX_LENGTH) throw refusal("CBOR_LENGTH", start);
    if (major === 2) return this.octets(argument, start);
    if (major === 3) return this.text(argument, start);
    if (depth === MAX_DEPTH) throw refusal("CBOR_DEPTH", start);
    return major === 4 ? this.array(argument, depth + 1) : this.map(argument, depth + 1);
  }

  /** The major type of the head here; undefined at the end of the data. */
  private majorType(): number | undefined {
    const initial = this.data[this.position];
    return initial === undefined ? undefined : initial >> 5;
  }

  /** The argument of the head here (RFC 8949 section 3); inexact, but as large, from 2^53 on. */
  private argument(): number {
    const start = this.position;
    const info = (this.data[start] ?? 0) & 0x1f;
    this.position += 1;
    if (info < 24) return info;
    const width = WIDTHS[info - 24];
    if (width === undefined) throw refusal(info === 31 ? "CBOR_INDEFINITE" : "CBOR_TYPE", start);
    const bytes = this.octets(width, start);
    const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    if (value < (SHORTEST_FROM[info - 24] ?? 0)) throw refusal("CBOR_NOT_SHORTEST", start);
    return value;
  }

  private simple(): boolean | null {
    const initial = this.data[this.position];
    if (initial !== 0xf4 && initial !== 0xf5 && initial !== 0xf6) {
      throw refusal(initial === 0xff ? "CBOR_INDEFINITE" : "CBOR_TYPE", this.position);
    }
    this.position += 1;
    return initial === 0xf6 ? null : initial === 0xf5;
  }

  private octets(length: number, start: number): Uint8Array {
    const end = this.position + length;
    if (end > this.data.length) throw refusal("CBOR_TRUNCATED", start);
    const content = this.data.subarray(this.position, end);
    this.position = end;
    return content;
  }

  private text(length: number, start: number): string {
    const content = this.octets(length, start);
    try {
      return UTF8.decode(content);
    } catch {
      throw refusal("CBOR_UTF8", start);
    }
  }

  private array(count: number, depth: number): Value[] {
    const items: Value[] = [];
    for (let place = 0; place < count; place++) items.push(this.item(depth));
    return items;
  }

  private map(count: number, depth: number): ValueMap {
    const entries = new Map<number | string, Value>();
    let previous = this.data.subarray(0, 0);
    for (let place = 0; place < count; place++) {
      const start = this.position;
      const key = this.key(depth);
      const encoded = this.data.subarray(start, this.position);
      const order = compare(encoded, previous);
      if (order <= 0) throw refusal(order === 0 ? "CBOR_DUPLICATE_KEY" : "CBOR_KEY_ORDER", start);
      previous = encoded;
      entries.set(key, this.item(depth));
    }
    return entries;
  }

  private key(depth: number): number | string {
    const start = this.position;
    const major = this.majorType();
    const key = major === undefined || major === 0 || major === 1 || major === 3 ? this.item(depth) : null;
    if (typeof key !== "number" && typeof key !== "string") throw refusal("CBOR_TYPE", start);
    return key;
  }
}

function integer(value: number, position: number): number {
  if (Math.abs(value) > MAX_INTEGER) throw refusal("CBOR_TYPE", position);
  return value;
}

/** `content` as one encoded byte string: its head (RFC 8949 section 3.1), then itself. */
export function byteString(content: Uint8Array): Uint8Array {
  const length = content.length;
  const head = length < 24 ? [0x40 | length] : length < 2 ** 8 ? [0x58, length] : longHead(length);
  const encoded = new Uint8Array(head.length + length);
  encoded.set(head);
  encoded.set(content, head.length);
  return encoded;
}

function longHead(length: number): number[] {
  const low = [(length >> 8) & 0xff, length & 0xff];
  return length < 2 ** 16 ? [0x59, ...low] : [0x5a, length >>> 24, (length >> 16) & 0xff, ...low];
}
