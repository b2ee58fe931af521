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
import type { Region, Seconds } from "./model.ts";
import { isReset, key, order, readBins, requireMonotonic, title } from "./monotonic.ts";
import { CLOCK_TOLERANCE, ObjectType } from "./published.ts";
import { pinOf, Role } from "./root.ts";
import { agreedPins, authenticate, establish, onlyOne, orRefusal, pinnedRegions } from "./trust.ts";
import { requireCommitted, requireEpochs } from "./trust.ts";
import type { RegionTrust } from "./trust.ts";
import * as trustList from "./trust_list.ts";
import type { BinReference } from "./trust_list.ts";
import { completed, lostShards } from "./withheld.ts";

/** The last good state of a region: its original bytes, and what they were verified to say. */
export interface Held {
  readonly part: Part;
  readonly trust: RegionTrust;
}

/**
 * A part that may be stored. `reset` are the roles that the root gave a higher epoch since the held state.
 *
 * `lost` shards of the register were held and are not any more, in their newer content: nobody sent it.
 */
export interface Taken {
  readonly state: Held;
  readonly changed: boolean;
  readonly reset: readonly Role[];
  readonly lost: number;
}

/** What was offered is an earlier state of the region, whole and well signed: the newer one that is held stays. */
export interface Kept {
  readonly state: Held;
  readonly offered: string;
}

/** What became of one region's part: taken, kept because that is newer, or why it was refused. */
export type Answer = Taken | Kept | ObjectError;

/**
 * What became of a fetched bundle: the parts to store, and the answer for every region that it held.
 *
 * A region that no pin and no agreement of the home vouches for is neither stored nor answered: it is in `strangers`.
 * What is held of regions that the bundle left out is in `absent`, null if nobody vouches for it any more.
 */
export interface Update {
  readonly parts: ReadonlyMap<Region, Part>;
  readonly answers: ReadonlyMap<Region, Answer>;
  readonly home: Region | null;
  readonly strangers: readonly Region[];
  readonly absent: ReadonlyMap<Region, Held | null>;
}

/** A region's part as it was fetched, what is held of it, and the pins that vouch for both. */
interface Offer {
  readonly region: Region;
  readonly held: Held | null;
  readonly part: Part;
  readonly pins: Pins;
  readonly isWhole: boolean;
}

type Parts = ReadonlyMap<Region, Part>;
type Pins = ReadonlySet<string>;

/**
 * Judge every region's part by itself: pinned ones first, partners through the home's agreements.
 *
 * Without `home`, the home is the region that a pin is of; if several are pinned there is none. ObjectError PIN_NOT_FOUND
 * if no part holds a pinned root. A refused region keeps its held part. Unless `isWhole`, a part need not hold every
 * bin: only those in which the issuers of held ones may be now.
 */
export function update(
  held: Parts,
  fetched: Parts,
  pins: Pins,
  now: Seconds,
  home: Region | null = null,
  isWhole = true,
): Update {
  const pinned = pinnedRegions(fetched, pins).sort(byRegion);
  if (pinned.length === 0) throw new ObjectError("PIN_NOT_FOUND", "no region of the bundle holds a pinned root");
  const offer = (region: Region, part: Part, vouching: Pins): Offer => {
    return { region, held: hold(region, held.get(region), vouching), part, pins: vouching, isWhole };
  };
  const offers = pinned.map(([region, part]) => offer(region, part, pins));
  const answers = new Map(offers.map((each) => [each.region, judge(each, now)]));
  const named = home ?? onlyOne(pinned);
  const own = homeTrust(named, held, answers, pins);
  const strangers: Region[] = [];
  for (const [region, part] of [...fetched].sort(byRegion)) {
    if (answers.has(region)) continue;
    const made = offer(region, part, agreed(own, region));
    if (made.pins.size === 0) strangers.push(region);
    else answers.set(region, judge(made, now));
    offers.push(made);
  }
  const parts = new Map([...held, ...takenIn(answers)]);
  const absent = absentIn(held, fetched, pins, own);
  return { parts, answers: withKept(answers, offers, now), home: named, strangers, absent };
}

