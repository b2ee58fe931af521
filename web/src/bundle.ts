/** The bundle: the original bytes of everything that one region or several publish. A container, signed by nothing. */

import * as cbor from "./cbor.ts";
import type { Value } from "./cbor.ts";
import { CredentialError, ObjectError } from "./errors.ts";
import type { Region } from "./model.ts";
import { array, malformed, mapping, NEWEST_TYPE, ObjectType, octets, region, tuple, uint } from "./published.ts";

const VERSION = 1;
export const MAX_BYTES = 256 * 2 ** 20;

const REQUIRED = [
  ObjectType.ROOT,
  ObjectType.CHECKPOINT,
  ObjectType.TRUST_LIST,
  ObjectType.BIN,
  ObjectType.STATUS_LIST,
];
const OPTIONAL = [
  ObjectType.RECOGNITION,
  ObjectType.SURVIVORS,
  ObjectType.SHARD,
  ObjectType.REGISTER,
  ObjectType.BENEFITS,
];

/** What one region publishes, each object as its bytes. Roots are in order of version. */
export interface Part {
  readonly roots: readonly Uint8Array[];
  readonly checkpoint: Uint8Array;
  readonly trustList: Uint8Array;
  readonly bins: readonly Uint8Array[];
  readonly statusLists: readonly Uint8Array[];
  readonly recognition: Uint8Array | null;
  readonly survivors: readonly Uint8Array[];
  readonly shards: readonly Uint8Array[];
  readonly registers: readonly Uint8Array[];
  readonly benefits: Uint8Array | null;
}

/** Every object of the part. */
export function objectsIn(part: Part): Uint8Array[] {
  return Object.values(part).flatMap((each: readonly Uint8Array[] | Uint8Array | null) => each ?? []);
}

/** The bundle of these parts. */
export function encode(parts: ReadonlyMap<Region, Part>): Uint8Array {
  return cbor.encode([VERSION, new Map([...parts].map(([region, part]) => [region, encodePart(part)]))]);
}

function encodePart(part: Part): Value {
  const required: [ObjectType, Value][] = [
    [ObjectType.ROOT, part.roots],
    [ObjectType.CHECKPOINT, part.checkpoint],
    [ObjectType.TRUST_LIST, part.trustList],
    [ObjectType.BIN, part.bins],
    [ObjectType.STATUS_LIST, part.statusLists],
  ];
  const optional: [ObjectType, readonly Uint8Array[]][] = [
    [ObjectType.SURVIVORS, part.survivors],
    [ObjectType.SHARD, part.shards],
    [ObjectType.REGISTER, part.registers],
  ];
  if (part.recognition !== null) required.push([ObjectType.RECOGNITION, part.recognition]);
  if (part.benefits !== null) required.push([ObjectType.BENEFITS, part.benefits]);
  return new Map([...required, ...optional.filter(([, objects]) => objects.length > 0)]);
}

/** The parts by region. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED. Nothing is verified yet. */
export function decode(data: Uint8Array): ReadonlyMap<Region, Part> {
  if (data.length > MAX_BYTES) throw new ObjectError("OBJECT_TOO_LARGE", `bundle: ${data.length} bytes`);
  try {
    return decodeParts(cbor.decode(data));
  } catch (error) {
    if (error instanceof CredentialError) throw malformed(`bundle: ${error.detail || error.reason}`);
    throw error;
  }
}

function decodeParts(value: Value): ReadonlyMap<Region, Part> {
  const [version, parts = null] = tuple(value, 2);
  if (uint(version) !== VERSION) throw malformed("of another version");
  if (!cbor.isMap(parts) || parts.size === 0) throw malformed("no region");
  return new Map([...parts].map(([number, part]) => [region(number), decodePart(part)]));
}

function decodePart(value: Value): Part {
  const entries = mapping(known(value), REQUIRED, OPTIONAL);
  const one = (kind: ObjectType): Uint8Array => octets(entries.get(kind));
  const optional = (kind: ObjectType): Uint8Array | null => (entries.has(kind) ? one(kind) : null);
  const many = (kind: ObjectType): Uint8Array[] =>
    entries.has(kind) ? array(entries.get(kind)).map((each) => octets(each)) : [];
  return {
    roots: many(ObjectType.ROOT),
    checkpoint: one(ObjectType.CHECKPOINT),
    trustList: one(ObjectType.TRUST_LIST),
    bins: many(ObjectType.BIN),
    statusLists: many(ObjectType.STATUS_LIST),
    recognition: optional(ObjectType.RECOGNITION),
    survivors: many(ObjectType.SURVIVORS),
    shards: many(ObjectType.SHARD),
    registers: many(ObjectType.REGISTER),
    benefits: optional(ObjectType.BENEFITS),
  };
}

/** A part without the entries of later versions of the format: nothing is asked of them, whatever they are. */
function known(value: Value): Value {
  if (!cbor.isMap(value)) throw malformed("a part is not a map");
  return new Map([...value].filter(([key]) => !(typeof key === "number" && key > NEWEST_TYPE)));
}
