/**
 * From a bundle's bytes and a pin to what may be believed: every region with its own chain.
 *
 * The home region is pinned. A partner is trusted through the pin in the home's agreement with it, or through a pin of its
 * own. What fails in one region touches that region's certificates only.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { hex } from "./bytes.ts";
import * as bundle from "./bundle.ts";
import type { Part } from "./bundle.ts";
import * as checkpoint from "./checkpoint.ts";
import type { Checkpoint, Committed } from "./checkpoint.ts";
import type { Sign, Sign1 } from "./cose.ts";
import { ObjectError } from "./errors.ts";
import type { Region, Seconds } from "./model.ts";
import * as policy from "./policy.ts";
import type { Policy } from "./policy.ts";
import { nameOf, ObjectType, requireSize } from "./published.ts";
import type { Head } from "./published.ts";
import * as recognition from "./recognition.ts";
import type { RecognitionList } from "./recognition.ts";
import * as register from "./register.ts";
import { Digests } from "./register.ts";
import type { RegisterIndex } from "./register.ts";
import * as root from "./root.ts";
import { Role } from "./root.ts";
import type { Root } from "./root.ts";
import * as statusList from "./status_list.ts";
import type { StatusList } from "./status_list.ts";
import * as trustList from "./trust_list.ts";
import { Issuers } from "./trust_list.ts";
import type { Survivors, TrustList } from "./trust_list.ts";

/** The most versions of a root in one part: a chain of thousands is an attack on the verifier's time. */
const MAX_ROOTS = 1_024;

/** One region's objects, all verified from its pinned root, and consistent with its checkpoint. */
export interface RegionTrust {
  readonly roots: readonly Root[];
  /** The newest root. */
  readonly root: Root;
  readonly checkpoint: Checkpoint;
  readonly trustList: TrustList;
  readonly issuers: Issuers;
  readonly statusLists: ReadonlyMap<number, StatusList>;
  readonly recognition: RecognitionList | null;
  readonly benefits: Policy | null;
  readonly registers: ReadonlyMap<number, RegisterIndex>;
  /** Bins, shards and survivors by their SHA-256 in hexadecimal: whatever names that hash may rely on them. */
  readonly blobs: ReadonlyMap<string, Uint8Array>;
  /** The newest root and the lists, as a checkpoint would name them. */
  readonly held: readonly Committed[];
  /** The latest time that any signed object of the region names as its own. */
  readonly newestIssued: Seconds;
}

/** Per region its objects, or why its chain does not hold; nothing of a region that nobody here vouches for. */
export interface Regions extends Iterable<[Region, RegionTrust | ObjectError]> {
  get(region: Region): RegionTrust | ObjectError | undefined;
}

/** What a verifier believes: per region its objects, or why its chain does not hold. `home` asks for recognition. */
export interface Trust {
  readonly home: Region | null;
  readonly regions: Regions;
}

/** The digests registered around `index` of list `list`, or null if that shard is not held. */
export function shardDigests(found: RegionTrust, list: number, index: number): Digests | null {
  const hash = found.registers.get(list)?.hashes[Math.floor(index / register.INDICES_A_SHARD)];
  const data = hash === undefined ? undefined : found.blobs.get(hash);
  if (data === undefined) return null;
  const shard = register.decodeShard(data);
  return shard.list === list && shard.first === register.firstOf(index) ? shard.digests : null;
}

/** The digests that stand under a compromised key, or null if that file is not held whole. */
export function survivorDigests(found: RegionTrust, pinned: Survivors): Digests | null {
  if (pinned.count === 0) return new Digests(new Uint8Array());
  const data = found.blobs.get(hex(pinned.sha256));
  if (data === undefined) return null;
  const digests = register.decodeDigests(data);
  return digests.length === pinned.count ? digests : null;
}

/**
 * The trust that the bundle `data` gives to whoever pins roots by the SHA-256s `pins`, in lower-case hexadecimal.
 *
 * Without `home`, the home is the region that a pin is of; if several are pinned there is none. ObjectError if the
 * container itself cannot be read; a fault inside a region is kept as that region's answer.
 */
