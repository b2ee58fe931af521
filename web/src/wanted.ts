/**
 * Which published objects are still to be fetched, by SHA-256, and the part that they make (docs/format.md, "Sync").
 *
 * Nothing here is believed: the part that comes of it is judged by `update`, like one out of a bundle.
 */

import type { Part } from "./bundle.ts";
import { hex } from "./bytes.ts";
import * as checkpoint from "./checkpoint.ts";
import type { Checkpoint } from "./checkpoint.ts";
import * as claims from "./claims.ts";
import * as cose from "./cose.ts";
import type { Start } from "./directory.ts";
import { CredentialError, ObjectError } from "./errors.ts";
import { regionOf } from "./model.ts";
import type { IssuerCode, Region } from "./model.ts";
import { ObjectType } from "./published.ts";
import * as qrText from "./qr_text.ts";
import * as register from "./register.ts";
import * as root from "./root.ts";
import * as statusList from "./status_list.ts";
import type { RegionTrust } from "./trust.ts";
import * as trustList from "./trust_list.ts";

/** What the judgement of one certificate takes of its region: its issuer, and an entry of a status list. */
export interface Need {
  readonly region: Region;
  readonly issuer: IssuerCode;
  readonly uri: string;
  readonly entry: number;
}

/** No more than what is held, brought up to date, and what some certificates take beside it. */
export interface Choice {
  readonly held: RegionTrust | null;
  readonly needs: readonly Need[];
}

/** The objects to fetch before more can be said, by SHA-256 in hexadecimal; when there are none, the part. */
export interface Plan {
  readonly missing: ReadonlyMap<string, ObjectType>;
  readonly part: Part | null;
}

type Pool = ReadonlyMap<string, Uint8Array>;
/** Those of the objects of these hashes that are there, each once; the others are missing. */
type LookUp = (kind: ObjectType, hashes: Iterable<string>) => Uint8Array[];

/** What the certificate in a QR's text takes; null if it cannot be read so far. */
export function needOf(text: string): Need | null {
  try {
    const { issuer, status } = claims.decodeOuter(cose.decodeSign1(qrText.decode(text), null).payload);
    return { region: regionOf(issuer), issuer, uri: status.uri, entry: status.index };
  } catch (error) {
    if (error instanceof CredentialError) return null;
    throw error;
  }
}

/**
 * What `pool` lacks of the part that begins at `start`: of all of it, or of what `choice` leaves.
 *
 * `pool` has objects by their SHA-256. An object that is found in it may name more: ask again until nothing is missing.
 * ObjectError: an object is malformed, or the checkpoint names no trust list.
 */
export function plan(start: Start, pool: Pool, choice: Choice | null): Plan {
  const missing = new Map<string, ObjectType>();
  const lookUp: LookUp = (kind, hashes) =>
    [...new Set(hashes)].flatMap((hash) => {
      const data = pool.get(hash);
      if (data === undefined) missing.set(hash, kind);
      return data ?? [];
    });
  const part = partAt(start, lookUp, choice);
  return { missing, part: missing.size > 0 ? null : part };
}

function partAt(start: Start, lookUp: LookUp, choice: Choice | null): Part | null {
  const roots = lookUp(ObjectType.ROOT, start.roots);
  const [data] = lookUp(ObjectType.CHECKPOINT, [start.checkpoint]);
  if (data === undefined) return null;
  const entries = entriesOf(choice, roots.at(-1));
  const seen = chosen(checkpoint.decode(data)[0], choice, entries);
  const named = (kind: ObjectType): Uint8Array[] =>
    lookUp(kind, seen.entries.filter(({ type }) => type === kind).map(({ sha256 }) => sha256));
  if (checkpoint.find(seen, ObjectType.TRUST_LIST, 0) === null) {
    throw new ObjectError("MIX_AND_MATCH", "the checkpoint names no trust list");
  }
  const [listed] = named(ObjectType.TRUST_LIST);
  const registers = named(ObjectType.REGISTER);
  const bins = listed === undefined ? [] : lookUp(ObjectType.BIN, binsOf(listed, choice));
  return {
    roots,
    checkpoint: data,
    trustList: listed ?? new Uint8Array(),
    bins,
    statusLists: named(ObjectType.STATUS_LIST),
    recognition: named(ObjectType.RECOGNITION)[0] ?? null,
    benefits: named(ObjectType.BENEFITS)[0] ?? null,
    survivors: lookUp(ObjectType.SURVIVORS, survivorsOf(bins, choice)),
    shards: lookUp(ObjectType.SHARD, registers.flatMap((each) => shardsOf(each, choice, entries))),
    registers,
  };
}

