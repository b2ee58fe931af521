/** The checkpoint: one signed statement of everything that a region publishes at one moment. */

import { hex } from "./bytes.ts";
import * as cbor from "./cbor.ts";
import type { Value } from "./cbor.ts";
import * as cose from "./cose.ts";
import type { Sign1 } from "./cose.ts";
import type { Seconds } from "./model.ts";
import {
  array,
  decodeHead,
  HEAD,
  mapping,
  NEWEST_TYPE,
  ObjectType,
  octets,
  reading,
  require,
  tuple,
  uint,
} from "./published.ts";
import type { Head } from "./published.ts";

const TYP = "application/yinxin-checkpoint+cose";
const NEXT = 6;
const ENTRIES = 10;
const LOG = 11;
/** The types that a checkpoint names; bins, shards and survivors are committed by those. */
const COMMITTED: ReadonlySet<number> = new Set([
  ObjectType.ROOT,
  ObjectType.TRUST_LIST,
  ObjectType.STATUS_LIST,
  ObjectType.RECOGNITION,
  ObjectType.REGISTER,
  ObjectType.BENEFITS,
]);

/** The types of which a region has one a list. */
export const NUMBERED: ReadonlySet<number> = new Set([ObjectType.STATUS_LIST, ObjectType.REGISTER]);

/**
 * One object: type, number of its list (0 where a region has only one), order, and SHA-256 in hexadecimal.
 *
 * A type above NEWEST_TYPE is of a later version of the format: nobody here asks for it, but it keeps its order.
 */
export interface Committed {
  readonly type: number;
  readonly list: number;
  readonly epoch: number;
  readonly seq: number;
  readonly sha256: string;
}

/** How many leaves a Merkle tree has, and its root in hexadecimal. */
export interface LogHead {
  readonly size: number;
  readonly rootHash: string;
}

/** `nextDue` is when the region promises the next one; `log` the head of its record's log. */
export interface Checkpoint {
  readonly head: Head;
  readonly nextDue: Seconds;
  readonly entries: readonly Committed[];
  readonly log: LogHead | null;
}

/** The entry for an object, if the checkpoint names it. */
export function find({ entries }: Checkpoint, type: number, list: number): Committed | null {
  return entries.find((entry) => entry.type === type && entry.list === list) ?? null;
}

/** The checkpoint in `data`, signature not yet verified. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED. */
export function decode(data: Uint8Array): [Checkpoint, Sign1] {
  return reading(ObjectType.CHECKPOINT, data, () => {
    const message = cose.decodeSign1(data, TYP);
    const claims = mapping(cbor.decode(message.payload), [...HEAD, NEXT, ENTRIES], [LOG]);
    const entries = array(claims.get(ENTRIES)).map(committed);
    require(entries.length > 0, "names nothing");
    require(entries.every(comesAfterThePrevious), "entries not in order, or two of one name");
    const log = claims.has(LOG) ? logHead(claims.get(LOG)) : null;
    return [{ head: decodeHead(claims), nextDue: uint(claims.get(NEXT)), entries, log }, message];
  });
}

/** Entries are in order of type, then of list. */
function comesAfterThePrevious(entry: Committed, place: number, entries: readonly Committed[]): boolean {
  const previous = entries[place - 1];
  if (previous === undefined) return true;
  return previous.type === entry.type ? previous.list < entry.list : previous.type < entry.type;
}

function committed(value: Value): Committed {
  const [type, list, epoch, seq, digest] = tuple(value, 5);
  const kind = uint(type);
  const isLater = kind > NEWEST_TYPE;
  require(isLater || COMMITTED.has(kind), "a type that a checkpoint does not name");
  require(isLater || NUMBERED.has(kind) || list === 0, "a list's number where a region has only one object");
  return {
    type: kind,
    list: uint(list),
    epoch: uint(epoch),
    seq: uint(seq),
    sha256: hex(octets(digest, 32)),
  };
}

function logHead(value: Value | undefined): LogHead {
  const [size, rootHash] = tuple(value, 2);
  return { size: uint(size), rootHash: hex(octets(rootHash, 32)) };
}
