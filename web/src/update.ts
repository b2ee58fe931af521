/**
 * When newer published objects may take the place of the held ones (docs/format.md, "Sync").
 *
 * The first fault refuses the whole part of its region, and the last good one stays. Order and monotonicity hold within an
 * epoch; a role's higher epoch, which only the root can grant, resets them for what that role signs, and is reported.
 */

import { equal } from "./bytes.ts";
import type { Part } from "./bundle.ts";
import type { Committed } from "./checkpoint.ts";
import { ObjectError } from "./errors.ts";
import { Status } from "./model.ts";
import type { Region, Seconds } from "./model.ts";
import { CLOCK_TOLERANCE, nameOf, ObjectType } from "./published.ts";
import * as register from "./register.ts";
import type { RegisterIndex } from "./register.ts";
import { pinOf, Role } from "./root.ts";
import type { StatusList } from "./status_list.ts";
import { agreedPins, authenticate, establish, onlyOne, orRefusal, pinnedRegions } from "./trust.ts";
import { requireCommitted, requireEpochs } from "./trust.ts";
import type { RegionTrust } from "./trust.ts";
import * as trustList from "./trust_list.ts";
import type { BinReference, CertificateKey, Issuer } from "./trust_list.ts";

/** Whose epoch the order of an object counts in. */
const ROLE_OF: ReadonlyMap<ObjectType, Role> = new Map([
  [ObjectType.TRUST_LIST, Role.LIST],
  [ObjectType.RECOGNITION, Role.LIST],
  [ObjectType.STATUS_LIST, Role.STATUS],
  [ObjectType.REGISTER, Role.CHECKPOINT],
  [ObjectType.CHECKPOINT, Role.CHECKPOINT],
  [ObjectType.ROOT, Role.ROOT],
]);

/** The last good state of a region: its original bytes, and what they were verified to say. */
export interface Held {
  readonly part: Part;
  readonly trust: RegionTrust;
}

/** A part that may be stored. `reset` are the roles that the root gave a higher epoch since the held state. */
export interface Taken {
  readonly state: Held;
  readonly changed: boolean;
  readonly reset: readonly Role[];
}

/** What became of one region's part: taken, or why it was refused. */
export type Answer = Taken | ObjectError;

/**
 * What became of a fetched bundle: the parts to store, and the answer for every region that it held.
 *
 * A region that no pin and no agreement of the home vouches for is neither stored nor answered: it is in `strangers`.
 */
export interface Update {
  readonly parts: ReadonlyMap<Region, Part>;
  readonly answers: ReadonlyMap<Region, Answer>;
  readonly home: Region | null;
  readonly strangers: readonly Region[];
}

type Parts = ReadonlyMap<Region, Part>;
type Pins = ReadonlySet<string>;

/**
 * Judge every region's part by itself: pinned ones first, partners through the home's agreements.
 *
 * Without `home`, the home is the region that a pin is of; if several are pinned there is none. ObjectError PIN_NOT_FOUND
 * if no part holds a pinned root. A refused region keeps its held part.
 */
export function update(held: Parts, fetched: Parts, pins: Pins, now: Seconds, home: Region | null = null): Update {
  const pinned = pinnedRegions(fetched, pins);
  if (pinned.length === 0) throw new ObjectError("PIN_NOT_FOUND", "no region of the bundle holds a pinned root");
  const answers = new Map(
    pinned.sort(byRegion).map(([region, part]) => [region, judge(region, held.get(region), part, pins, now)]),
  );
  const named = home ?? onlyOne(pinned);
  const own = homeTrust(named, held, answers, pins);
  const strangers: Region[] = [];
  for (const [region, part] of [...fetched].sort(byRegion)) {
    if (answers.has(region)) continue;
    const agreed = own === null ? new Set<string>() : agreedPins(own, region);
    if (agreed.size > 0) answers.set(region, judge(region, held.get(region), part, agreed, now));
    else strangers.push(region);
  }
  return { parts: new Map([...held, ...takenIn(answers)]), answers, home: named, strangers };
}

function byRegion([a]: readonly [Region, Part], [b]: readonly [Region, Part]): number {
  return a < b ? -1 : 1;
}

function* takenIn(answers: ReadonlyMap<Region, Answer>): Generator<[Region, Part]> {
  for (const [region, answer] of answers) {
    if (!(answer instanceof ObjectError)) yield [region, answer.state.part];
  }
}

/** The home's state as it stands after its own update, for its agreements. */
function homeTrust(
  home: Region | null,
  held: Parts,
  answers: ReadonlyMap<Region, Answer>,
  pins: Pins,
): RegionTrust | null {
  if (home === null) return null;
  const answer = answers.get(home);
  if (answer !== undefined && !(answer instanceof ObjectError)) return answer.state.trust;
  return hold(home, held.get(home), pins)?.trust ?? null;
}