export function load(data: Uint8Array, pins: ReadonlySet<string>, home: Region | null = null): Trust {
  return believe(bundle.decode(data), pins, home);
}

/** The same of a bundle that was read already. */
export function believe(parts: ReadonlyMap<Region, Part>, pins: ReadonlySet<string>, home: Region | null): Trust {
  const pinned = new Map(pinnedRegions(parts, pins));
  const own = home ?? onlyOne([...pinned]);
  return { home: own, regions: new BundleRegions(parts, pins, pinned, own) };
}

/** The regions of a bundle that are vouched for. Each is verified when first met; what was found is kept. */
class BundleRegions implements Regions {
  private readonly parts: ReadonlyMap<Region, Part>;
  private readonly pins: ReadonlySet<string>;
  private readonly pinned: ReadonlyMap<Region, Part>;
  private readonly home: Region | null;
  private readonly found = new Map<Region, RegionTrust | ObjectError | undefined>();

  constructor(
    parts: ReadonlyMap<Region, Part>,
    pins: ReadonlySet<string>,
    pinned: ReadonlyMap<Region, Part>,
    home: Region | null,
  ) {
    this.parts = parts;
    this.pins = pins;
    this.pinned = pinned;
    this.home = home;
  }

  get(region: Region): RegionTrust | ObjectError | undefined {
    const part = this.parts.get(region);
    if (part === undefined) return undefined;
    if (!this.found.has(region)) this.found.set(region, this.judge(region, part));
    return this.found.get(region);
  }

  *[Symbol.iterator](): Iterator<[Region, RegionTrust | ObjectError]> {
    for (const region of this.parts.keys()) {
      const found = this.get(region);
      if (found !== undefined) yield [region, found];
    }
  }

  /** Undefined if the home knows nothing of the region. */
  private judge(region: Region, part: Part): RegionTrust | ObjectError | undefined {
    if (this.pinned.has(region)) return attempt(region, part, this.pins);
    const own = this.home !== null && this.pinned.has(this.home) ? this.get(this.home) : undefined;
    if (own === undefined || own instanceof ObjectError) {
      return new ObjectError("PIN_NOT_FOUND", "no pinned root leads to this region");
    }
    const agreed = agreedPins(own, region);
    return agreed.size > 0 ? attempt(region, part, agreed) : undefined;
  }
}

/** The parts that hold a pinned root of their own region; one in another region's part counts for nothing. */
export function pinnedRegions(parts: ReadonlyMap<Region, Part>, pins: ReadonlySet<string>): [Region, Part][] {
  return [...parts].filter(([region, { roots }]) =>
    roots.some((data) => pins.has(root.pinOf(data)) && isRootOf(region, data)),
  );
}

/** The home of whoever names none: the region that a pin is of, if there is only one. */
export function onlyOne(pinned: readonly (readonly [Region, Part])[]): Region | null {
  return pinned.length === 1 ? (pinned[0]?.[0] ?? null) : null;
}

function isRootOf(region: Region, data: Uint8Array): boolean {
  const found = orRefusal(() => root.decode(data)[0]);
  return !(found instanceof ObjectError) && found.head.region === region;
}

/** The pin in the home's agreement with `partner`: none without an agreement, or if it names no root. */
export function agreedPins(home: RegionTrust, partner: Region): ReadonlySet<string> {
  const pin = recognition.withPartner(home.recognition, partner)?.pin ?? null;
  return new Set(pin === null ? [] : [pin]);
}

function attempt(region: Region, part: Part, pins: ReadonlySet<string>): RegionTrust | ObjectError {
  return orRefusal(() => establish(region, part, pins));
}

/** What `work` finds, or the ObjectError that it throws. */
export function orRefusal<T>(work: () => T): T | ObjectError {
  try {
    return work();
  } catch (error) {
    if (error instanceof ObjectError) return error;
    throw error;
  }
}

/** One region's part, verified from a pinned root on. ObjectError with the first fault. */
export function establish(region: Region, part: Part, pins: ReadonlySet<string>): RegionTrust {
  const found = authenticate(region, part, pins);
  requireEpochs(found);
  requireCommitted(found);
  return found;
}

