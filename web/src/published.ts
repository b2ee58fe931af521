/** What every published object shares: its head, its type, its size cap, and strict reading of its elements. */

import { utf8 } from "./bytes.ts";
import { isArray, isBytes, isMap, MAX_INTEGER } from "./cbor.ts";
import type { Value, ValueMap } from "./cbor.ts";
import { CredentialError, ObjectError } from "./errors.ts";
import { MAX_DAY } from "./model.ts";
import type { Day, Region, Seconds } from "./model.ts";
import { parseRegion } from "./numbers.ts";

const REGION = 1;
const EPOCH = 2;
const SEQ = 3;
const ISSUED = 4;
const EXPIRES = 5;
/** The labels of a head. */
export const HEAD: readonly number[] = [REGION, EPOCH, SEQ, ISSUED, EXPIRES];

/** Seconds by which two honest clocks may differ. */
export const CLOCK_TOLERANCE = 300;

/** The published objects, by their key in a bundle's part and their type in a checkpoint. */
export const ObjectType = {
  ROOT: 1,
  CHECKPOINT: 2,
  TRUST_LIST: 3,
  BIN: 4,
  STATUS_LIST: 5,
  RECOGNITION: 6,
  SURVIVORS: 7,
  SHARD: 8,
  REGISTER: 9,
  BENEFITS: 10,
} as const;
export type ObjectType = (typeof ObjectType)[keyof typeof ObjectType];

/** A type above this one is of a later version of the format: what it is about is not known here. */
export const NEWEST_TYPE = Math.max(...Object.values(ObjectType));

const KIB = 1024;
const MIB = 1024 * KIB;
/** The most bytes of one object; anything larger is refused before it is parsed. */
export const SIZE_CAP: Readonly<Record<ObjectType, number>> = {
  [ObjectType.ROOT]: 64 * KIB,
  [ObjectType.CHECKPOINT]: 256 * KIB,
  [ObjectType.TRUST_LIST]: MIB,
  [ObjectType.BIN]: 256 * KIB,
  [ObjectType.STATUS_LIST]: MIB,
  [ObjectType.RECOGNITION]: MIB,
  [ObjectType.SURVIVORS]: 16 * MIB,
  [ObjectType.SHARD]: 8 * KIB,
  [ObjectType.REGISTER]: 256 * KIB,
  [ObjectType.BENEFITS]: MIB,
};

/** Whose object this is, its place in the order, and how long it may be relied on. */
export interface Head {
  readonly region: Region;
  readonly epoch: number;
  readonly seq: number;
  readonly issued: Seconds;
  readonly expires: Seconds;
}

/** The head of an object's map. */
export function decodeHead(claims: ValueMap): Head {
  return {
    region: region(claims.get(REGION)),
    epoch: uint(claims.get(EPOCH)),
    seq: uint(claims.get(SEQ)),
    issued: uint(claims.get(ISSUED)),
    expires: uint(claims.get(EXPIRES)),
  };
}

/** What `read` finds; `data` over its cap is refused, and every fault becomes one ObjectError that names the object. */
export function reading<T>(kind: ObjectType, data: Uint8Array, read: () => T): T {
  requireSize(kind, data);
  try {
    return read();
  } catch (error) {
    if (error instanceof ObjectError) throw new ObjectError(error.reason, `${nameOf(kind)}: ${error.detail}`);
    if (error instanceof CredentialError) throw malformed(`${nameOf(kind)}: ${error.message}`);
    throw error;
  }
}

/** Raise ObjectError OBJECT_TOO_LARGE if `data` is over the cap of its kind. */
export function requireSize(kind: ObjectType, data: Uint8Array): void {
  if (data.length > SIZE_CAP[kind]) {
    throw new ObjectError("OBJECT_TOO_LARGE", `${nameOf(kind)}: ${data.length} bytes`);
  }
}

/** The name of a type, for details; of one from a later version its number. */
export function nameOf(kind: number): string {
  const found = Object.entries(ObjectType).find(([, each]) => each === kind);
  return (found?.[0] ?? `type_${kind}`).toLowerCase();
}

/** The error for an element that is not of its shape. */
export function malformed(detail: string): ObjectError {
  return new ObjectError("OBJECT_MALFORMED", detail);
}

/** Refuse the object unless `condition` holds. */
export function require(condition: boolean, detail: string): asserts condition {
  if (!condition) throw malformed(detail);
}

type Element = Value | undefined;

/** `value` as a map with exactly these keys. */
export function mapping(
  value: Element,
  required: readonly (number | string)[],
  optional: readonly (number | string)[] = [],
): ValueMap {
  const map = value === undefined || !isMap(value) ? null : value;
  const known = optional.filter((key) => map?.has(key)).length + required.length;
  if (map === null || !required.every((key) => map.has(key)) || map.size !== known) {
    throw malformed("not a map of exactly the labels expected");
  }
  return map;
}

/** `value` as an array. */
export function array(value: Element): readonly Value[] {
  if (value === undefined || !isArray(value)) throw malformed("not an array");
  return value;
}

/** `value` as an array of exactly `length` elements. */
export function tuple(value: Element, length: number): readonly Value[] {
  const elements = array(value);
  require(elements.length === length, "not an array of the length expected");
  return elements;
}

/** `value` as an unsigned integer. */
export function uint(value: Element, atMost = MAX_INTEGER): number {
  if (typeof value !== "number" || value < 0 || value > atMost) throw malformed("not an unsigned integer in its range");
  return value;
}

/** `value` as one of `codes`. */
export function member<T extends number>(codes: Readonly<Record<string, T>>, value: Element): T {
  const found = Object.values(codes).find((code) => code === value);
  if (found === undefined) throw malformed("not one of the codes");
  return found;
}

/** `value` as a day. */
export function day(value: Element): Day {
  return uint(value, MAX_DAY);
}

/** `value` as a text that is not empty. */
export function text(value: Element, maxBytes = 256): string {
  if (typeof value !== "string" || value === "" || utf8(value).length > maxBytes) {
    throw malformed("not a text of the length expected");
  }
  return value;
}

/** `value` as a byte string, of exactly `length` bytes if given. */
export function octets(value: Element, length?: number): Uint8Array {
  if (value === undefined || !isBytes(value) || (length !== undefined && value.length !== length)) {
    throw malformed("not a byte string of the length expected");
  }
  return value;
}

/** `value` as a region's two digits. */
export function region(value: Element): Region {
  const found = parseRegion(text(value));
  if (found === null) throw malformed("not a region");
  return found;
}

/** What `read` makes of `value` unless it is null. */
export function optional<T>(value: Element, read: (value: Element) => T): T | null {
  return value === null ? null : read(value);
}

/** Refuse the object unless each of `values` is less than the next. */
export function requireAscending<T extends number | string>(values: readonly T[]): void {
  const ascending = values.every((value, place) => place === 0 || (values[place - 1] ?? value) < value);
  require(ascending, "not in ascending order");
}

/** What the last entry of a history at or before `when` says; null before the first. */
export function lastAt<T>(history: readonly (readonly [number, T])[], when: number): T | null {
  return history.findLast(([since]) => since <= when)?.[1] ?? null;
}
