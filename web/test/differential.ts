/** Answers frames as tests/fuzz/answers.py does, a line each: what both verifiers are asked when they are compared. */

import { stdin, stdout } from "node:process";
import * as benefits from "../src/benefits.ts";
import * as bundle from "../src/bundle.ts";
import type { Part } from "../src/bundle.ts";
import { hex } from "../src/bytes.ts";
import * as cbor from "../src/cbor.ts";
import type { Value } from "../src/cbor.ts";
import * as checkpoint from "../src/checkpoint.ts";
import type { Signature } from "../src/cose.ts";
import * as ed25519 from "../src/ed25519.ts";
import { CredentialError, ObjectError } from "../src/errors.ts";
import { inflate } from "../src/inflate.ts";
import { Kind } from "../src/model.ts";
import type { Certificate } from "../src/model.ts";
import * as policy from "../src/policy.ts";
import type { Head } from "../src/published.ts";
import * as recognition from "../src/recognition.ts";
import type { Agreement, Match, RecognisedAs, Row } from "../src/recognition.ts";
import * as register from "../src/register.ts";
import * as root from "../src/root.ts";
import * as statusList from "../src/status_list.ts";
import { load, orRefusal } from "../src/trust.ts";
import type { RegionTrust, Trust } from "../src/trust.ts";
import * as trustList from "../src/trust_list.ts";
import type { CertificateKey, Issuer, OccupationReference } from "../src/trust_list.ts";
import { isTaken, update } from "../src/update.ts";
import type { Answer } from "../src/update.ts";
import { verify, verifyBytes } from "../src/verify.ts";
import type { AsOf, NamedIssuer, Verdict } from "../src/verify.ts";

type Json = null | boolean | number | string | Json[];

const STREAM_CAP = 4096;
const HEAD_BYTES = 5;
/** The dictionary that a bin alone is read with. */
const OCCUPATIONS = [
  { edition: 2022, code: "6-31-01-03" },
  { edition: 2015, code: "6-31-01-03" },
  { edition: 0, code: "x" },
];
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const NOTHING: Trust = { home: null, regions: new Map() };

/** What verdicts rely on: the bundle that was loaded last. */
let trust = NOTHING;

function line(kind: string, data: Uint8Array): string {
  return JSON.stringify(attempt(kind, data));
}

function attempt(kind: string, data: Uint8Array): Json {
  try {
    return answer(kind, data);
  } catch (error) {
    return error instanceof CredentialError ? ["refused", error.reason] : ["raised in TypeScript", String(error)];
  }
}

function answer(kind: string, data: Uint8Array): Json {
  switch (kind) {
    case "L":
      return loaded(data);
    case "R":
      return regions();
    case "T":
      return verdict(verify(UTF8.decode(data.subarray(8)), trust, now(data)));
    case "B":
      return verdict(verifyBytes(data.subarray(8), trust, now(data)));
    case "O":
      return object(data[0] ?? 0, data.subarray(1));
    case "C": {
      const { tags, value } = cbor.decodeTagged(data);
      return [[...tags], item(value)];
    }
    case "Z":
      return unpacked(data);
    case "K":
      return holds(data);
    case "U":
      return updated(data);
    default:
      throw new Error(kind);
  }
}

function now(data: Uint8Array): number {
  return Number(new DataView(data.buffer, data.byteOffset).getBigUint64(0, true));
}

function loaded(data: Uint8Array): Json {
  trust = NOTHING;
  const home = UTF8.decode(data.subarray(32, 34));
  trust = load(data.subarray(34), new Set([hex(data.subarray(0, 32))]), home === "--" ? null : home);
  return [trust.home];
}

/** What every region of the bundle is worth; a region is verified when it is first met. */
function regions(): Json {
  return [...trust.regions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([number, found]) => [number, region(found)]);
}

function region(found: RegionTrust | ObjectError): Json {
  if (found instanceof ObjectError) return found.reason;
  return [found.roots.length, found.newestIssued, ordered(found.statusLists), ordered(found.registers)];
}

function ordered(numbered: ReadonlyMap<number, unknown>): number[] {
  return [...numbered.keys()].sort((a, b) => a - b);
}

function verdict(found: Verdict): Json {
  const issuer = named(found.issuer);
  const said: Json[] = [found.outcome, found.reason, why(found), asOf(found.asOf), issuer];
  switch (found.outcome) {
    case "accepted":
      return [...said, certificate(found.certificate), found.recognition, recognisedAs(found.recognisedAs)];
    case "rejected":
      return [...said, found.former && certificate(found.former)];
    case "undecided":
      return said;
  }
}

