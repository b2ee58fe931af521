/**
 * The table of a benefit policy 待遇政策: clauses, and lists of shortage occupations; closed, and no rule language.
 *
 * A clause that applies is an answer by itself: several may apply, nothing is added up and none outranks another. Without
 * a clause there is no answer.
 */

import * as cbor from "./cbor.ts";
import type { Value } from "./cbor.ts";
import { Benefit, Kind, ListedOn, Period, Post } from "./model.ts";
import type { Day, Subject } from "./model.ts";
import { parseDivision } from "./numbers.ts";
import {
  array,
  day,
  decodeHead,
  HEAD,
  malformed,
  mapping,
  member,
  ObjectType,
  optional,
  reading,
  require,
  text,
  tuple,
  uint,
} from "./published.ts";
import type { Head } from "./published.ts";
import { isOccupation } from "./recognition.ts";
import { coversDay } from "./trust_list.ts";
import type { Days, OccupationReference } from "./trust_list.ts";

const MAX_WORDS_BYTES = 1_024;
const CLAUSES = 10;
const LISTS = 11;
const MAX_CODE_BYTES = 96;
const STEPS: Readonly<Record<Kind, readonly number[]>> = {
  [Kind.LEVEL]: [1, 2, 3, 4, 5],
  [Kind.SPECIAL_ABILITY]: [],
  [Kind.POST]: Object.values(Post),
  [Kind.HONOUR]: [],
};

/** A certificate as the home region counts it. `step` is the level of a level certificate, the post of a post. */
export interface Facts {
  readonly kind: Kind;
  readonly occupation: OccupationReference | null;
  readonly step: number | null;
  readonly honour: string | null;
  readonly issuedOn: Day;
}

/**
 * Which certificates a clause is about. Null, and empty `steps`, are all; dates are of the certificate, inclusive.
 *
 * `steps` are levels of level certificates or posts of post appointments, `honour` is the whole text of an honour.
 */
export interface Who extends Days {
  readonly kind: Kind;
  readonly edition: number | null;
  readonly prefix: string | null;
  readonly steps: readonly number[];
  readonly honour: string | null;
}

/** Money, in whole fen, each period; at most `times` times if given. */
export interface Amount {
  readonly fen: number;
  readonly period: Period;
  readonly times: number | null;
}

/** The condition that the occupation stands on one of these lists, by id, on that day. */
export interface Shortage {
  readonly on: ListedOn;
  readonly lists: readonly number[];
}

/** A division 行政区划 of GB/T 2260, six digits, and what it is called. */
export interface Place {
  readonly code: string;
  readonly name: string;
}

/** One clause: its document, number and words, what it gives, to whom, where and when. */
export interface Clause extends Days {
  readonly id: number;
  readonly document: string;
  readonly documentDay: Day;
  readonly number: string;
  readonly words: string;
  readonly benefit: Benefit;
  readonly amount: Amount | null;
  readonly who: readonly Who[];
  readonly shortage: Shortage | null;
  readonly divisions: readonly Place[];
}

/** A shortage list 紧缺目录 of one division: occupations, each an edition (null: any) and a code or a beginning. */
export interface ShortageList extends Days {
  readonly id: number;
  readonly title: string;
  readonly document: string;
  readonly documentDay: Day;
  readonly division: Place;
  readonly occupations: readonly (readonly [number | null, string])[];
}

/** A clause that applies, and the shortage list that it applies by, if it asks for one. */
export interface Entitled {
  readonly clause: Clause;
  readonly listed: ShortageList | null;
}

/** All clauses and shortage lists of one region, those that have ended among them. */
export interface BenefitPolicy {
  readonly head: Head;
  readonly clauses: readonly Clause[];
  readonly lists: readonly ShortageList[];
}

/** What a clause sees of a certificate that counts as this occupation and level: whatever has a level is a level. */
export function factsOf(
  subject: Subject,
  occupation: OccupationReference | null,
  level: number | null,
  issuedOn: Day,
): Facts {
  const found = { kind: subject.kind, occupation, step: null, honour: null, issuedOn };
  if (level !== null) return { ...found, kind: Kind.LEVEL, step: level };
  switch (subject.kind) {
    case Kind.POST:
      return { ...found, step: subject.post };
    case Kind.HONOUR:
      return { ...found, occupation: null, honour: subject.honour };
    case Kind.LEVEL:
      return { ...found, step: subject.level };
    case Kind.SPECIAL_ABILITY:
      return found;
  }
}

/** Every clause that applies today in `division`, in order; without one, wherever a clause may apply. */
export function applying(policy: BenefitPolicy, facts: Facts, division: string | null, today: Day): Entitled[] {
  return policy.clauses.flatMap((clause) => {
    if (!isOpen(clause, facts, division, today)) return [];
    const listed = listedBy(policy, clause.shortage, facts, division, today);
    return clause.shortage === null || listed !== null ? [{ clause, listed }] : [];
  });
}

function isOpen(clause: Clause, facts: Facts, division: string | null, today: Day): boolean {
  return (
    coversDay(clause, today) &&
    clause.divisions.some((each) => coversDivision(each, division)) &&
    clause.who.some((each) => covers(each, facts))
  );
}

function covers(who: Who, { kind, occupation, step, honour, issuedOn }: Facts): boolean {
  return (
    kind === who.kind &&
    (occupation === null
      ? who.edition === null && who.prefix === null
      : isOccupation(who.edition, who.prefix, occupation)) &&
    (who.steps.length === 0 || (step !== null && who.steps.includes(step))) &&
    (who.honour === null || honour === who.honour) &&
    coversDay(who, issuedOn)
  );
}