function agreed(own: RegionTrust | null, region: Region): Pins {
  return own === null ? new Set() : agreedPins(own, region);
}

function byRegion([a]: readonly [Region, Part], [b]: readonly [Region, Part]): number {
  return a < b ? -1 : 1;
}

function* takenIn(answers: ReadonlyMap<Region, Answer>): Generator<[Region, Part]> {
  for (const [region, answer] of answers) {
    if (isTaken(answer)) yield [region, answer.state.part];
  }
}

/** Whether a part was taken, changed or not. */
export function isTaken(answer: Answer): answer is Taken {
  return !(answer instanceof ObjectError) && "changed" in answer;
}

/** What is held of the regions that were not fetched. */
function absentIn(held: Parts, fetched: Parts, pins: Pins, own: RegionTrust | null): Map<Region, Held | null> {
  const pinned = new Map(pinnedRegions(held, pins));
  const leftOut = [...held].filter(([region]) => !fetched.has(region)).sort(byRegion);
  return new Map(
    leftOut.map(([region, part]) => [region, hold(region, part, pinned.has(region) ? pins : agreed(own, region))]),
  );
}

/** A region that only lags behind in a bundle that serves for another region is no failure. */
function withKept(
  answers: ReadonlyMap<Region, Answer>,
  offers: readonly Offer[],
  now: Seconds,
): ReadonlyMap<Region, Answer> {
  if (![...answers.values()].some(isTaken)) return answers;
  const keptOf = new Map(offers.map((offer) => [offer.region, kept(offer, answers.get(offer.region), now)]));
  return new Map([...answers].map(([region, answer]) => [region, keptOf.get(region) ?? answer]));
}

/** What is held, if it is fresh, and what is offered was published before it. */
function kept({ region, held, part, pins }: Offer, answer: Answer | undefined, now: Seconds): Kept | null {
  if (held === null || !(answer instanceof ObjectError) || answer.reason !== "ROLLBACK") return null;
  const offered = hold(region, part, pins);
  const isFresh = now < held.trust.checkpoint.head.expires;
  if (offered === null || !isFresh || !isEarlier(offered, held)) return null;
  return { state: held, offered: order(offered.trust.checkpoint.head) };
}

/** Whether every object of `offered` is the held one or an older one. */
function isEarlier(offered: Held, held: Held): boolean {
  const newest = offered.part.roots.at(-1);
  const same = rootOfVersion(held, offered.trust.root.head.seq);
  if (newest === undefined || same === undefined || pinOf(same) !== pinOf(newest)) return false;
  const isSameOrOlder = pairs(offered, held).every(
    ([older, newer]) => compareOrder(older, newer) < 0 || older.sha256 === newer.sha256,
  );
  return isSameOrOlder && compareOrder(offered.trust.checkpoint.head, held.trust.checkpoint.head) < 0;
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
  if (answer !== undefined && isTaken(answer)) return answer.state.trust;
  return hold(home, held.get(home), pins)?.trust ?? null;
}

