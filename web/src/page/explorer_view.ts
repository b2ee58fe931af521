/** What a certificate would count as, in words: an answer for each group of issuers, and what it rests on. */

import { isoDate, IssuerKind } from "../model.ts";
import type { Region, Seconds } from "../model.ts";
import type { Outcome, Recognition } from "../reason.ts";
import type { Match, RecognisedAs } from "../recognition.ts";
import type { Answer, Supposition } from "../supposition.ts";
import { escaped } from "../text.ts";
import { AGREEMENTS, EFFECTS, ISSUERS, LEVELS, REGIONS, SUPPOSED } from "../wording.ts";
import type { Words } from "../wording.ts";
import { age, local } from "./age.ts";
import { element, english, isolated } from "./dom.ts";
import type { Child } from "./dom.ts";
import { both, factList } from "./view.ts";
import type { Fact } from "./view.ts";

const SIGNS: Readonly<Record<Outcome, string>> = { accepted: "✓", rejected: "✕", undecided: "?" };
const LABELS = {
  as: { zh: "算作", en: "Counts as" },
  effect: { zh: "效力", en: "With what effect" },
  basis: { zh: "依据", en: "By which document" },
  dates: { zh: "适用的证书日期", en: "Certificates dated" },
  agreement: { zh: "协议", en: "Agreement" },
  since: { zh: "协议状态", en: "It is" },
  asOf: { zh: "资料签发", en: "Data issued" },
} as const;
const ANY_DATE: Words = { zh: "不限", en: "any date" };
const NO_END: Words = { zh: "长期", en: "no end" };
const ANYONE: Words = { zh: "任何机构", en: "Any issuer" };
const BUT: Words = { zh: "（下面点名的除外）", en: "(but those named below)" };

/** A region's name and number. */
export function regionName(region: Region): Words {
  const { zh, en } = REGIONS[region] ?? { zh: "", en: "" };
  return { zh: `${zh} ${region}`.trim(), en };
}

/** One direction: a heading, its answers, the agreement, and how old the data is. `id` names the heading. */
export function direction(id: string, title: readonly Child[], found: Supposition, now: Seconds): HTMLElement {
  const heading = element("h2", { id, tabindex: "-1" }, ...title);
  const [first, ...others] = found.answers;
  const isAlone = first !== undefined && others.length === 0;
  const boxes = found.answers.map((answer) => answerBox(answer, isAlone, others.some(({ issuer }) => issuer !== null)));
  return element("section", { class: "part", "aria-labelledby": id }, heading, ...boxes, ...grounds(found, now));
}

/** The outcome as a verdict would have it: whether it counts, or that this is not known. */
export function outcomeOf(recognition: Recognition): Outcome {
  if (recognition === "RECOGNITION_UNKNOWN") return "undecided";
  return recognition === "RECOGNISED" || recognition === "HOME" ? "accepted" : "rejected";
}

function answerBox({ issuer, kinds, ruling }: Answer, isAlone: boolean, areOthersNamed: boolean): HTMLElement {
  const outcome = outcomeOf(ruling.recognition);
  const sign = element("span", { class: "sign", "aria-hidden": "true" }, SIGNS[outcome]);
  const heading = element("h3", {}, sign, element("span", {}, ...both(SUPPOSED[ruling.recognition])));
  const { recognisedAs, rule, recognition } = ruling;
  const facts: Fact[] = [
    ...(recognisedAs !== null && recognition === "RECOGNISED" ? counted(recognisedAs) : []),
    ...(rule === null ? [] : [[LABELS.dates, ...span(rule)] as const]),
  ];
  const whose = isAlone ? null : element("p", { class: "eyebrow" }, ...issuers(issuer, kinds, areOthersNamed));
  const list = facts.length === 0 ? null : factList(facts);
  return element("div", { class: `verdict counts ${outcome}` }, whose, heading, list);
}

function issuers(issuer: string | null, kinds: readonly IssuerKind[], areOthersNamed: boolean): Child[] {
  const isEvery = kinds.length === Object.keys(IssuerKind).length;
  const which = isEvery ? [ANYONE] : kinds.map((kind) => ISSUERS[kind]);
  const words = which.flatMap((each, place) => [place === 0 ? null : "；", ...both(each)]);
  if (issuer !== null) return isEvery ? [element("code", {}, issuer)] : [element("code", {}, issuer), " ", ...words];
  return areOthersNamed ? [...words, " ", ...both(BUT)] : words;
}

function counted({ occupation, level, effect, document, rule, date }: RecognisedAs): Fact[] {
  const levelWords = level === null ? undefined : LEVELS[level];
  const code = occupation === null ? [] : [element("strong", { class: "number" }, text(occupation.code)), " "];
  const as = [...code, ...(levelWords === undefined ? [] : both(levelWords))];
  const named = date === null ? rule : `${rule}, ${isoDate(date)}`;
  const basis: Fact = [LABELS.basis, text(document ?? ""), " ", element("span", { class: "sub" }, `(${named})`)];
  return [...(as.length === 0 ? [] : [[LABELS.as, ...as] as const]), [LABELS.effect, ...both(EFFECTS[effect])], basis];
}

function span({ first, last }: Match): Child[] {
  if (first === 0 && last === null) return both(ANY_DATE);
  return [moment(isoDate(first)), " – ", ...(last === null ? both(NO_END) : [moment(isoDate(last))])];
}

function grounds({ agreement, state, issued }: Supposition, now: Seconds): HTMLElement[] {
  const facts: Fact[] = [];
  if (agreement !== null && state !== null) {
    const { zh, en } = AGREEMENTS[state[1]];
    const day = isoDate(state[0]);
    const dated = element("span", { class: "sub" }, `(${isoDate(agreement.documentDay)})`);
    facts.push([LABELS.agreement, text(agreement.document), " ", dated]);
    facts.push([LABELS.since, ...both({ zh: `自 ${day} 起${zh}`, en: `${en} from ${day}` })]);
  }
  if (issued !== null) {
    const ago = age(issued, now);
    facts.push([LABELS.asOf, `${ago.zh} `, english(ago.en), " ", element("span", { class: "sub" }, moment(local(issued)))]);
  }
  return facts.length === 0 ? [] : [factList(facts)];
}

function moment(value: string): HTMLElement {
  return element("time", {}, value);
}

function text(value: string): HTMLElement {
  return isolated(escaped(value));
}
