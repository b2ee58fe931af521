/**
 * From a certificate's claims (a CWT claims set, RFC 8392) to the model.
 *
 * Decoding has two halves, because the order of checks has the signature between them: `decodeOuter` is step 4, and
 * `decodeBody` is the part of step 8 that needs no trust.
 */

import { utf8 } from "./bytes.ts";
import * as cbor from "./cbor.ts";
import { isArray, isMap } from "./cbor.ts";
import type { Value } from "./cbor.ts";
import { CheckError } from "./errors.ts";
import { Basis, DocumentType, Kind, MAX_DAY, occupationOf, Post } from "./model.ts";
import type {
  Certificate,
  Entry,
  Extra,
  IssuerCode,
  Occupation,
  Seconds,
  StatusReference,
  Subject,
} from "./model.ts";
import { parseIssuerCode, parseNumber, TAIL_DIGITS } from "./numbers.ts";
import { refusedCharacter } from "./text.ts";

const ISS = 1;
const EXP = 4;
const IAT = 6;
const STATUS = 65535;
const BODY = -65537;

const MAX_TEXT_BYTES = 96;
const MAX_URI_BYTES = 64;

const REPLACES = 1;
const SUB_LEVEL = 2;
const LOCAL_POST = 3;
const EXTRA_KEYS: ReadonlySet<number | string> = new Set([REPLACES, SUB_LEVEL, LOCAL_POST]);
const LAST4 = /^[0-9A-Z]{4}$/;

/** The number of elements in a body of each kind. */
const BODY_LENGTH = { [Kind.LEVEL]: 13, [Kind.SPECIAL_ABILITY]: 12, [Kind.POST]: 13, [Kind.HONOUR]: 9 } as const;

/** The claims' outer map; `body` is still as it came. */
export interface Outer {
  readonly issuer: IssuerCode;
  readonly issuedAt: Seconds;
  readonly expiresAt: Seconds | null;
  readonly status: StatusReference;
  readonly body: readonly Value[];
}

/** Step 4. CheckError: a CBOR_ reason or CLAIMS_SHAPE. */
export function decodeOuter(payload: Uint8Array): Outer {
  const claims = cbor.decode(payload);
  if (!hasLabels(claims, [ISS, IAT, STATUS, BODY], EXP)) throw claimsShape("not exactly the claims of a certificate");
  const iss = claims.get(ISS) ?? null;
  const issuer = typeof iss === "string" ? parseIssuerCode(iss) : null;
  const body = claims.get(BODY) ?? null;
  if (issuer === null || !isArray(body)) throw claimsShape("a claim is not of its shape");
  return {
    issuer,
    issuedAt: claimedUint(claims.get(IAT)),
    expiresAt: claims.has(EXP) ? claimedUint(claims.get(EXP)) : null,
    status: statusReference(claims.get(STATUS) ?? null),
    body,
  };
}

/** Whether `value` is a map of exactly the `required` labels, and perhaps `optional`. */
function hasLabels(value: Value, required: readonly (number | string)[], optional?: number): value is cbor.ValueMap {
  if (!isMap(value) || !required.every((label) => value.has(label))) return false;
  const extra = optional !== undefined && value.has(optional) ? 1 : 0;
  return value.size === required.length + extra;
}

function statusReference(claim: Value): StatusReference {
  if (!hasLabels(claim, ["status_list"])) throw claimsShape("no status list");
  const reference = claim.get("status_list") ?? null;
  if (!hasLabels(reference, ["idx", "uri"])) throw claimsShape("not exactly idx and uri");
  const uri = reference.get("uri");
  if (typeof uri !== "string" || utf8(uri).length > MAX_URI_BYTES) throw claimsShape("not a URI");
  return { index: claimedUint(reference.get("idx")), uri };
}

function claimedUint(value: Value | undefined): number {
  if (!isUint(value)) throw claimsShape("not an unsigned integer");
  return value;
}

/** The part of step 8 that needs no trust. CheckError: UNSUPPORTED, BODY_SHAPE or NAME_REFUSED. */
export function decodeBody(outer: Outer): Certificate {
  const { body } = outer;
  const kind = kindOf(body);
  if (body.length !== BODY_LENGTH[kind]) throw bodyShape(`${body.length} elements`);
  refuseUnsupported(body);
  if (outer.expiresAt !== null && kind !== Kind.POST) throw bodyShape("a term belongs to posts only");
  const [, name, documentType, last4, number] = body;
  const [day, basis, extra] = body.slice(-3);
  const certificate: Certificate = {
    issuer: outer.issuer,
    issuedAt: outer.issuedAt,
    person: { name: text(name), documentType: member(DocumentType, documentType), documentLast4: lastFour(last4) },
    number: printedNumber(outer.issuer, number),
    subject: subject(kind, body.slice(5, -3), outer.expiresAt),
    issuedOn: uint(day, MAX_DAY),
    basis: member(Basis, basis),
    status: outer.status,
    extra: optionalFacts(extra),
  };
  refuseNames(certificate);
  return certificate;
}

