/**
 * Which other regions' certificates a region recognises, as what: a closed table, and no rule language.
 *
 * For one certificate: the agreement with its region, in force today; then any deny that matches, else the first allow
 * that matches. Recognition is not transitive.
 */

import { hex } from "./bytes.ts";
import * as cbor from "./cbor.ts";
import type { Value } from "./cbor.ts";
import * as cose from "./cose.ts";
import type { Sign } from "./cose.ts";
import { AgreementState, Effect, IssuerKind, Kind, occupationOf, regionOf } from "./model.ts";
import type { Certificate, Day, IssuerCode, Region } from "./model.ts";
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
  region,
  require,
  requireAscending,
  text,
  tuple,
  uint,
} from "./published.ts";
import type { Head } from "./published.ts";
import type { Recognition } from "./reason.ts";
import { coversDay, decodeOccupationReference } from "./trust_list.ts";
import type { Days, OccupationReference } from "./trust_list.ts";

const TYP = "application/yinxin-recognition+cose";
const AGREEMENTS = 10;

/**
 * What the rules look at, of a certificate that is there or of one that somebody asks about.
 *
 * `issuer` is null for one that no row names. `rank` is the level of a level certificate, the post of an appointment, and
 * null for what has neither.
 */
export interface Candidate {
  readonly region: Region;
  readonly issuer: IssuerCode | null;
  readonly issuerKind: IssuerKind;
  readonly kind: Kind;
  readonly occupation: OccupationReference | null;
  readonly rank: number | null;
  readonly issuedOn: Day;
}

/** What the rules look at of this certificate. */
export function candidateOf(certificate: Certificate, issuerKind: IssuerKind): Candidate {
  const { issuer, subject, issuedOn } = certificate;
  const occupation = occupationOf(certificate);
  return {
    region: regionOf(issuer),
    issuer,
    issuerKind,
    kind: subject.kind,
    occupation: occupation && { edition: occupation.edition, code: occupation.code },
    rank: rankOf(subject),
    issuedOn,
  };
}

function rankOf(subject: Certificate["subject"]): number | null {
  switch (subject.kind) {
    case Kind.LEVEL:
      return subject.level;
    case Kind.POST:
      return subject.post;
    case Kind.SPECIAL_ABILITY:
    case Kind.HONOUR:
      return null;
  }
}

/**
 * Which certificates a row is about. Null, and an empty `levels`, match all; dates are inclusive.
 *
 * `levels` are levels for level certificates and posts for post appointments. `prefix` is a whole occupation code or a
 * beginning of one that ends at a hyphen.
 */
export interface Match extends Days {
  readonly issuer: IssuerCode | IssuerKind | null;
  readonly kind: Kind;
  readonly edition: number | null;
  readonly prefix: string | null;
  readonly levels: readonly number[];
}

/** An allow: as which occupation and level (null: as its own), with what effect, by which document. */
export interface Row {
  readonly match: Match;
  readonly occupation: OccupationReference | null;
  readonly level: number | null;
  readonly effect: Effect;
  readonly basis: string;
}

/** An agreement with one partner region. `pin` is the SHA-256 of the partner's root, in hexadecimal. */
export interface Agreement {
  readonly id: number;
  readonly partner: Region;
  readonly pin: string | null;
  readonly document: string;
  readonly documentDay: Day;
  readonly states: readonly (readonly [Day, AgreementState])[];
  readonly keep: boolean;
  readonly deny: readonly Match[];
  readonly allow: readonly Row[];
}

/** All agreements of one region. */
export interface RecognitionList {
  readonly head: Head;
  readonly agreements: readonly Agreement[];
}

/** What a certificate counts as in `region`; `rule` names the row that says so. */
export interface RecognisedAs {
  readonly region: Region;
  readonly occupation: OccupationReference | null;
  readonly level: number | null;
  readonly effect: Effect;
  readonly rule: string;
  readonly document: string | null;
  readonly date: Day | null;
}

/** The second answer, and what the certificate counts as if it counts. */
export interface Answer {
  readonly recognition: Recognition;
  readonly recognisedAs: RecognisedAs | null;
}

/** The one agreement with `partner`, if there is one. */
export function withPartner(table: RecognitionList | null, partner: Region): Agreement | null {
  return table?.agreements.find((each) => each.partner === partner) ?? null;
}

/** What an agreement says of one candidate. `place` is the row of `allow` or, if DENIED, of `deny` that decided. */
export interface Decision {
  readonly recognition: Recognition;
  readonly place: number | null;
}

/** Whether what is accepted counts in `home` today, and as what. */
export function recognise(candidate: Candidate, home: Region, table: RecognitionList | null, today: Day): Answer {
  if (candidate.region === home) return { recognition: "HOME", recognisedAs: asItself(candidate, home) };
  const agreement = withPartner(table, candidate.region);
  if (agreement === null) return no("NO_AGREEMENT");
  const { recognition, place } = decide(candidate, agreement, today);
  const row = recognition === "RECOGNISED" && place !== null ? agreement.allow[place] : undefined;
  if (row === undefined || place === null) return no(recognition);
  const rule = `${agreement.id}.${place + 1}`;
  return { recognition, recognisedAs: asRow(asItself(candidate, home), agreement, row, rule) };
}

/** What the agreement with the candidate's region says of it today, and by which row. */
export function decide(candidate: Candidate, agreement: Agreement, today: Day): Decision {
  const barrier = barrierOf(agreement, candidate.issuedOn, today);
  if (barrier !== null) return { recognition: barrier, place: null };
  const denied = agreement.deny.findIndex((match) => covers(match, candidate));
  if (denied >= 0) return { recognition: "DENIED", place: denied };
  const allowed = agreement.allow.findIndex(({ match }) => covers(match, candidate));
  return allowed >= 0 ? { recognition: "RECOGNISED", place: allowed } : { recognition: "NOT_RECOGNISED", place: null };
}

