/** Status lists: an IETF Token Status List of 4 bits a certificate, as a CWT (`application/statuslist+cwt`). */

import * as cbor from "./cbor.ts";
import * as cose from "./cose.ts";
import type { Sign1 } from "./cose.ts";
import { inflate } from "./inflate.ts";
import { Status } from "./model.ts";
import type { Region, Seconds } from "./model.ts";
import { mapping, ObjectType, octets, reading, region, require, text, tuple, uint } from "./published.ts";

const TYP = "application/statuslist+cwt";
const BITS = 4;
const MAX_BYTES = 2 ** 19;

const ISS = 1;
const SUB = 2;
const EXP = 4;
const IAT = 6;
const STATUS_LIST = 65533;
const TTL = 65534;
const ORDER = -65538;

const STATUSES: ReadonlyMap<number, Status> = new Map(Object.values(Status).map((status) => [status, status]));
const KNOWN_BYTES: ReadonlySet<number> = new Set(
  Object.values(Status).flatMap((high) => Object.values(Status).map((low) => (high << BITS) | low)),
);

/** One list. `entries` holds two statuses a byte, the lower index in the lower bits. */
export interface StatusList {
  readonly region: Region;
  readonly uri: string;
  readonly epoch: number;
  readonly seq: number;
  readonly issued: Seconds;
  readonly expires: Seconds;
  readonly ttl: number;
  readonly entries: Uint8Array;
}

/** The status at `index`; beyond the list nothing is registered. */
export function statusAt({ entries }: StatusList, index: number): Status {
  const pair = index < 2 * entries.length ? entries[index >> 1] : undefined;
  const status = pair === undefined ? undefined : STATUSES.get((pair >> (BITS * (index & 1))) & 0x0f);
  return status ?? Status.NOT_REGISTERED;
}

/** The number of the list that `uri` names, or null if it is not exactly one of this base. */
export function numberOf(statusBase: string, uri: string): number | null {
  const digits = uri.startsWith(statusBase) ? uri.slice(statusBase.length) : "";
  return /^(?:0|[1-9][0-9]{0,8})$/.test(digits) ? Number(digits) : null;
}

/** The list in `data`, signature not yet verified. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED. */
export function decode(data: Uint8Array): [StatusList, Sign1] {
  return reading(ObjectType.STATUS_LIST, data, () => {
    const message = cose.decodeSign1(data, TYP);
    const claims = mapping(cbor.decode(message.payload), [ISS, SUB, EXP, IAT, STATUS_LIST, TTL, ORDER]);
    const content = mapping(claims.get(STATUS_LIST), ["lst", "bits"]);
    require(uint(content.get("bits")) === BITS, "not 4 bits an entry");
    const [epoch, seq] = tuple(claims.get(ORDER), 2);
    const found = {
      region: region(claims.get(ISS)),
      uri: text(claims.get(SUB), 64),
      epoch: uint(epoch),
      seq: uint(seq),
      issued: uint(claims.get(IAT)),
      expires: uint(claims.get(EXP)),
      ttl: uint(claims.get(TTL)),
      entries: statuses(octets(content.get("lst"))),
    };
    return [found, message];
  });
}

function statuses(compressed: Uint8Array): Uint8Array {
  const entries = inflate(compressed, MAX_BYTES);
  require(entries.every((byte) => KNOWN_BYTES.has(byte)), "a status that is not one of ours");
  return entries;
}