function judge(region: Region, held: Part | undefined, fetched: Part, pins: Pins, now: Seconds): Answer {
  return orRefusal(() => advance(region, hold(region, held, pins), fetched, pins, now));
}

/** The held state of `part`; null if there is none, or if its chain does not hold: nobody relies on it then. */
export function hold(region: Region, part: Part | undefined, pins: Pins): Held | null {
  if (part === undefined) return null;
  const trust = orRefusal(() => establish(region, part, pins));
  return trust instanceof ObjectError ? null : { part, trust };
}

/**
 * The state after `fetched` is taken in place of `held`. ObjectError with the first fault, in sync's order.
 *
 * OBJECT_TOO_LARGE, OBJECT_MALFORMED, WRONG_REGION, PIN_NOT_FOUND, ROOT_SKIPPED, THRESHOLD_NOT_MET (`authenticate`);
 * DATED_AHEAD; EPOCH_MISMATCH, ROLLBACK, EQUIVOCATION; MIX_AND_MATCH; ENTRY_VANISHED, ENTRY_REVIVED, LIST_SHRUNK;
 * EXPIRED.
 */
export function advance(region: Region, held: Held | null, fetched: Part, pins: Pins, now: Seconds): Taken {
  const found = authenticate(region, fetched, pins);
  if (found.newestIssued > now + CLOCK_TOLERANCE) {
    throw new ObjectError("DATED_AHEAD", "an object is dated more than 300 s ahead of the clock");
  }
  requireEpochs(found);
  const state = { part: fetched, trust: found };
  if (held !== null) requireOrder(held, state);
  requireCommitted(found);
  requireBins(found);
  if (held !== null) requireMonotonic(held.trust, found);
  else readBins(found, found.trustList.bins);
  requireUnexpired(found, now);
  return { state, changed: held === null || !isSame(held.part, fetched), reset: held === null ? [] : resetIn(held, found) };
}

function resetIn(held: Held, found: RegionTrust): Role[] {
  return Object.values(Role).filter((role) => isReset(held.trust, found, role));
}

function isReset(before: RegionTrust, after: RegionTrust, role: Role): boolean {
  return after.root.roles[role].epoch > before.root.roles[role].epoch;
}

/** Whether two parts hold the same bytes. */
function isSame(a: Part, b: Part): boolean {
  const [mine, others] = [a, b].map((part) => Object.values(part).map((each) => [each ?? []].flat() as Uint8Array[]));
  return (mine ?? []).every((objects, place) => isSameList(objects, others?.[place] ?? []));
}

function isSameList(a: readonly Uint8Array[], b: readonly Uint8Array[]): boolean {
  return a.length === b.length && a.every((data, place) => equal(data, b[place] ?? new Uint8Array()));
}

/** ROLLBACK or EQUIVOCATION, first for the roots, then for every object that both states name. */
function requireOrder(held: Held, fetched: Held): void {
  requireRootOrder(held, fetched);
  const following = new Map(named(fetched).map((each) => [key(each), each]));
  const pairs = named(held).flatMap((before) => {
    const after = following.get(key(before));
    return after === undefined ? [] : [[before, after] as const];
  });
  for (const [before, after] of pairs) {
    if (compareOrder(after, before) < 0) {
      throw new ObjectError("ROLLBACK", `${title(before)}: ${order(after)} after ${order(before)}`);
    }
  }
  for (const [before, after] of pairs) {
    if (compareOrder(after, before) === 0 && after.sha256 !== before.sha256) {
      throw new ObjectError("EQUIVOCATION", `${title(before)}: two contents for ${order(before)}`);
    }
  }
}

/** The held newest root must stand in the fetched chain as it is. */
function requireRootOrder(held: Held, fetched: Held): void {
  const version = held.trust.root.head.seq;
  const newest = fetched.trust.root.head.seq;
  if (newest < version) throw new ObjectError("ROLLBACK", `root version ${newest} after ${version}`);
  const count = fetched.trust.roots.length;
  const place = fetched.trust.roots.findIndex(({ head }) => head.seq === version);
  const same = place < 0 ? undefined : fetched.part.roots.slice(-count)[place];
  const mine = held.part.roots.at(-1);
  if (same === undefined || mine === undefined || pinOf(same) !== pinOf(mine)) {
    throw new ObjectError("EQUIVOCATION", `root: two contents for version ${version}`);
  }
}

/** Everything that has an order: the checkpoint, what is held, and what the checkpoint names beside it. */
function named({ part, trust }: Held): Committed[] {
  const { epoch, seq } = trust.checkpoint.head;
  const itself = { type: ObjectType.CHECKPOINT, list: 0, epoch, seq, sha256: pinOf(part.checkpoint) };
  const objects = new Map([...trust.checkpoint.entries, ...trust.held].map((each) => [key(each), each]));
  return [...[...objects.values()].filter(({ type }) => type !== ObjectType.ROOT), itself];
}