function listedBy(
  { lists }: BenefitPolicy,
  shortage: Shortage | null,
  { occupation, issuedOn }: Facts,
  division: string | null,
  today: Day,
): ShortageList | null {
  if (shortage === null || occupation === null) return null;
  const on = shortage.on === ListedOn.TODAY ? today : issuedOn;
  const has = (each: ShortageList): boolean =>
    shortage.lists.includes(each.id) &&
    coversDay(each, on) &&
    coversDivision(each.division, division) &&
    each.occupations.some(([edition, prefix]) => isOccupation(edition, prefix, occupation));
  return lists.find(has) ?? null;
}

/** Whether what holds in this place holds in `asked`: it, or a part of that city or province. Null: anywhere. */
function coversDivision({ code }: Place, asked: string | null): boolean {
  if (asked === null || asked === code) return true;
  return [2, 4].some((digits) => code === asked.slice(0, digits).padEnd(6, "0"));
}

/** The table in a policy's payload. ObjectError OBJECT_MALFORMED. */
export function decode(payload: Uint8Array): BenefitPolicy {
  return reading(ObjectType.BENEFITS, payload, () => {
    const claims = mapping(cbor.decode(payload), [...HEAD, CLAUSES, LISTS]);
    const policy: BenefitPolicy = {
      head: decodeHead(claims),
      clauses: array(claims.get(CLAUSES)).map(decodeClause),
      lists: array(claims.get(LISTS)).map(decodeList),
    };
    requireWhole(policy);
    return policy;
  });
}

/** Refuse two clauses or lists of one id, a list that is not there, and a division of another region. */
function requireWhole({ head, clauses, lists }: BenefitPolicy): void {
  const listed = new Set(lists.map(({ id }) => id));
  require(listed.size === lists.length && new Set(clauses.map(({ id }) => id)).size === clauses.length, "two of one id");
  const named = clauses.flatMap(({ shortage }) => shortage?.lists ?? []);
  require(named.every((id) => listed.has(id)), "a shortage list that is not in the policy");
  const divisions = [...clauses.flatMap((each) => each.divisions), ...lists.map(({ division }) => division)];
  require(divisions.every(({ code }) => code.startsWith(head.region)), "a division of another region");
}

function decodeClause(value: Value): Clause {
  const [id, document, documentDay, number, words, benefit, amount, who, shortage, divisions, first, last] = tuple(
    value,
    12,
  );
  const clause: Clause = {
    id: uint(id),
    document: text(document),
    documentDay: day(documentDay),
    number: text(number, MAX_CODE_BYTES),
    words: text(words, MAX_WORDS_BYTES),
    benefit: member(Benefit, benefit),
    amount: optional(amount, decodeAmount),
    who: array(who).map(decodeWho),
    shortage: optional(shortage, decodeShortage),
    divisions: array(divisions).map(decodePlace),
    first: day(first),
    last: optional(last, day),
  };
  require(clause.who.length > 0, "a clause about nobody");
  require(clause.divisions.length > 0, "a clause for nowhere");
  return clause;
}

function decodeAmount(value: Value | undefined): Amount {
  const [fen, period, times] = tuple(value, 3);
  require(fen !== 0 && times !== 0, "an amount of nothing");
  return { fen: uint(fen), period: member(Period, period), times: optional(times, (each) => uint(each)) };
}

function decodeWho(value: Value): Who {
  const [kind, edition, prefix, steps, honour, first, last] = tuple(value, 7);
  const code = (each: Value | undefined): string => text(each, MAX_CODE_BYTES);
  const who: Who = {
    kind: member(Kind, kind),
    edition: optional(edition, (each) => uint(each, 9999)),
    prefix: optional(prefix, code),
    steps: array(steps).map((each) => uint(each)),
    honour: optional(honour, code),
    first: day(first),
    last: optional(last, day),
  };
  const isHonour = who.kind === Kind.HONOUR;
  require(who.steps.every((each) => STEPS[who.kind].includes(each)), "not a level or post of this kind of certificate");
  require(isHonour || who.honour === null, "an honour's text for another kind");
  require(!isHonour || (who.edition === null && who.prefix === null), "an occupation for an honour");
  return who;
}

function decodeShortage(value: Value | undefined): Shortage {
  const [on, lists] = tuple(value, 2);
  const shortage = { on: member(ListedOn, on), lists: array(lists).map((each) => uint(each)) };
  require(shortage.lists.length > 0, "on no list");
  return shortage;
}

function decodeList(value: Value): ShortageList {
  const [id, title, document, documentDay, division, first, last, occupations] = tuple(value, 8);
  return {
    id: uint(id),
    title: text(title),
    document: text(document),
    documentDay: day(documentDay),
    division: decodePlace(division),
    first: day(first),
    last: optional(last, day),
    occupations: array(occupations).map(decodeOccupation),
  };
}

function decodeOccupation(value: Value): readonly [number | null, string] {
  const [edition, prefix] = tuple(value, 2);
  return [optional(edition, (each) => uint(each, 9999)), text(prefix, MAX_CODE_BYTES)];
}

function decodePlace(value: Value | undefined): Place {
  const [division, name] = tuple(value, 2);
  const code = parseDivision(text(division));
  if (code === null) throw malformed("not a division");
  return { code, name: text(name, MAX_CODE_BYTES) };
}
