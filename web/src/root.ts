/** A region's root: which keys fill which role, how many of them must sign, and from which epoch on. */

import { sha256 } from "@noble/hashes/sha2.js";
import { equal, hex } from "./bytes.ts";
import * as cbor from "./cbor.ts";
import type { Value } from "./cbor.ts";
import * as cose from "./cose.ts";
import type { Sign, Sign1, Signature } from "./cose.ts";
import * as ed25519 from "./ed25519.ts";
import { ObjectError } from "./errors.ts";
import { array, decodeHead, HEAD, mapping, ObjectType, octets, reading, require, text, tuple, uint } from "./published.ts";
import type { Head } from "./published.ts";

const TYP = "application/yinxin-root+cose";
const MAX_KEYS = 32;
const MAX_STATUS_BASE_BYTES = 24;
const ROLES = 10;
const STATUS_BASE = 11;

/** Who signs what: root the root; list the trust list and recognition; the others what they are named for. */
export const Role = { ROOT: 0, LIST: 1, STATUS: 2, CHECKPOINT: 3 } as const;
export type Role = (typeof Role)[keyof typeof Role];

/** The keys of one role. A higher epoch, which only the root can grant, resets rollback and monotonicity. */
export interface RoleKeys {
  readonly epoch: number;
  readonly threshold: number;
  readonly keys: readonly Uint8Array[];
}

/** One version of a region's root; its head's seq is the version. */
export interface Root {
  readonly head: Head;
  readonly roles: readonly [RoleKeys, RoleKeys, RoleKeys, RoleKeys];
  readonly statusBase: string;
}

/** Raise ObjectError THRESHOLD_NOT_MET unless enough distinct keys of the role signed. */
export function requireThreshold(role: RoleKeys, message: Sign): void {
  const signers = message.signatures.map((each) => signerOf(role, each)).filter((key) => key !== null);
  const count = new Set(signers.map(hex)).size;
  if (count < role.threshold) {
    throw new ObjectError("THRESHOLD_NOT_MET", `${count} of ${role.threshold} signatures`);
  }
}

/** Raise ObjectError THRESHOLD_NOT_MET unless a key of the role signed the COSE_Sign1. */
export function requireOne(role: RoleKeys, message: Sign1): void {
  if (signerOf(role, message) === null) {
    throw new ObjectError("THRESHOLD_NOT_MET", "no signature of a key of the role");
  }
}

function signerOf(role: RoleKeys, { kid, toBeSigned, signature }: Signature): Uint8Array | null {
  const keys = role.keys.filter((key) => equal(cose.kid(key), kid));
  return keys.find((key) => ed25519.holds(key, toBeSigned, signature)) ?? null;
}

/** The root in `data`, signatures not yet verified. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED. */
export function decode(data: Uint8Array): [Root, Sign] {
  return reading(ObjectType.ROOT, data, () => {
    const message = cose.decodeSign(data, TYP);
    const claims = mapping(cbor.decode(message.payload), [...HEAD, ROLES, STATUS_BASE]);
    const [first, second, third, fourth] = tuple(claims.get(ROLES), 4);
    const root: Root = {
      head: decodeHead(claims),
      roles: [roleKeys(first), roleKeys(second), roleKeys(third), roleKeys(fourth)],
      statusBase: text(claims.get(STATUS_BASE), MAX_STATUS_BASE_BYTES),
    };
    check(root);
    return [root, message];
  });
}

/** What a verifier pins: the SHA-256 of a root's bytes, in hexadecimal. */
export function pinOf(data: Uint8Array): string {
  return hex(sha256(data));
}

/**
 * The verified versions from the pinned root to the newest (the way of TUF, section 5.3).
 *
 * Version N+1 needs a threshold of N's root keys and of its own. ObjectError: PIN_NOT_FOUND, ROOT_SKIPPED,
 * THRESHOLD_NOT_MET, ROLLBACK, WRONG_REGION, or why a root cannot be read.
 */
export function chain(roots: readonly Uint8Array[], pins: ReadonlySet<string>): [Root, ...Root[]] {
  const start = roots.findIndex((data) => pins.has(pinOf(data)));
  const [pinned, ...later] = start < 0 ? [] : roots.slice(start);
  if (pinned === undefined) throw new ObjectError("PIN_NOT_FOUND", "none of the roots is the pinned one");
  const [root, message] = decode(pinned);
  requireThreshold(root.roles[Role.ROOT], message);
  const verified: [Root, ...Root[]] = [root];
  for (const data of later) verified.push(successor(verified.at(-1) ?? root, data));
  return verified;
}

/** The root in `data`, verified as the version that follows `current`. */
export function successor(current: Root, data: Uint8Array): Root {
  const [following, message] = decode(data);
  if (following.head.region !== current.head.region) {
    throw new ObjectError("WRONG_REGION", `root of ${following.head.region}`);
  }
  if (following.head.seq !== current.head.seq + 1) {
    throw new ObjectError("ROOT_SKIPPED", `version ${following.head.seq} after ${current.head.seq}`);
  }
  for (const role of Object.values(Role)) {
    if (following.roles[role].epoch < current.roles[role].epoch) {
      throw new ObjectError("ROLLBACK", "a role's epoch goes back");
    }
  }
  requireThreshold(current.roles[Role.ROOT], message);
  requireThreshold(following.roles[Role.ROOT], message);
  return following;
}

function roleKeys(value: Value | undefined): RoleKeys {
  const [epoch, threshold, keys] = tuple(value, 3);
  const found = array(keys).map((key) => octets(key, ed25519.KEY_BYTES));
  require(0 < found.length && found.length <= MAX_KEYS, "a role without keys, or with too many");
  return { epoch: uint(epoch), threshold: uint(threshold, MAX_KEYS), keys: found };
}

function check(root: Root): void {
  const every = root.roles.flatMap((role) => role.keys);
  require(new Set(every.map(hex)).size === every.length, "one key in two places");
  require(every.every(ed25519.isValidKey), "a key is not a point of prime order");
  const reachable = root.roles.every(({ threshold, keys }) => 1 <= threshold && threshold <= keys.length);
  require(reachable, "a threshold cannot be met");
  const online = [root.roles[Role.STATUS], root.roles[Role.CHECKPOINT]];
  require(online.every(({ threshold }) => threshold === 1), "one signature each");
  require(root.head.epoch === root.roles[Role.ROOT].epoch, "the root's epoch is not its role's");
  require(root.statusBase.startsWith("https://") && root.statusBase.endsWith("/"), "not a status base");
}