/** The finer reason of two answers that have one; other details are for people. */
function why(found: Verdict): Json {
  if (found.reason !== "STALE" && found.reason !== "CHAIN_INVALID") return null;
  return "detail" in found ? (found.detail.split(":")[0] ?? null) : null;
}

function asOf(found: AsOf): Json {
  return [found.now, found.trustList, found.statusList, found.registration, found.recognition];
}

function named(issuer: NamedIssuer | null): Json {
  return issuer && [issuer.id, issuer.name, issuer.kind];
}

function recognisedAs(found: RecognisedAs | null): Json {
  if (found === null) return null;
  const { region: where, level, effect, rule, document, date } = found;
  return [where, occupation(found.occupation), level, effect, rule, document, date];
}

function certificate(found: Certificate): Json {
  const { replaces, subLevel, localPost } = found.extra;
  return [
    ...[found.issuer, found.issuedAt, found.number, found.issuedOn, found.basis],
    [found.person.name, found.person.documentType, found.person.documentLast4],
    subject(found),
    [found.status.index, found.status.uri],
    replaces && [replaces.list, replaces.index],
    ...[subLevel, localPost],
  ];
}

function subject({ subject: found }: Certificate): Json {
  if (found.kind === Kind.HONOUR) return [found.kind, found.honour];
  const { edition, code, title, specialisation } = found.occupation;
  const what = [found.kind, edition, code, title, specialisation];
  if (found.kind === Kind.LEVEL) return [...what, found.level];
  return found.kind === Kind.POST ? [...what, found.post, found.ends] : what;
}

function item(value: Value): Json {
  if (value === null || typeof value !== "object") return value;
  if (cbor.isBytes(value)) return ["bytes", hex(value)];
  if (cbor.isArray(value)) return ["array", ...value.map(item)];
  return ["map", ...[...value].map(([key, each]) => [key, item(each)])];
}

function unpacked(data: Uint8Array): Json {
  try {
    return hex(inflate(data, STREAM_CAP));
  } catch (error) {
    if (error instanceof ObjectError) return null;
    throw error;
  }
}

function holds(data: Uint8Array): Json {
  const key = data.subarray(0, 32);
  const fit = ed25519.isValidKey(key);
  return [fit, fit && ed25519.holds(key, data.subarray(96), data.subarray(32, 96))];
}

function updated(data: Uint8Array): Json {
  const home = UTF8.decode(data.subarray(32, 34));
  const begin = 46 + new DataView(data.buffer, data.byteOffset).getUint32(42, true);
  const held: ReadonlyMap<string, Part> = begin === 46 ? new Map() : bundle.decode(data.subarray(46, begin));
  const pins = new Set([hex(data.subarray(0, 32))]);
  const found = update(held, bundle.decode(data.subarray(begin)), pins, now(data.subarray(34)), home === "--" ? null : home);
  const answers = [...found.answers].map(([number, each]): Json => [number, answered(each)]);
  const stored = found.parts.size === 0 ? null : root.pinOf(bundle.encode(found.parts));
  return [found.home, [...found.strangers], [...found.absent.keys()], answers, stored];
}

function answered(found: Answer): Json {
  if (found instanceof ObjectError) return found.reason;
  return isTaken(found) ? [found.changed, [...found.reset], found.lost] : ["kept"];
}

// --- objects alone ---------------------------------------------------------------------------------------------------

function object(kind: number, data: Uint8Array): Json {
  const read = READERS[kind];
  if (read === undefined) throw new Error(`object ${kind}`);
  return read(data);
}

const READERS: readonly ((data: Uint8Array) => Json)[] = [
  (data) => [...bundle.decode(data)].map(([number, found]) => [number, part(found)]),
  rootOf,
  checkpointOf,
  trustListOf,
  (data) => [...trustList.decodeBin(data, OCCUPATIONS).values()].map(issuerOf),
  statusListOf,
  recognitionOf,
  (data) => register.decodeDigests(data).length,
  shardOf,
  registerOf,
  policyOf,
];

function head({ region: where, epoch, seq, issued, expires }: Head): Json[] {
  return [where, epoch, seq, issued, expires];
}

function kids(signatures: readonly Signature[]): Json {
  return signatures.map(({ kid }) => hex(kid));
}

function rootOf(data: Uint8Array): Json {
  const [found, message] = root.decode(data);
  const roles = found.roles.map(({ epoch, threshold, keys }) => [epoch, threshold, keys.map(hex)]);
  return [...head(found.head), roles, found.statusBase, kids(message.signatures)];
}