/**
 * One region's objects, each read, of this region and signed by its role; not yet compared with each other.
 *
 * ObjectError in this order: OBJECT_TOO_LARGE; OBJECT_MALFORMED; WRONG_REGION; PIN_NOT_FOUND, ROOT_SKIPPED or
 * THRESHOLD_NOT_MET on the way from root to root; THRESHOLD_NOT_MET of the other objects.
 */
export function authenticate(region: Region, part: Part, pins: ReadonlySet<string>): RegionTrust {
  requireSizes(part);
  const objects = read(part);
  for (const found of regionsOf(objects)) requireRegion(found, region);
  const roots = root.chain(part.roots, pins);
  const newest = roots.at(-1) ?? roots[0];
  requireRegion(newest.head.region, region);
  requireSigned(objects, newest);
  return asTrust(objects, roots, newest, part);
}

/** What the part of a region holds beside the roots, as read. */
interface Objects {
  readonly checkpoint: readonly [Checkpoint, Sign1];
  readonly trustList: readonly [TrustList, Sign];
  readonly recognition: readonly [RecognitionList, Sign] | null;
  readonly benefits: readonly [Policy, Sign] | null;
  readonly statusLists: readonly (readonly [StatusList, Sign1])[];
  readonly registers: readonly RegisterIndex[];
}

function read(part: Part): Objects {
  return {
    checkpoint: checkpoint.decode(part.checkpoint),
    trustList: trustList.decode(part.trustList),
    recognition: part.recognition === null ? null : recognition.decode(part.recognition),
    benefits: part.benefits === null ? null : policy.decode(part.benefits),
    statusLists: part.statusLists.map(statusList.decode),
    registers: part.registers.map(register.decodeIndex),
  };
}

/** The region that each object names as its own. */
function regionsOf(objects: Objects): Region[] {
  const heads = [objects.checkpoint[0].head, ...listHeads(objects)];
  return [...heads, ...objects.statusLists.map(([listed]) => listed)].map(({ region }) => region);
}

/** The heads of what the list role signs. */
function listHeads(objects: Objects): Head[] {
  return [objects.trustList, objects.recognition, objects.benefits].flatMap((each) => (each === null ? [] : [each[0].head]));
}

/** Raise ObjectError THRESHOLD_NOT_MET unless every object is signed by its role of the newest root. */
function requireSigned(objects: Objects, { roles }: Root): void {
  root.requireOne(roles[Role.CHECKPOINT], objects.checkpoint[1]);
  root.requireThreshold(roles[Role.LIST], objects.trustList[1]);
  if (objects.recognition !== null) root.requireThreshold(roles[Role.LIST], objects.recognition[1]);
  if (objects.benefits !== null) root.requireThreshold(roles[Role.LIST], objects.benefits[1]);
  for (const [, message] of objects.statusLists) root.requireOne(roles[Role.STATUS], message);
}

function asTrust(objects: Objects, roots: readonly Root[], newest: Root, part: Part): RegionTrust {
  const blobs = new Map([...part.bins, ...part.survivors, ...part.shards].map((data) => [hex(sha256(data)), data]));
  return {
    roots,
    root: newest,
    checkpoint: objects.checkpoint[0],
    trustList: objects.trustList[0],
    issuers: new Issuers(objects.trustList[0], blobs),
    statusLists: new Map(objects.statusLists.map(([listed]) => [numberOf(newest, listed), listed])),
    recognition: objects.recognition?.[0] ?? null,
    benefits: objects.benefits?.[0] ?? null,
    registers: new Map(objects.registers.map((each) => [each.list, each])),
    blobs,
    held: [...heldOf(objects, newest, part)],
    newestIssued: Math.max(...issuedIn(objects, roots)),
  };
}

function issuedIn(objects: Objects, roots: readonly Root[]): Seconds[] {
  const heads = [objects.checkpoint[0].head, ...listHeads(objects), ...roots.map(({ head }) => head)];
  return [...heads, ...objects.statusLists.map(([listed]) => listed)].map(({ issued }) => issued);
}

