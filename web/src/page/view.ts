/** A verdict as a person sees it: a sign, a word, the signed facts to compare, and what to do next. */

import { Kind, isoDate, MAX_DAY, dayOf, occupationOf } from "../model.ts";
import type { Certificate, Seconds, Subject } from "../model.ts";
import type { RecognisedAs } from "../recognition.ts";
import type { Outcome } from "../reason.ts";
import { escaped } from "../text.ts";
import type { Accepted, NamedIssuer, Verdict } from "../verify.ts";
import { BASES, DOCUMENTS, EFFECTS, ISSUERS, KINDS, LEVELS, POSTS, REASONS, RECOGNITIONS } from "../wording.ts";
import type { Words } from "../wording.ts";
import { element, english, isolated } from "./dom.ts";
import type { Child } from "./dom.ts";
import * as phrases from "./phrases.ts";
import { LABELS } from "./phrases.ts";

/** Both languages, Chinese first. */
export function both({ zh, en }: Words): Child[] {
  return [`${zh} `, english(en)];
}

/** A paragraph for each language, side by side where there is room. */
export function pair({ zh, en }: Words): HTMLElement {
  return element("div", { class: "pair" }, element("p", {}, zh), element("p", { lang: "en" }, en));
}

/** A row of facts: what it is, and what it says. */
export type Fact = readonly [Words, ...Child[]];

/** Facts as a list of terms and descriptions. */
export function factList(facts: readonly Fact[], kind = "facts"): HTMLElement {
  const rows = facts.flatMap(([label, ...value]) => [
    element("dt", {}, ...both(label)),
    element("dd", {}, ...value),
  ]);
  return element("dl", { class: kind }, ...rows);
}

/** A section under its own heading. */
export function section(title: Words, ...children: Child[]): HTMLElement {
  return element("section", { class: "part" }, element("h3", {}, ...both(title)), ...children);
}

/** The whole answer: `more` stands below what to do next, `ages` at the end. The heading can take the focus. */
export function answer(verdict: Verdict, ages: HTMLElement, more: readonly HTMLElement[]): HTMLElement {
  const { zh, en, nextZh, nextEn } = REASONS[verdict.reason];
  return verdictBox(
    verdict.outcome,
    pair({ zh, en }),
    verdict.outcome === "accepted" ? null : next({ zh: nextZh, en: nextEn }),
    ...more,
    ...content(verdict),
    ages,
  );
}

/** The box of an answer: its sign and word, then what is given. */
export function verdictBox(outcome: Outcome, ...children: Child[]): HTMLElement {
  const sign = element("span", { class: "sign", "aria-hidden": "true" }, phrases.OUTCOME_SIGNS[outcome]);
  const word = element("span", {}, ...both(phrases.OUTCOMES[outcome]));
  const heading = element("h2", { id: "verdict", tabindex: "-1" }, sign, word);
  return element("section", { class: `verdict ${outcome}`, "aria-labelledby": "verdict" }, heading, ...children);
}

/** What to do next. */
export function next(words: Words): HTMLElement {
  return element("div", { class: "next" }, element("h3", {}, ...both(phrases.NEXT)), pair(words));
}

function content(verdict: Verdict): Child[] {
  switch (verdict.outcome) {
    case "accepted":
      return [
        section(phrases.FACTS, element("div", { class: "compared" }, facts(verdict.certificate, verdict.issuer), compare())),
        section(phrases.RECOGNITION, ...recognition(verdict), element("p", { id: "elsewhere" })),
        element("div", { id: "benefits" }),
      ];
    case "rejected":
      if (verdict.former === null) return issuerAlone(verdict.issuer);
      return [section(phrases.FORMER, element("div", { class: "former" }, facts(verdict.former, verdict.issuer)))];
    case "undecided":
      return issuerAlone(verdict.issuer);
  }
}

/** What the eye has to do: no signature does it. */
function compare(): HTMLElement {
  return element("aside", { class: "compare" }, ...[phrases.COMPARE, phrases.PHOTO].map(pair));
}

function issuerAlone(issuer: NamedIssuer | null): Child[] {
  return issuer === null ? [] : [factList([issuerFact(issuer)])];
}

