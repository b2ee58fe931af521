/**
 * What a certificate would count as that nobody has shown: the rules are asked as they are about a real one.
 *
 * A question that leaves the issuer open is asked of every issuer that the rules can tell apart: of each kind of issuer,
 * and of each one that a row names. Where they differ, so do the answers.
 */

import { agreementsOf, count } from "./counting.ts";
import { dayOf, IssuerKind } from "./model.ts";
import type { AgreementState, Day, IssuerCode, Kind, Region, Seconds } from "./model.ts";
import type { Recognition } from "./reason.ts";
import { decide, withPartner } from "./recognition.ts";
import type { Agreement, Candidate, Match, RecognisedAs } from "./recognition.ts";
import type { Trust } from "./trust.ts";
import type { OccupationReference } from "./trust_list.ts";

/**
 * A certificate of `origin` that is shown in `home`.
 *
 * `rank` is a level or a post, null for kinds that have none. Null leaves the issuer, or its kind, open.
 */
export interface Question {
  readonly origin: Region;
  readonly home: Region;
  readonly kind: Kind;
  readonly occupation: OccupationReference | null;
  readonly rank: number | null;
  readonly issuedOn: Day;
  readonly issuer: IssuerCode | null;
  readonly issuerKind: IssuerKind | null;
}

/** What a verifier would say. `rule` is the row that recognises or refuses it: its dates are the certificate's. */
export interface Ruling {
  readonly recognition: Recognition;
  readonly recognisedAs: RecognisedAs | null;
  readonly rule: Match | null;
}

/** A ruling, and whose it is about: of these kinds of issuer the one named, or all whom no other answer names. */
export interface Answer {
  readonly issuer: IssuerCode | null;
  readonly kinds: readonly IssuerKind[];
  readonly ruling: Ruling;
}

/**
 * The answers, one if the issuer makes no difference, and what they rest on.
 *
 * `agreement` is the one with the region, if any; `state` what it is today, or else will be first; `issued` when the
 * agreements were issued, if they are held.
 */
export interface Supposition {
  readonly answers: readonly Answer[];
  readonly agreement: Agreement | null;
  readonly state: readonly [Day, AgreementState] | null;
  readonly issued: Seconds | null;
}

const KINDS: readonly IssuerKind[] = [IssuerKind.EMPLOYER, IssuerKind.SOCIAL, IssuerKind.SCHOOL];

/** The same of a certificate of `home` that is shown in `origin`, by any issuer. */
export function turned(question: Question): Question {
  return { ...question, origin: question.home, home: question.origin, issuer: null };
}

/** What it would count as at `now`, if it were a certificate that stands. */
export function suppose(question: Question, trust: Trust, now: Seconds): Supposition {
  const table = question.origin === question.home ? null : agreementsOf(question.home, trust);
  const agreement = withPartner(table, question.origin);
  const answersFor = (issuer: IssuerCode | null): Answer[] => answersOf(question, issuer, agreement, trust, now);
  const answers = answersFor(question.issuer);
  const common = said(answers);
  for (const code of question.issuer === null ? named(agreement) : []) {
    const own = answersFor(code);
    if (said(own) !== common) answers.push(...own);
  }
  return { answers, agreement, state: stateOf(agreement, dayOf(now)), issued: table?.head.issued ?? null };
}

/** One answer for all kinds of issuer that are told the same, in the order of the kinds. */
function answersOf(
  question: Question,
  issuer: IssuerCode | null,
  agreement: Agreement | null,
  trust: Trust,
  now: Seconds,
): Answer[] {
  const found = new Map<string, { kinds: IssuerKind[]; ruling: Ruling }>();
  for (const kind of question.issuerKind === null ? KINDS : [question.issuerKind]) {
    const ruling = rulingOf(candidate(question, issuer, kind), question.home, agreement, trust, now);
    const same = found.get(JSON.stringify(ruling));
    if (same === undefined) found.set(JSON.stringify(ruling), { kinds: [kind], ruling });
    else same.kinds.push(kind);
  }
  return [...found.values()].map((each) => ({ issuer, ...each }));
}

function said(answers: readonly Answer[]): string {
  return JSON.stringify(answers.map(({ kinds, ruling }) => [kinds, ruling]));
}

function candidate(question: Question, issuer: IssuerCode | null, issuerKind: IssuerKind): Candidate {
  const { origin: region, kind, occupation, rank, issuedOn } = question;
  return { region, issuer, issuerKind, kind, occupation, rank, issuedOn };
}

function rulingOf(asked: Candidate, home: Region, agreement: Agreement | null, trust: Trust, now: Seconds): Ruling {
  const { recognition, recognisedAs } = count(asked, home, trust, now);
  const rule = agreement === null ? null : ruleOf(agreement, asked, recognition, dayOf(now));
  return { recognition, recognisedAs, rule };
}

function ruleOf(agreement: Agreement, asked: Candidate, recognition: Recognition, today: Day): Match | null {
  const found = decide(asked, agreement, today);
  if (found.recognition !== recognition || found.place === null) return null;
  const match = recognition === "DENIED" ? agreement.deny[found.place] : agreement.allow[found.place]?.match;
  return match ?? null;
}

/** The issuers that a row names, in ascending order. */
function named(agreement: Agreement | null): IssuerCode[] {
  const rules = agreement === null ? [] : [...agreement.deny, ...agreement.allow.map(({ match }) => match)];
  const codes = rules.map(({ issuer }) => issuer).filter((issuer) => typeof issuer === "string");
  return [...new Set(codes)].sort();
}

function stateOf(agreement: Agreement | null, today: Day): readonly [Day, AgreementState] | null {
  const begun = agreement?.states.filter(([day]) => day <= today) ?? [];
  return begun.at(-1) ?? agreement?.states[0] ?? null;
}