function checkpointOf(data: Uint8Array): Json {
  const [found, message] = checkpoint.decode(data);
  const entries = found.entries.map(({ type, list, epoch, seq, sha256 }) => [type, list, epoch, seq, sha256]);
  return [...head(found.head), found.nextDue, entries, hex(message.kid)];
}

function trustListOf(data: Uint8Array): Json {
  const [found, message] = trustList.decode(data);
  const bins = found.bins.map(({ first, sha256 }) => [first, sha256]);
  return [...head(found.head), found.occupations.map(occupation), bins, kids(message.signatures)];
}

function occupation(found: OccupationReference | null): Json {
  return found && [found.edition, found.code];
}

function issuerOf(issuer: Issuer): Json {
  return [
    issuer.code,
    issuer.names.map((each) => [...each]),
    issuer.kind,
    issuer.states.map((each) => [...each]),
    issuer.scopes.map((each) => [occupation(each.occupation), each.highest, each.first, each.last]),
    issuer.sites.map(({ code, first, last }) => [code, first, last]),
    issuer.keys.map(keyOf),
  ];
}

function keyOf({ public: key, states, compromise }: CertificateKey): Json {
  const stolen = compromise && [compromise.since, hex(compromise.survivors.sha256), compromise.survivors.count];
  return [hex(key), states.map((each) => [...each]), stolen];
}

function statusListOf(data: Uint8Array): Json {
  const [found, message] = statusList.decode(data);
  const { region: where, uri, epoch, seq, issued, expires, ttl, entries } = found;
  return [where, uri, epoch, seq, issued, expires, ttl, hex(entries), hex(message.kid)];
}

function recognitionOf(data: Uint8Array): Json {
  const [found, message] = recognition.decode(data);
  return [...head(found.head), found.agreements.map(agreement), kids(message.signatures)];
}

function agreement(found: Agreement): Json {
  return [
    ...[found.id, found.partner, found.pin, found.document, found.documentDay],
    found.states.map((each) => [...each]),
    found.keep,
    found.deny.map(match),
    found.allow.map(row),
  ];
}

function match({ issuer, kind, edition, prefix, levels, first, last }: Match): Json {
  return [issuer, kind, edition, prefix, [...levels], first, last];
}

function row(found: Row): Json {
  return [match(found.match), occupation(found.occupation), found.level, found.effect, found.basis];
}

function policyOf(data: Uint8Array): Json {
  const [found, message] = policy.decode(data);
  return [...head(found.head), tableOf(found.payload), kids(message.signatures)];
}

/** The clauses and lists by number; null if this version knows no such table. */
function tableOf(payload: Uint8Array): Json {
  const found = orRefusal(() => benefits.decode(payload));
  if (found instanceof ObjectError) return null;
  return [found.clauses.map(({ id }) => id), found.lists.map(({ id }) => id)];
}

function shardOf(data: Uint8Array): Json {
  const { list, first, digests } = register.decodeShard(data);
  return [list, first, digests.length];
}

function registerOf(data: Uint8Array): Json {
  const { list, hashes } = register.decodeIndex(data);
  return [list, [...hashes]];
}

function part(found: Part): Json {
  const many = [found.roots, found.bins, found.statusLists, found.survivors, found.shards, found.registers];
  const lengths = many.map((objects) => objects.map(({ length }) => length));
  const [recognised, promised] = [found.recognition, found.benefits].map((each) => each && each.length);
  return [found.checkpoint.length, found.trustList.length, recognised ?? null, ...lengths, promised ?? null];
}

// --- frames ----------------------------------------------------------------------------------------------------------

/** Answers every whole frame in `held`; how many bytes those were. */
function answerAll(held: Buffer): number {
  const lines: string[] = [];
  let position = 0;
  while (position + HEAD_BYTES <= held.length) {
    const begin = position + HEAD_BYTES;
    const end = begin + held.readUInt32LE(position + 1);
    if (end > held.length) break;
    const kind = String.fromCharCode(held[position] ?? 0);
    lines.push(line(kind, Uint8Array.from(held.subarray(begin, end))), "\n");
    position = end;
  }
  if (lines.length > 0) stdout.write(lines.join(""));
  return position;
}

let held = Buffer.alloc(0);
for await (const chunk of stdin) {
  held = Buffer.concat([held, chunk as Buffer]);
  held = held.subarray(answerAll(held));
}
