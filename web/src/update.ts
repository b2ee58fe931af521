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
 * EXPIRED. What `fetched` leaves out and its own objects name is kept from `held`.
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

function compareOrder(a: Committed, b: Committed): number {
  return a.epoch - b.epoch || a.seq - b.seq;
}

function requireBins(found: RegionTrust): void {
  for (const { first, sha256 } of found.trustList.bins) {
    if (!found.blobs.has(sha256)) throw new ObjectError("MIX_AND_MATCH", `the bin from ${first} on is not held`);
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
