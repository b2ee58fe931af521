/**
 * A region's trust list: which institution may sign what, since when, with which keys.
 *
 * The list itself is an index: an occupation dictionary, and for each bin of issuers its first code and its SHA-256. A bin
 * holds its issuers in columns. A verifier decodes only the bins of the issuers that it meets.
 */

import { equal, hex } from "./bytes.ts";
import * as cbor from "./cbor.ts";
import type { Value } from "./cbor.ts";
import * as cose from "./cose.ts";
import type { Sign } from "./cose.ts";
import * as ed25519 from "./ed25519.ts";
import { ObjectError } from "./errors.ts";
import { IssuerKind, IssuerState, KeyState } from "./model.ts";
import type { Day, IssuerCode, Seconds } from "./model.ts";
import { parseIssuerCode } from "./numbers.ts";
import {
  array,
  day,
  decodeHead,
  HEAD,
  lastAt,
  malformed,
  mapping,
  member,
  ObjectType,
  octets,
  optional,
  reading,
  require,
  requireAscending,
  text,
  tuple,
  uint,
} from "./published.ts";
import type { Head } from "./published.ts";
import { refusedCharacter } from "./text.ts";

const TYP = "application/yinxin-trust+cose";
/** The highest level of a scope that covers no level certificates (special abilities, honours, posts only). */
const NO_LEVEL = 0;
const OCCUPATIONS = 10;
const BINS = 11;
const COLUMNS = 8;
const CODE_LENGTH = 13;

/** An occupation by edition and code. Edition 0 is the region's own list: local occupations, and honours by name. */
export interface OccupationReference {
  readonly edition: number;
  readonly code: string;
}

/** Days, both ends included; without an end, for ever. */
export interface Days {
  readonly first: Day;
  readonly last: Day | null;
}

/** An occupation that an issuer may certify up to `highest` (1 is the highest level), on these days. */
export interface Scope extends Days {
  readonly occupation: OccupationReference;
  readonly highest: number;
}

/** A branch or site whose code the issuer's numbers may begin with, on these days. */
export interface Site extends Days {
  readonly code: IssuerCode;
}

/** The file of digests of a compromised key's certificates that stand: its SHA-256 and how many it holds. */
export interface Survivors {
  readonly sha256: Uint8Array;
  readonly count: number;
}

/** A key that signs certificates: its honest states since when, and what became of it if it was compromised. */
export interface CertificateKey {
  readonly public: Uint8Array;
  readonly states: readonly (readonly [Seconds, KeyState])[];
  readonly compromise: { readonly since: Seconds; readonly survivors: Survivors } | null;
}

/** One institution as the list has it. Every history is in order of time. */
export interface Issuer {
  readonly code: IssuerCode;
  readonly names: readonly (readonly [Day, string])[];
  readonly kind: IssuerKind;
  readonly states: readonly (readonly [Day, IssuerState])[];
  readonly scopes: readonly Scope[];
  readonly sites: readonly Site[];
  readonly keys: readonly CertificateKey[];
}

/** A bin by the first issuer code that belongs in it, and the SHA-256 of its bytes in hexadecimal. */
export interface BinReference {
  readonly first: IssuerCode;
  readonly sha256: string;
}

/** The signed index. */
export interface TrustList {
  readonly head: Head;
  readonly occupations: readonly OccupationReference[];
  readonly bins: readonly BinReference[];
}

/** Whether `when` lies in these days. */
export function coversDay({ first, last }: Days, when: Day): boolean {
  return first <= when && (last === null || when <= last);
}

/** Whether a certificate of `level` lies in the scope: never higher, which is never a smaller digit. */
export function coversLevel({ highest }: Scope, level: number): boolean {
  return highest !== NO_LEVEL && level >= highest;
}

/** The name filed on `when`; before the first, the first. */
export function nameOn({ names }: Issuer, when: Day): string {
  return lastAt(names, when) ?? names[0]?.[1] ?? "";
}

/** Whether the filing was declared void: then nothing that the issuer ever issued stands. */
export function isVoid({ states }: Issuer): boolean {
  return states.at(-1)?.[1] === IssuerState.VOID;
}

/** The keys that `kid` hints at; more than one is possible, if unlikely. */
export function keysOf({ keys }: Issuer, kid: Uint8Array): CertificateKey[] {
  return keys.filter((key) => equal(cose.kid(key.public), kid));
}

/** The issuers of one trust list. Bins are decoded when first met; what was decoded is kept. */
export class Issuers {
  private readonly list: TrustList;
  private readonly bins: ReadonlyMap<string, Uint8Array>;
  private readonly decoded = new Map<string, ReadonlyMap<IssuerCode, Issuer>>();