/** What makes an object the same one in two states: its type and the number of its list. */
function key({ type, list }: Committed): string {
  return `${type} ${list}`;
}

function compareOrder(a: Committed, b: Committed): number {
  return a.epoch - b.epoch || a.seq - b.seq;
}

function order({ epoch, seq }: Committed): string {
  return `(${epoch}, ${seq})`;
}

function title({ type, list }: Committed): string {
  return `${nameOf(type)} ${list}`;
}

function requireBins(found: RegionTrust): void {
  for (const { first, sha256 } of found.trustList.bins) {
    if (!found.blobs.has(sha256)) throw new ObjectError("MIX_AND_MATCH", `the bin from ${first} on is not held`);
  }
}

/** The issuers of these bins. ObjectError if one is malformed. */
function readBins({ blobs, trustList: { occupations } }: RegionTrust, references: readonly BinReference[]): Issuer[] {
  return references.flatMap(({ sha256 }) => {
    const data = blobs.get(sha256);
    return data === undefined ? [] : [...trustList.decodeBin(data, occupations).values()];
  });
}

/** ENTRY_VANISHED, ENTRY_REVIVED or LIST_SHRUNK, except for what a role signs that was given a higher epoch. */
function requireMonotonic(before: RegionTrust, after: RegionTrust): void {
  requireNames(before, after);
  if (isReset(before, after, Role.LIST)) {
    readBins(after, after.trustList.bins);
  } else {
    requireIssuers(before, after);
    requireAgreements(before, after);
  }
  if (!isReset(before, after, Role.STATUS)) requireStatusLists(before, after);
  if (!isReset(before, after, Role.CHECKPOINT)) requireRegisters(before, after);
}

/** Every list that was held is still there; registers are optional to hold, but not to publish. */
function requireNames(before: RegionTrust, after: RegionTrust): void {
  const keysOf = (objects: readonly Committed[]): Set<string> => new Set(objects.map(key));
  const held = keysOf(after.held);
  const published = keysOf(after.checkpoint.entries);
  const heldBefore = new Set(before.held.map(identity));
  for (const each of [...before.checkpoint.entries, ...before.held]) {
    const isOptional = each.type === ObjectType.REGISTER || !heldBefore.has(identity(each));
    const isThere = (isOptional ? published : held).has(key(each));
    if (!isThere && !isReset(before, after, ROLE_OF.get(each.type) ?? Role.ROOT)) {
      throw new ObjectError("ENTRY_VANISHED", `${title(each)} is gone`);
    }
  }
}

function identity(each: Committed): string {
  return `${key(each)} ${order(each)} ${each.sha256}`;
}

/** No issuer and no key vanishes or comes back; bins that did not change are not even read. */
function requireIssuers(before: RegionTrust, after: RegionTrust): void {
  const isComparable = isSameDictionary(before, after);
  const [old, following] = [spans(before), spans(after)];
  const changed = (mine: Spans, others: Spans): BinReference[] =>
    [...mine].filter(([span]) => !isComparable || !others.has(span)).map(([, reference]) => reference);
  readBins(after, changed(following, old));
  for (const issuer of readBins(before, changed(old, following))) {
    const found = after.issuers.get(issuer.code);
    if (found === null) throw new ObjectError("ENTRY_VANISHED", `issuer ${issuer.code} is gone`);
    requireIssuer(issuer, found);
  }
}

type Spans = ReadonlyMap<string, BinReference>;

/** Each bin by its own name and that of the one after it, whose first code bounds what can be found in it. */
function spans({ trustList: { bins } }: RegionTrust): Spans {
  const name = (bin: BinReference | undefined): string => (bin === undefined ? "" : `${bin.first} ${bin.sha256}`);
  return new Map(bins.map((bin, place) => [`${name(bin)} ${name(bins[place + 1])}`, bin]));
}

function isSameDictionary(before: RegionTrust, after: RegionTrust): boolean {
  const names = ({ trustList: { occupations } }: RegionTrust): string =>
    JSON.stringify(occupations.map(({ edition, code }) => [edition, code]));
  return names(before) === names(after);
}

function requireIssuer(before: Issuer, after: Issuer): void {
  const pairs = before.keys.map((mine) => [mine, after.keys.find((each) => equal(each.public, mine.public))] as const);
  if (pairs.some(([, following]) => following === undefined)) {
    throw new ObjectError("ENTRY_VANISHED", `a key of issuer ${before.code} is gone`);
  }
  if (trustList.isVoid(before) && !trustList.isVoid(after)) {
    throw new ObjectError("ENTRY_REVIVED", `issuer ${before.code} was void`);
  }
  if (pairs.some(([mine, following]) => following !== undefined && isRevived(mine, following))) {
    throw new ObjectError("ENTRY_REVIVED", `a key of issuer ${before.code} was compromised`);
  }
}