function judge({ region, held, part, pins, isWhole }: Offer, now: Seconds): Answer {
  return orRefusal(() => advance(region, held, part, pins, now, isWhole));
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
 * EXPIRED. What `fetched` leaves out and its own objects name is kept from `held`.
 */
export function advance(
  region: Region,
  held: Held | null,
  fetched: Part,
  pins: Pins,
  now: Seconds,
  isWhole = true,
): Taken {
  const found = authenticate(region, fetched, pins);
  if (found.newestIssued > now + CLOCK_TOLERANCE) {
    throw new ObjectError("DATED_AHEAD", "an object is dated more than 300 s ahead of the clock");
  }
  requireEpochs(found);
  const state = { part: fetched, trust: found };
  if (held !== null) requireOrder(held, state);
  requireCommitted(found);
  requireBins(found, isWhole ? found.trustList.bins : following(held, found));
  if (held !== null) requireMonotonic(held.trust, found);
  else readBins(found, found.trustList.bins);
  requireUnexpired(found, now);
  return held === null ? { state, changed: true, reset: [], lost: 0 } : taken(region, held, state, pins);
}

function taken(region: Region, held: Held, fetched: Held, pins: Pins): Taken {
  const part = completed(fetched.part, fetched.trust, held.part, held.trust);
  const state = part === fetched.part ? fetched : { part, trust: establish(region, part, pins) };
  const reset = Object.values(Role).filter((role) => isReset(held.trust, state.trust, role));
  return { state, changed: !isSame(held.part, part), reset, lost: lostShards(state.trust, held.trust) };
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
  const both = pairs(held, fetched);
  for (const [before, after] of both) {
    if (compareOrder(after, before) < 0) {
      throw new ObjectError("ROLLBACK", `${title(before)}: ${order(after)} after ${order(before)}`);
    }
  }
  for (const [before, after] of both) {
    if (compareOrder(after, before) === 0 && after.sha256 !== before.sha256) {
      throw new ObjectError("EQUIVOCATION", `${title(before)}: two contents for ${order(before)}`);
    }
  }
}

/** Every object that both states name, as each names it. */
function pairs(one: Held, other: Held): (readonly [Committed, Committed])[] {
  const theirs = new Map(named(other).map((each) => [key(each), each]));
  return named(one).flatMap((mine) => {
    const following = theirs.get(key(mine));
    return following === undefined ? [] : [[mine, following] as const];
  });
}

/** The held newest root must stand in the fetched chain as it is. */
function requireRootOrder(held: Held, fetched: Held): void {
  const version = held.trust.root.head.seq;
  const newest = fetched.trust.root.head.seq;
  if (newest < version) throw new ObjectError("ROLLBACK", `root version ${newest} after ${version}`);
  const same = rootOfVersion(fetched, version);
  const mine = held.part.roots.at(-1);
  if (same === undefined || mine === undefined || pinOf(same) !== pinOf(mine)) {
    throw new ObjectError("EQUIVOCATION", `root: two contents for version ${version}`);
  }
}

/** The bytes of the verified root of this version. */
function rootOfVersion({ trust: { roots }, part }: Held, version: number): Uint8Array | undefined {
  const place = roots.findIndex(({ head }) => head.seq === version);
  return place < 0 ? undefined : part.roots.slice(-roots.length)[place];
}

/** Everything that has an order: the checkpoint, what is held, and what the checkpoint names beside it. */
function named({ part, trust }: Held): Committed[] {
  const { epoch, seq } = trust.checkpoint.head;
  const itself = { type: ObjectType.CHECKPOINT, list: 0, epoch, seq, sha256: pinOf(part.checkpoint) };
  const objects = new Map([...trust.checkpoint.entries, ...trust.held].map((each) => [key(each), each]));
  return [...[...objects.values()].filter(({ type }) => type !== ObjectType.ROOT), itself];
}

type Order = Pick<Committed, "epoch" | "seq">;

function compareOrder(a: Order, b: Order): number {
  return a.epoch - b.epoch || a.seq - b.seq;
}

function following(held: Held | null, found: RegionTrust): readonly BinReference[] {
  return held === null ? [] : trustList.following(held.trust.trustList, held.trust.blobs, found.trustList);
}

function requireBins(found: RegionTrust, required: readonly BinReference[]): void {
  for (const { first, sha256 } of required) {
    if (!found.blobs.has(sha256)) throw new ObjectError("MIX_AND_MATCH", `the bin from ${first} on is not held`);
  }
}

function requireUnexpired(found: RegionTrust, now: Seconds): void {
  const { root, checkpoint, trustList: listed, recognition, benefits, statusLists } = found;
  const dated: [string, Seconds][] = [
    ["root", root.head.expires],
    ["checkpoint", checkpoint.head.expires],
    ["trust_list", listed.head.expires],
  ];
  if (recognition !== null) dated.push(["recognition", recognition.head.expires]);
  if (benefits !== null) dated.push(["benefits", benefits.head.expires]);
  for (const [number, { expires }] of statusLists) dated.push([`status_list ${number}`, expires]);
  const expired = dated.find(([, expires]) => now >= expires);
  if (expired !== undefined) throw new ObjectError("EXPIRED", expired[0]);
}