function* heldOf(objects: Objects, newest: Root, part: Part): Generator<Committed> {
  yield committed(ObjectType.ROOT, 0, newest.head, part.roots.at(-1));
  yield committed(ObjectType.TRUST_LIST, 0, objects.trustList[0].head, part.trustList);
  for (const [place, [listed]] of objects.statusLists.entries()) {
    yield committed(ObjectType.STATUS_LIST, numberOf(newest, listed), listed, part.statusLists[place]);
  }
  if (objects.recognition !== null && part.recognition !== null) {
    yield committed(ObjectType.RECOGNITION, 0, objects.recognition[0].head, part.recognition);
  }
  if (objects.benefits !== null && part.benefits !== null) {
    yield committed(ObjectType.BENEFITS, 0, objects.benefits[0].head, part.benefits);
  }
  for (const [place, { list }] of objects.registers.entries()) {
    const named = checkpoint.find(objects.checkpoint[0], ObjectType.REGISTER, list);
    yield committed(ObjectType.REGISTER, list, named ?? { epoch: 0, seq: 0 }, part.registers[place]);
  }
}

function committed(
  type: ObjectType,
  list: number,
  { epoch, seq }: { readonly epoch: number; readonly seq: number },
  data: Uint8Array | undefined,
): Committed {
  return { type, list, epoch, seq, sha256: hex(sha256(data ?? new Uint8Array())) };
}

/** Raise ObjectError EPOCH_MISMATCH unless every object is of the epoch that the root grants to its role. */
export function requireEpochs(found: RegionTrust): void {
  requireEpoch(found.root, Role.CHECKPOINT, found.checkpoint.head);
  requireEpoch(found.root, Role.LIST, found.trustList.head);
  if (found.recognition !== null) requireEpoch(found.root, Role.LIST, found.recognition.head);
  if (found.benefits !== null) requireEpoch(found.root, Role.LIST, found.benefits.head);
  for (const listed of found.statusLists.values()) requireEpoch(found.root, Role.STATUS, listed);
}

function requireEpoch({ roles }: Root, role: Role, { epoch }: { readonly epoch: number }): void {
  const granted = roles[role].epoch;
  if (epoch !== granted) throw new ObjectError("EPOCH_MISMATCH", `epoch ${epoch}, the root grants ${granted}`);
}

/** Raise ObjectError MIX_AND_MATCH unless the checkpoint names every object that is held, as it is. */
export function requireCommitted(found: RegionTrust): void {
  for (const each of found.held) {
    const named = checkpoint.find(found.checkpoint, each.type, each.list);
    if (named?.sha256 !== each.sha256 || named.epoch !== each.epoch || named.seq !== each.seq) {
      throw new ObjectError("MIX_AND_MATCH", `${nameOf(each.type)} ${each.list} is not what the checkpoint names`);
    }
  }
}

function requireSizes(part: Part): void {
  if (part.roots.length > MAX_ROOTS) {
    throw new ObjectError("OBJECT_TOO_LARGE", `${part.roots.length} versions of the root`);
  }
  const objects: readonly (readonly [ObjectType, readonly Uint8Array[]])[] = [
    [ObjectType.ROOT, part.roots],
    [ObjectType.CHECKPOINT, [part.checkpoint]],
    [ObjectType.TRUST_LIST, [part.trustList]],
    [ObjectType.BIN, part.bins],
    [ObjectType.STATUS_LIST, part.statusLists],
    [ObjectType.RECOGNITION, part.recognition === null ? [] : [part.recognition]],
    [ObjectType.SURVIVORS, part.survivors],
    [ObjectType.SHARD, part.shards],
    [ObjectType.REGISTER, part.registers],
    [ObjectType.BENEFITS, part.benefits === null ? [] : [part.benefits]],
  ];
  for (const [kind, blobs] of objects) {
    for (const data of blobs) requireSize(kind, data);
  }
}

function numberOf({ statusBase }: Root, { uri }: StatusList): number {
  const number = statusList.numberOf(statusBase, uri);
  if (number === null) throw new ObjectError("OBJECT_MALFORMED", "a status list of another base");
  return number;
}

function requireRegion(found: Region, expected: Region): void {
  if (found !== expected) throw new ObjectError("WRONG_REGION", `${found} where ${expected} belongs`);
}
