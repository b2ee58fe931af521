/**
 * What may not happen from one state of a region to the next: nothing vanishes, nothing comes back, no list shrinks.
 *
 * It holds within an epoch; a role's higher epoch, which only the root can grant, resets it for what that role signs.
 */

import { equal } from "./bytes.ts";
import type { Checkpoint, Committed } from "./checkpoint.ts";
import { ObjectError } from "./errors.ts";
import { Status } from "./model.ts";
import { nameOf, ObjectType } from "./published.ts";
import { INDICES_A_SHARD } from "./register.ts";
import { Role } from "./root.ts";
import type { StatusList } from "./status_list.ts";
import { orRefusal, shardDigests, survivorDigests } from "./trust.ts";
import type { RegionTrust } from "./trust.ts";
import * as trustList from "./trust_list.ts";
import type { BinReference, CertificateKey, Issuer, Survivors } from "./trust_list.ts";

/** Whose epoch the order of an object counts in; of what a later version of the format names, that is not known. */
const ROLE_OF: ReadonlyMap<number, Role> = new Map([
  [ObjectType.TRUST_LIST, Role.LIST],
  [ObjectType.RECOGNITION, Role.LIST],
  [ObjectType.BENEFITS, Role.LIST],
  [ObjectType.STATUS_LIST, Role.STATUS],
  [ObjectType.REGISTER, Role.CHECKPOINT],
  [ObjectType.CHECKPOINT, Role.CHECKPOINT],
  [ObjectType.ROOT, Role.ROOT],
]);

/** Whether the newest root gave the role a higher epoch. */
export function isReset(before: RegionTrust, after: RegionTrust, role: Role): boolean {
  return after.root.roles[role].epoch > before.root.roles[role].epoch;
}

/** What makes an object the same one in two states: its type and the number of its list. */
export function key({ type, list }: Committed): string {
  return `${type} ${list}`;
}

/** An object's order in the words of a refusal. */
export function order({ epoch, seq }: Pick<Committed, "epoch" | "seq">): string {
  return `(${epoch}, ${seq})`;
}

/** An object in the words of a refusal. */
export function title({ type, list }: Committed): string {
  return `${nameOf(type)} ${list}`;
}

/** The issuers of these bins. ObjectError if one is malformed. */
export function readBins({ blobs, trustList: { occupations } }: RegionTrust, references: readonly BinReference[]): Issuer[] {
  return references.flatMap(({ sha256 }) => {
    const data = blobs.get(sha256);
    return data === undefined ? [] : [...trustList.decodeBin(data, occupations).values()];
  });
}

/**
 * ENTRY_VANISHED, ENTRY_REVIVED or LIST_SHRUNK, except for what a role signs that was given a higher epoch.
 *
 * EQUIVOCATION too: two logs of one size.
 */
export function requireMonotonic(before: RegionTrust, after: RegionTrust): void {
  requireNames(before, after);
  if (isReset(before, after, Role.LIST)) {
    readBins(after, after.trustList.bins);
  } else {
    requireIssuers(before, after);
    requireAgreements(before, after);
  }
  if (!isReset(before, after, Role.STATUS)) requireStatusLists(before, after);
  if (!isReset(before, after, Role.CHECKPOINT)) {
    requireLog(before.checkpoint, after.checkpoint);
    requireRegisters(before, after);
  }
}

/** What the heads of two logs show without a proof. */
function requireLog({ log: before }: Checkpoint, { log: after }: Checkpoint): void {
  if (before === null) return;
  if (after === null) throw new ObjectError("ENTRY_VANISHED", "the log is gone");
  if (after.size < before.size) {
    throw new ObjectError("LIST_SHRUNK", `the log has ${after.size} leaves after ${before.size}`);
  }
  if (after.size === before.size && after.rootHash !== before.rootHash) {
    throw new ObjectError("EQUIVOCATION", `two logs of ${after.size} leaves`);
  }
}

/**
 * Every list that was held is still there; registers are optional to hold, but not to publish.
 *
 * Whether an object of a later version of the format may go is not known here, so that is not asked.
 */
function requireNames(before: RegionTrust, after: RegionTrust): void {
  const keysOf = (objects: readonly Committed[]): Set<string> => new Set(objects.map(key));
  const held = keysOf(after.held);
  const published = keysOf(after.checkpoint.entries);
  const heldBefore = new Set(before.held.map(identity));
  for (const each of [...before.checkpoint.entries, ...before.held]) {
    const role = ROLE_OF.get(each.type);
    if (role === undefined) continue;
    const isOptional = each.type === ObjectType.REGISTER || !heldBefore.has(identity(each));
    const isThere = (isOptional ? published : held).has(key(each));
    if (!isThere && !isReset(before, after, role)) {
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
    requireSurvivors(issuer, found, before, after);
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

/** What fell with a compromised key does not stand again: other survivors must be fewer of the same. */
function requireSurvivors(before: Issuer, after: Issuer, held: RegionTrust, fetched: RegionTrust): void {
  for (const { public: key, compromise } of before.keys) {
    const following = after.keys.find((each) => equal(each.public, key))?.compromise ?? null;
    if (compromise === null || following === null) continue;
    if (!isReduced(compromise.survivors, following.survivors, held, fetched)) {
      throw new ObjectError("ENTRY_REVIVED", `a compromised key of issuer ${before.code} has other survivors`);
    }
  }
}

/** Whether the same stand, or fewer; if the old file is held, the new one must be, and may have nothing else. */
function isReduced(mine: Survivors, following: Survivors, held: RegionTrust, fetched: RegionTrust): boolean {
  if (mine.count === following.count && equal(mine.sha256, following.sha256)) return true;
  if (following.count >= mine.count || following.count === 0) return following.count === 0;
  const earlier = orRefusal(() => survivorDigests(held, mine));
  if (earlier === null || earlier instanceof ObjectError) return true;
  const kept = survivorDigests(fetched, following);
  return kept !== null && [...kept].every((digest) => earlier.has(digest));
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
    if (following === undefined) continue;
    if (following.hashes.length < index.hashes.length) {
      throw new ObjectError("LIST_SHRUNK", `register ${number}: fewer shards than before`);
    }
    for (const [place, hash] of index.hashes.entries()) {
      const kept = following.hashes[place] ?? "";
      if (hash === kept || !before.blobs.has(hash) || !after.blobs.has(kept)) continue;
      requireDigests(before, after, number, place * INDICES_A_SHARD);
    }
  }
}

/** Shards are append-only: none that both sides hold loses a digest that anyone could rely on. */
function requireDigests(before: RegionTrust, after: RegionTrust, number: number, first: number): void {
  const kept = shardDigests(after, number, first);
  const earlier = orRefusal(() => shardDigests(before, number, first));
  if (earlier === null || earlier instanceof ObjectError) return;
  if (![...earlier].every((digest) => kept?.has(digest))) {
    throw new ObjectError("ENTRY_VANISHED", `register ${number}: a digest is gone`);
  }
}