  constructor(list: TrustList, bins: ReadonlyMap<string, Uint8Array>) {
    this.list = list;
    this.bins = bins;
  }

  /** The issuer, or null if the list has none of this code. ObjectError if its bin is missing or malformed. */
  get(code: IssuerCode): Issuer | null {
    const reference = binOf(this.list, code);
    return reference === undefined ? null : (this.bin(reference).get(code) ?? null);
  }

  private bin({ first, sha256 }: BinReference): ReadonlyMap<IssuerCode, Issuer> {
    const known = this.decoded.get(sha256);
    if (known !== undefined) return known;
    const data = this.bins.get(sha256);
    if (data === undefined) throw new ObjectError("MIX_AND_MATCH", `the bin from ${first} on is not held`);
    const found = decodeBin(data, this.list.occupations);
    this.decoded.set(sha256, found);
    return found;
  }
}

/** The bin that holds `code` if any does. */
export function binOf({ bins }: TrustList, code: IssuerCode): BinReference | undefined {
  return bins.findLast(({ first }) => first <= code);
}

/** The bins of `after` in which an issuer may be who belongs in a bin that is held, of the list `before`. */
export function following(
  before: TrustList,
  held: ReadonlyMap<string, Uint8Array>,
  after: TrustList,
): readonly BinReference[] {
  const spans = before.bins.map((bin, place) => [bin, endOf(before, place)] as const);
  const mine = spans.filter(([{ sha256 }]) => held.has(sha256));
  return after.bins.filter(({ first }, place) =>
    mine.some(([bin, end]) => first < end && bin.first < endOf(after, place)),
  );
}

/** Where a bin ends: at the next one's first code, the last one after every code. */
function endOf({ bins }: TrustList, place: number): string {
  return bins[place + 1]?.first ?? "[";
}

/** The trust list in `data`, signatures not yet verified. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED. */
export function decode(data: Uint8Array): [TrustList, Sign] {
  return reading(ObjectType.TRUST_LIST, data, () => {
    const message = cose.decodeSign(data, TYP);
    const claims = mapping(cbor.decode(message.payload), [...HEAD, OCCUPATIONS, BINS]);
    const bins = array(claims.get(BINS)).map(binReference);
    requireAscending(bins.map(({ first }) => first));
    const occupations = array(claims.get(OCCUPATIONS)).map(decodeOccupationReference);
    return [{ head: decodeHead(claims), occupations, bins }, message];
  });
}

/** The issuers of a bin by code. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED. */
export function decodeBin(
  data: Uint8Array,
  occupations: readonly OccupationReference[],
): ReadonlyMap<IssuerCode, Issuer> {
  return reading(ObjectType.BIN, data, () => {
    const packed = tuple(cbor.decode(data), COLUMNS).map((each) => octets(each));
    const keys = packed.pop() ?? new Uint8Array();
    const columns = packed.map((each) => array(cbor.decode(each)));
    const codes = issuerCodes(columns[0] ?? []);
    require(columns.every((column) => column.length === codes.length), "columns of different lengths");
    const cut = cutKeys(keys, columns.at(-1) ?? []);
    const issuers = codes.map((code, place) =>
      issuer(code, columns.map((column) => column[place] ?? null), cut[place] ?? [], occupations),
    );
    requireAscending(issuers.map(({ code }) => code));
    return new Map(issuers.map((each) => [each.code, each]));
  });
}

/** Each entry is the end of a code; its beginning is that of the code before it. */
function issuerCodes(entries: readonly Value[]): IssuerCode[] {
  let before = "";
  return entries.map((each) => {
    const end = text(each, CODE_LENGTH);
    before = issuerCode(before.slice(0, CODE_LENGTH - end.length) + end);
    return before;
  });
}

/** The keys of each issuer, as many as it has histories of keys. */
function cutKeys(keys: Uint8Array, histories: readonly Value[]): Uint8Array[][] {
  let end = 0;
  const found = histories.map((each) => array(each).map(() => keys.subarray(end, (end += ed25519.KEY_BYTES))));
  require(end === keys.length, "not as many keys as histories");
  return found;
}

/** The files of survivors that a bin names, by issuer, its keys not yet looked at. ObjectError OBJECT_MALFORMED. */
export function survivorsIn(data: Uint8Array): (readonly [IssuerCode, Survivors])[] {
  return reading(ObjectType.BIN, data, () => {
    const columns = tuple(cbor.decode(data), COLUMNS).slice(0, -1).map((each) => array(cbor.decode(octets(each))));
    const histories = columns.at(-1) ?? [];
    return issuerCodes(columns[0] ?? []).flatMap((code, place) =>
      array(histories[place]).flatMap((history) => {
        const compromise = compromiseIn(array(history).at(-1));
        return compromise === null ? [] : [[code, compromise.survivors] as const];
      }),
    );
  });
}