/** Of each status list that the certificates name the shards of their entries, as soon as the newest root is there. */
type Entries = ReadonlyMap<number, ReadonlySet<number>>;

function entriesOf(choice: Choice | null, newest: Uint8Array | undefined): Entries {
  const entries = new Map<number, Set<number>>();
  if (choice === null || choice.needs.length === 0 || newest === undefined) return entries;
  const { statusBase } = root.decode(newest)[0];
  for (const { uri, entry } of choice.needs) {
    const number = statusList.numberOf(statusBase, uri);
    if (number === null) continue;
    const shards = entries.get(number) ?? new Set();
    entries.set(number, shards.add(Math.floor(entry / register.INDICES_A_SHARD)));
  }
  return entries;
}

/** `seen` without the lists that nobody asks for. */
function chosen(seen: Checkpoint, choice: Choice | null, named: Entries): Checkpoint {
  if (choice === null) return seen;
  const isChosen = (list: number): boolean => named.has(list) || choice.held?.statusLists.has(list) === true;
  return { ...seen, entries: seen.entries.filter(({ type, list }) => !checkpoint.NUMBERED.has(type) || isChosen(list)) };
}

/** The bins where the issuers of held ones are now, and those of the certificates' issuers. */
function binsOf(data: Uint8Array, choice: Choice | null): string[] {
  const [listed] = trustList.decode(data);
  if (choice === null) return listed.bins.map(({ sha256 }) => sha256);
  const issuers = new Set(choice.needs.map(({ issuer }) => issuer));
  const own = [...issuers].flatMap((issuer) => trustList.binOf(listed, issuer) ?? []);
  const following = choice.held === null ? [] : trustList.following(choice.held.trustList, choice.held.blobs, listed);
  return [...following, ...own].map(({ sha256 }) => sha256);
}

/** The files of all compromised keys, or those of the issuers of which one is held and of the certificates'. */
function survivorsOf(bins: readonly Uint8Array[], choice: Choice | null): string[] {
  const codes = choice === null ? null : new Set([...choice.needs.map(({ issuer }) => issuer), ...withSurvivors(choice.held)]);
  return bins
    .flatMap(trustList.survivorsIn)
    .filter(([code, { count }]) => count > 0 && (codes === null || codes.has(code)))
    .map(([, { sha256 }]) => hex(sha256));
}

/** The issuers of whose keys a file of survivors is held. */
function withSurvivors(held: RegionTrust | null): IssuerCode[] {
  if (held === null) return [];
  const bins = held.trustList.bins.flatMap(({ sha256 }) => held.blobs.get(sha256) ?? []);
  return bins
    .flatMap(trustList.survivorsIn)
    .filter(([, { sha256 }]) => held.blobs.has(hex(sha256)))
    .map(([code]) => code);
}

/** The shards at the places of held ones, and those of the certificates' entries. */
function shardsOf(data: Uint8Array, choice: Choice | null, entries: Entries): string[] {
  const { list, hashes } = register.decodeIndex(data);
  if (choice === null) return [...hashes];
  const { held } = choice;
  const before = held?.registers.get(list)?.hashes ?? [];
  return hashes.filter((_, place) => entries.get(list)?.has(place) || held?.blobs.has(before[place] ?? ""));
}