function kindOf(body: readonly Value[]): Kind {
  const [kind] = body;
  if (!isUint(kind)) throw bodyShape("no kind");
  const found = Object.values(Kind).find((each) => each === kind);
  if (found === undefined) throw new CheckError("UNSUPPORTED", `kind ${kind}`);
  return found;
}

/** Codes of a later edition of the format: not wrong, but beyond this verifier. */
function refuseUnsupported(body: readonly Value[]): void {
  const [basis, extra = null] = body.slice(-2);
  refuseUnknown("document type", DocumentType, body[2]);
  refuseUnknown("basis", Basis, basis);
  for (const key of isMap(extra) ? extra.keys() : []) {
    if (isUint(key) && !EXTRA_KEYS.has(key)) throw new CheckError("UNSUPPORTED", `field ${key}`);
  }
}

function refuseUnknown(name: string, codes: Record<string, number>, value: Value | undefined): void {
  if (isUint(value) && !Object.values(codes).includes(value)) throw new CheckError("UNSUPPORTED", `${name} ${value}`);
}

function subject(kind: Kind, elements: readonly Value[], ends: Seconds | null): Subject {
  switch (kind) {
    case Kind.LEVEL:
      return { kind, occupation: occupation(elements), level: uint(elements[4], 5, 1) };
    case Kind.SPECIAL_ABILITY:
      return { kind, occupation: occupation(elements) };
    case Kind.POST:
      if (ends === null) throw bodyShape("a post without a term");
      return { kind, occupation: occupation(elements), post: member(Post, elements[4]), ends };
    case Kind.HONOUR:
      return { kind, honour: text(elements[0]) };
  }
}

function occupation([edition, code, title, specialisation]: readonly Value[]): Occupation {
  return {
    edition: uint(edition, 9999),
    code: text(code),
    title: text(title),
    specialisation: specialisation === null ? null : text(specialisation),
  };
}

function optionalFacts(value: Value | undefined): Extra {
  if (value === undefined || !isMap(value) || ![...value.keys()].every((key) => EXTRA_KEYS.has(key))) {
    throw bodyShape("the optional facts are not of their shape");
  }
  return {
    replaces: value.has(REPLACES) ? entry(value.get(REPLACES)) : null,
    subLevel: value.has(SUB_LEVEL) ? text(value.get(SUB_LEVEL)) : null,
    localPost: value.has(LOCAL_POST) ? text(value.get(LOCAL_POST)) : null,
  };
}

function entry(value: Value | undefined): Entry {
  if (value === undefined || !isArray(value) || value.length !== 2) throw bodyShape("replaces is not [list, index]");
  return { list: uint(value[0], cbor.MAX_INTEGER), index: uint(value[1], cbor.MAX_INTEGER) };
}

/** The number as printed. What begins with the issuer's own code must come as its last nine digits. */
function printedNumber(issuer: IssuerCode, value: Value | undefined): string {
  if (isUint(value)) return issuer + String(uint(value, 10 ** TAIL_DIGITS - 1)).padStart(TAIL_DIGITS, "0");
  const number = text(value);
  if (parseNumber(number)?.prefix === issuer) throw bodyShape("the number is not in its short form");
  return number;
}

function refuseNames(certificate: Certificate): void {
  for (const shown of shownTexts(certificate)) {
    const refused = refusedCharacter(shown);
    if (refused !== null) throw new CheckError("NAME_REFUSED", `U+${refused.toString(16).toUpperCase()}`);
  }
}

/** Every text of the certificate that a person is shown. */
export function shownTexts(certificate: Certificate): string[] {
  const { person, subject, extra } = certificate;
  const job = occupationOf(certificate);
  const texts = [
    ...[person.name, person.documentLast4, certificate.number],
    ...(job === null ? [] : [job.code, job.title, job.specialisation]),
    ...(subject.kind === Kind.HONOUR ? [subject.honour] : []),
    ...[extra.subLevel, extra.localPost],
  ];
  return texts.filter((each) => each !== null);
}

function member<T extends number>(codes: Record<string, T>, value: Value | undefined): T {
  const found = Object.values(codes).find((code) => code === value);
  if (found === undefined) throw bodyShape("not one of the codes");
  return found;
}

function uint(value: Value | undefined, atMost: number, atLeast = 0): number {
  if (!isUint(value) || value < atLeast || value > atMost) throw bodyShape("a number is out of its range");
  return value;
}

function text(value: Value | undefined): string {
  if (typeof value !== "string" || value === "" || utf8(value).length > MAX_TEXT_BYTES) {
    throw bodyShape("a text is missing or too long");
  }
  return value;
}

function lastFour(value: Value | undefined): string {
  const last4 = text(value);
  if (!LAST4.test(last4)) throw bodyShape("not the last four characters of a document number");
  return last4;
}

function isUint(value: Value | undefined): value is number {
  return typeof value === "number" && value >= 0;
}

function claimsShape(detail: string): CheckError {
  return new CheckError("CLAIMS_SHAPE", detail);
}

function bodyShape(detail: string): CheckError {
  return new CheckError("BODY_SHAPE", detail);
}