function issuer(
  code: IssuerCode,
  row: readonly Value[],
  keys: readonly Uint8Array[],
  occupations: readonly OccupationReference[],
): Issuer {
  const [, names, kind, states, scopes, sites, keyStates] = row;
  const history = pairs(states).map(([since, state]) => [day(since), member(IssuerState, state)] as const);
  const filedOn = history[0]?.[0] ?? 0;
  const found: Issuer = {
    code,
    names: pairs(names).map(([days, name]) => [dayAfter(filedOn, days), issuerName(name)]),
    kind: member(IssuerKind, kind),
    states: history,
    scopes: array(scopes).flatMap((each) => scopesIn(each, filedOn, occupations)),
    sites: array(sites).map(site),
    keys: certificateKeys(keys, array(keyStates)),
  };
  checkHistories(found);
  return found;
}

function checkHistories({ names, states }: Issuer): void {
  require(names.length > 0 && states.length > 0, "an issuer without a name or a state");
  requireAscending(names.map(([since]) => since));
  requireAscending(states.map(([since]) => since));
  require(states.slice(0, -1).every(([, state]) => state !== IssuerState.VOID), "a state after void");
}

function issuerName(value: Value | undefined): string {
  const name = text(value);
  require(refusedCharacter(name) === null, "a name with a character that must not be shown");
  return name;
}

/** Scopes of one level and one range of dates. */
function scopesIn(value: Value, filedOn: Day, occupations: readonly OccupationReference[]): Scope[] {
  const [highest, days, length, steps] = tuple(value, 4);
  const first = dayAfter(filedOn, days);
  const last = optional(length, (each) => dayAfter(first, each));
  let place = 0;
  return array(steps).map((step) => {
    const occupation = occupations[(place += uint(step))];
    if (occupation === undefined) throw malformed("an occupation that is not in the dictionary");
    return { occupation, highest: uint(highest, 5), first, last };
  });
}

function dayAfter(from: Day, days: Value | undefined): Day {
  if (typeof days !== "number") throw malformed("not a number of days");
  return day(from + days);
}

function site(value: Value): Site {
  const [code, first, last] = tuple(value, 3);
  return { code: issuerCode(code), first: day(first), last: optional(last, day) };
}

function certificateKeys(keys: readonly Uint8Array[], states: readonly Value[]): CertificateKey[] {
  const found = keys.map((key, place) => certificateKey(key, array(states[place])));
  require(new Set(found.map((key) => hex(key.public))).size === found.length, "one key twice");
  return found;
}

function certificateKey(key: Uint8Array, history: readonly Value[]): CertificateKey {
  require(ed25519.isValidKey(key), "a key is not a point of prime order");
  require(history.length > 0, "a key without a state");
  const compromise = compromiseIn(history.at(-1));
  const states = (compromise === null ? history : history.slice(0, -1)).map(keyState);
  requireAscending(states.map(([since]) => since));
  return { public: key, states, compromise };
}

/** The compromise that the last state of a key tells of, if it does. */
function compromiseIn(last: Value | undefined): CertificateKey["compromise"] {
  const [since, state, digest, count] = array(last);
  if (array(last).length !== 4 || state !== KeyState.COMPROMISED) return null;
  return { since: uint(since), survivors: { sha256: octets(digest, 32), count: uint(count) } };
}

function keyState(value: Value): readonly [Seconds, KeyState] {
  const [since, state] = tuple(value, 2);
  const found = member(KeyState, state);
  require(found !== KeyState.COMPROMISED, "a compromise without its survivors");
  return [uint(since), found];
}

/** [edition, code]. */
export function decodeOccupationReference(value: Value | undefined): OccupationReference {
  const [edition, code] = tuple(value, 2);
  return { edition: uint(edition, 9999), code: text(code, 96) };
}

function binReference(value: Value): BinReference {
  const [first, digest] = tuple(value, 2);
  return { first: issuerCode(first), sha256: hex(octets(digest, 32)) };
}

function issuerCode(value: Value | undefined): IssuerCode {
  const code = parseIssuerCode(text(value));
  if (code === null) throw malformed("not an issuer code");
  return code;
}

function pairs(value: Value | undefined): (readonly Value[])[] {
  return array(value).map((each) => tuple(each, 2));
}