/** Whether a compromised key is clean again, or from a later time on than was said. */
function isRevived(before: CertificateKey, after: CertificateKey): boolean {
  if (before.compromise === null) return false;
  return after.compromise === null || after.compromise.since > before.compromise.since;
}

function requireAgreements(before: RegionTrust, after: RegionTrust): void {
  if (before.recognition === null || after.recognition === null) return;
  const partners = new Set(after.recognition.agreements.map(({ partner }) => partner));
  const gone = before.recognition.agreements.find(({ partner }) => !partners.has(partner));
  if (gone !== undefined) throw new ObjectError("ENTRY_VANISHED", `the agreement with ${gone.partner} is gone`);
}

function requireStatusLists(before: RegionTrust, after: RegionTrust): void {
  for (const [number, listed] of before.statusLists) {
    const following = after.statusLists.get(number);
    if (following !== undefined) requireStatuses(listed, following);
  }
}

/**
 * Refuse unless every status of `after` may follow that of `before`: 3→0,1,2,12; 0↔2; 0,2→1 or 12.
 *
 * A registered entry that is not registered any more is ENTRY_VANISHED; a revoked or superseded one that changes,
 * ENTRY_REVIVED; a list with fewer entries, LIST_SHRUNK.
 */
export function requireStatuses(before: StatusList, after: StatusList): void {
  const vanished = firstWhere(before, after, (old, now) => now === Status.NOT_REGISTERED && old !== now);
  if (vanished !== null) {
    throw new ObjectError("ENTRY_VANISHED", `${after.uri}: entry ${vanished} is not registered any more`);
  }
  const revived = firstWhere(before, after, (old, now) => FINAL.has(old) && old !== now);
  if (revived !== null) {
    throw new ObjectError("ENTRY_REVIVED", `${after.uri}: entry ${revived} was revoked or superseded`);
  }
  if (after.entries.length < before.entries.length) {
    const [count, previously] = [2 * after.entries.length, 2 * before.entries.length];
    throw new ObjectError("LIST_SHRUNK", `${after.uri}: ${count} entries after ${previously}`);
  }
}

const FINAL: ReadonlySet<number> = new Set([Status.REVOKED, Status.SUPERSEDED]);

/** The lowest index, of those that both lists have, whose two statuses are as asked. */
function firstWhere(
  before: StatusList,
  after: StatusList,
  isMeant: (before: number, after: number) => boolean,
): number | null {
  const common = Math.min(before.entries.length, after.entries.length);
  for (let place = 0; place < common; place++) {
    const [old, following] = [before.entries[place] ?? 0, after.entries[place] ?? 0];
    if (old === following) continue;
    if (isMeant(old & 0x0f, following & 0x0f)) return 2 * place;
    if (isMeant(old >> 4, following >> 4)) return 2 * place + 1;
  }
  return null;
}

function requireRegisters(before: RegionTrust, after: RegionTrust): void {
  for (const [number, index] of before.registers) {
    const following = after.registers.get(number);
    if (following !== undefined) requireRegister(index, following, before.blobs, after.blobs);
  }
}

type Blobs = ReadonlyMap<string, Uint8Array>;

/** Shards are append-only: as many, and none that both sides hold loses a digest. */
function requireRegister(before: RegisterIndex, after: RegisterIndex, mine: Blobs, others: Blobs): void {
  if (after.hashes.length < before.hashes.length) {
    throw new ObjectError("LIST_SHRUNK", `register ${before.list}: fewer shards than before`);
  }
  for (const [place, hash] of before.hashes.entries()) {
    const following = after.hashes[place];
    const [old, kept] = [mine.get(hash), others.get(following ?? "")];
    if (hash === following || old === undefined || kept === undefined) continue;
    const digests = register.decodeShard(old).digests;
    const found = register.decodeShard(kept).digests;
    if (![...digests].every((digest) => found.has(digest))) {
      throw new ObjectError("ENTRY_VANISHED", `register ${before.list}: a digest is gone`);
    }
  }
}

function requireUnexpired(found: RegionTrust, now: Seconds): void {
  const { root, checkpoint, trustList: listed, recognition, statusLists } = found;
  const dated: [string, Seconds][] = [
    ["root", root.head.expires],
    ["checkpoint", checkpoint.head.expires],
    ["trust_list", listed.head.expires],
  ];
  if (recognition !== null) dated.push(["recognition", recognition.head.expires]);
  for (const [number, { expires }] of statusLists) dated.push([`status_list ${number}`, expires]);
  const expired = dated.find(([, expires]) => now >= expires);
  if (expired !== undefined) throw new ObjectError("EXPIRED", expired[0]);
}