function no(recognition: Recognition): Answer {
  return { recognition, recognisedAs: null };
}

/** What keeps the agreement from applying. A repeal that keeps spares what was issued before it. */
function barrierOf(agreement: Agreement, issuedOn: Day, today: Day): Recognition | null {
  switch (lastAt(agreement.states, today)) {
    case null:
      return "AGREEMENT_NOT_IN_FORCE";
    case AgreementState.SUSPENDED:
      return "AGREEMENT_SUSPENDED";
    case AgreementState.REPEALED:
      return agreement.keep && issuedOn < (agreement.states.at(-1)?.[0] ?? 0) ? null : "AGREEMENT_REPEALED";
    case AgreementState.IN_FORCE:
      return null;
  }
}

function asItself({ kind, occupation, rank }: Candidate, home: Region): RecognisedAs {
  const level = kind === Kind.LEVEL ? rank : null;
  return { region: home, occupation, level, effect: Effect.EQUIVALENT, rule: "HOME", document: null, date: null };
}

function asRow(itself: RecognisedAs, agreement: Agreement, row: Row, rule: string): RecognisedAs {
  return {
    region: itself.region,
    occupation: row.occupation ?? itself.occupation,
    level: row.level ?? itself.level,
    effect: row.effect,
    rule,
    document: row.basis,
    date: agreement.documentDay,
  };
}

/** Whether `match` is about it. */
function covers(match: Match, candidate: Candidate): boolean {
  const { kind, issuer, issuerKind, rank, issuedOn } = candidate;
  return (
    kind === match.kind &&
    (match.issuer === null || match.issuer === issuerKind || match.issuer === issuer) &&
    coversOccupation(match, candidate) &&
    (match.levels.length === 0 || (rank !== null && match.levels.includes(rank))) &&
    coversDay(match, issuedOn)
  );
}

function coversOccupation({ edition, prefix }: Match, { occupation }: Candidate): boolean {
  return occupation === null ? edition === null && prefix === null : isOccupation(edition, prefix, occupation);
}

/** Whether the occupation is of the edition, and its code the prefix or behind one that ends in a hyphen. */
export function isOccupation(edition: number | null, prefix: string | null, occupation: OccupationReference): boolean {
  if (edition !== null && edition !== occupation.edition) return false;
  if (prefix === null || prefix === occupation.code) return true;
  return prefix.endsWith("-") && occupation.code.startsWith(prefix);
}

/** The list in `data`, signatures not yet verified. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED. */
export function decode(data: Uint8Array): [RecognitionList, Sign] {
  return reading(ObjectType.RECOGNITION, data, () => {
    const message = cose.decodeSign(data, TYP);
    const claims = mapping(cbor.decode(message.payload), [...HEAD, AGREEMENTS]);
    const agreements = array(claims.get(AGREEMENTS)).map(decodeAgreement);
    const partners = new Set(agreements.map(({ partner }) => partner));
    require(partners.size === agreements.length, "two agreements with one partner");
    return [{ head: decodeHead(claims), agreements }, message];
  });
}

function decodeAgreement(value: Value): Agreement {
  const [id, partner, pin, document, documentDay, states, keep, deny, allow] = tuple(value, 9);
  if (typeof keep !== "boolean") throw malformed("keep is not true or false");
  const agreement: Agreement = {
    id: uint(id),
    partner: region(partner),
    pin: optional(pin, decodePin),
    document: text(document),
    documentDay: day(documentDay),
    states: array(states).map(decodeState),
    keep,
    deny: array(deny).map(decodeMatch),
    allow: array(allow).map(decodeRow),
  };
  require(agreement.states.length > 0, "no state");
  requireAscending(agreement.states.map(([since]) => since));
  const earlier = agreement.states.slice(0, -1);
  require(earlier.every(([, state]) => state !== AgreementState.REPEALED), "a state after the repeal");
  return agreement;
}

function decodePin(value: Value | undefined): string {
  const [version, digest] = tuple(value, 2);
  uint(version);
  return hex(octets(digest, 32));
}

function decodeState(value: Value): readonly [Day, AgreementState] {
  const [since, state] = tuple(value, 2);
  return [day(since), member(AgreementState, state)];
}

function decodeMatch(value: Value | undefined): Match {
  const [issuer, kind, edition, prefix, levels, first, last] = tuple(value, 7);
  return {
    issuer: optional(issuer, decodeIssuer),
    kind: member(Kind, kind),
    edition: optional(edition, (each) => uint(each, 9999)),
    prefix: optional(prefix, (each) => text(each, 96)),
    levels: array(levels).map((level) => uint(level, 5)),
    first: day(first),
    last: optional(last, day),
  };
}

function decodeIssuer(value: Value | undefined): IssuerCode | IssuerKind {
  if (typeof value !== "string") return member(IssuerKind, value);
  const code = parseIssuerCode(value);
  if (code === null) throw malformed("not an issuer code");
  return code;
}

function decodeRow(value: Value): Row {
  const [match, occupation, level, effect, basis] = tuple(value, 5);
  require(level !== 0, "not a level");
  return {
    match: decodeMatch(match),
    occupation: optional(occupation, decodeOccupationReference),
    level: optional(level, (each) => uint(each, 5)),
    effect: member(Effect, effect),
    basis: text(basis),
  };
}