function facts(certificate: Certificate, issuer: NamedIssuer | null): HTMLElement {
  const { person, extra } = certificate;
  const shown: Fact[] = [
    [LABELS.name, element("strong", { class: "name" }, shownText(person.name))],
    [LABELS.document, ...both(DOCUMENTS[person.documentType]), " ", ...lastFour(person.documentLast4)],
    [LABELS.number, element("span", { class: "number" }, shownText(certificate.number))],
    [LABELS.kind, ...both(KINDS[certificate.subject.kind])],
    ...occupation(certificate),
    ...subject(certificate.subject),
    ...optional(LABELS.subLevel, extra.subLevel),
    ...optional(LABELS.localPost, extra.localPost),
    [LABELS.issuedOn, date(isoDate(certificate.issuedOn))],
    [LABELS.basis, ...both(BASES[certificate.basis])],
  ];
  return factList(issuer === null ? shown : [...shown, issuerFact(issuer)]);
}

function lastFour(characters: string): Child[] {
  return [element("span", { class: "nowrap" }, `${LABELS.last4.zh} `, english(LABELS.last4.en), " ", shownText(characters))];
}

function occupation(certificate: Certificate): Fact[] {
  const job = occupationOf(certificate);
  if (job === null) return [];
  const edition = job.edition === 0 ? both(phrases.LOCAL_LIST) : [`${job.edition}`];
  const code = element("span", { class: "sub" }, shownText(job.code), " (", ...edition, ")");
  const rows: Fact[] = [[LABELS.occupation, shownText(job.title), " ", code]];
  return job.specialisation === null ? rows : [...rows, [LABELS.specialisation, shownText(job.specialisation)]];
}

function subject(found: Subject): Fact[] {
  switch (found.kind) {
    case Kind.LEVEL:
      return [[LABELS.level, ...level(found.level)]];
    case Kind.POST:
      return [
        [LABELS.post, ...both(POSTS[found.post])],
        [LABELS.until, date(lastDay(found.ends))],
      ];
    case Kind.HONOUR:
      return [[LABELS.honour, shownText(found.honour)]];
    case Kind.SPECIAL_ABILITY:
      return [];
  }
}

function level(digit: number): Child[] {
  const words = LEVELS[digit];
  return words === undefined ? [String(digit)] : both(words);
}

/** The last day of a term that ends at the instant `ends`. */
export function lastDay(ends: Seconds): string {
  return isoDate(Math.min(Math.max(dayOf(ends - 1), 0), MAX_DAY));
}

function optional(label: Words, text: string | null): Fact[] {
  return text === null ? [] : [[label, shownText(text)]];
}

function issuerFact({ name, id, kind }: NamedIssuer): Fact {
  const about = element("span", { class: "sub" }, isolated(id), " · ", ...both(ISSUERS[kind]));
  return [LABELS.issuer, shownText(name), " ", about];
}

function recognition({ recognition: found, recognisedAs }: Accepted): Child[] {
  const { zh, en, nextZh, nextEn } = RECOGNITIONS[found];
  const mark = found === "HOME" || found === "RECOGNISED" ? "good" : "late";
  const line = element("p", { class: `mark ${mark}` }, ...both({ zh, en }));
  const as = recognisedAs === null || found === "HOME" ? [] : [recognisedFacts(recognisedAs)];
  return [line, ...as, pair({ zh: nextZh, en: nextEn })];
}

function recognisedFacts({ occupation: job, level: digit, effect, document, rule, date: on }: RecognisedAs): HTMLElement {
  const as: Child[] = [
    ...(job === null ? [] : [shownText(job.code), " "]),
    ...(digit === null ? [] : [...level(digit), " "]),
    ...both(EFFECTS[effect]),
  ];
  const source = element("span", { class: "sub" }, `(${rule}`, ...(on === null ? [] : [", ", isoDate(on)]), ")");
  return factList([
    [LABELS.as, ...as],
    [LABELS.because, ...(document === null ? [] : [shownText(document), " "]), source],
  ]);
}

/** A signed text, its direction kept to itself and nothing in it invisible. */
export function shownText(text: string): HTMLElement {
  return isolated(escaped(text));
}

function date(day: string): HTMLElement {
  return element("time", { datetime: day }, day);
}
