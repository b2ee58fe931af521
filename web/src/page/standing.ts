/** How old the data is, what became of the last update, and the details for experts. */

import type { Seconds } from "../model.ts";
import { ObjectError } from "../errors.ts";
import type { Verdict } from "../verify.ts";
import { REGISTRATION } from "../wording.ts";
import type { Words } from "../wording.ts";
import { age, local } from "./age.ts";
import { element, english } from "./dom.ts";
import type { Child } from "./dom.ts";
import type { Keeper, News, Refusal } from "./keeper.ts";
import * as phrases from "./phrases.ts";
import { LABELS } from "./phrases.ts";
import { both, factList, pair, section } from "./view.ts";
import type { Fact } from "./view.ts";

/** What is known beside the verdict. `news` is null while the registry is asked, `isKept` until the page is kept. */
export interface Standing {
  readonly keeper: Keeper;
  readonly verdict: Verdict | null;
  readonly news: News | null;
  readonly isKept: boolean | null;
  readonly now: Seconds;
  /** What is said of updates that were refused. */
  readonly refused: readonly HTMLElement[];
  /** More for experts, below the rest. */
  readonly more: readonly HTMLElement[];
}

/** The section about the data. */
export function standing({ keeper, verdict, news, isKept, now, refused, more }: Standing): HTMLElement {
  return element(
    "section",
    { class: "part", "aria-labelledby": "held" },
    element("h2", { id: "held" }, ...both(phrases.DATA)),
    factList([...(verdict === null ? lists(keeper, verdict, now) : []), [LABELS.checked, ...newsLine(news, keeper)]]),
    ...refused,
    pair(readiness(keeper.isDurable, isKept, news)),
    experts(keeper, verdict, now, more),
  );
}

function readiness(isDurable: boolean, isKept: boolean | null, news: News | null): Words {
  if (isDurable && isKept === true) return phrases.OFFLINE_READY;
  const isKnown = isKept === false || (news !== null && !isDurable);
  return isKnown ? phrases.ONLINE_ONLY : phrases.STAYS_HERE;
}

/** How old the lists are that the verdict relied on. */
export function ages(keeper: Keeper, verdict: Verdict, now: Seconds): HTMLElement {
  const { registration } = verdict.asOf;
  const rows = lists(keeper, verdict, now);
  if (registration !== null) rows.push([LABELS.register, ...both(REGISTRATION[registration])]);
  rows.push([LABELS.verified, local(now), " ", element("span", { class: "sub" }, window.location.host)]);
  return section(phrases.AS_OF, factList(rows, "facts ages"));
}

/** The ages of the lists: those that the verdict relied on, else those of the home region. */
function lists(keeper: Keeper, verdict: Verdict | null, now: Seconds): Fact[] {
  const home = keeper.trust?.regions.get(keeper.home.region);
  const own = home === undefined || home instanceof ObjectError ? null : home;
  const statusTimes = [...(own?.statusLists.values() ?? [])].map(({ issued }) => issued);
  const trustTime = verdict?.asOf.trustList ?? own?.trustList.head.issued ?? null;
  const statusTime = verdict?.asOf.statusList ?? (statusTimes.length > 0 ? Math.min(...statusTimes) : null);
  return [...aged(LABELS.trustList, trustTime, now), ...aged(LABELS.statusList, statusTime, now)];
}

function aged(label: Words, instant: Seconds | null, now: Seconds): Fact[] {
  if (instant === null) return [];
  const { zh, en } = age(instant, now);
  const moment = element("span", { class: "sub" }, local(instant));
  return [[label, `${zh} `, english(en), " ", moment]];
}

function newsLine(news: News | null, { checked }: Keeper): Child[] {
  if (news === null) return both(phrases.UPDATING);
  const words = trouble(news);
  if (words !== null) return [element("span", { class: "mark late" }, ...both(words))];
  return checked === null ? [] : [element("span", { class: "mark good" }, ...both(phrases.UPDATED))];
}

/** What kept the update from coming; null if it came. */
function trouble(news: News): Words | null {
  if (!("failure" in news)) return news.refusals.length > 0 ? phrases.REFUSED : null;
  if (news.failure === "unreachable") return phrases.UNREACHABLE;
  return news.failure === "too-large" ? phrases.TOO_LARGE : phrases.answered(news.failure);
}

/** The updates that were refused. */
export function refusalsIn(news: News | null): readonly Refusal[] {
  return news !== null && "refusals" in news ? news.refusals : [];
}

/** Which update was refused, for who has no words for it. */
export function refusalCode({ region, reason, detail }: Refusal): HTMLElement {
  return element("p", { class: "small" }, element("code", {}, `${region ?? ""} ${reason}`.trim()), ` ${detail}`);
}

function experts(
  { home: { region, pin } }: Keeper,
  verdict: Verdict | null,
  now: Seconds,
  more: readonly HTMLElement[],
): HTMLElement {
  const code = (text: string): HTMLElement => element("code", {}, text);
  const rows: Fact[] = [
    [LABELS.region, code(region)],
    [LABELS.pin, element("code", { class: "fours" }, pin.replace(/.{4}(?=.)/g, "$& "))],
    [LABELS.now, local(now)],
  ];
  if (verdict !== null) rows.push([LABELS.reason, code(verdict.reason)]);
  if (verdict !== null && verdict.outcome !== "accepted" && verdict.detail) rows.push([LABELS.detail, code(verdict.detail)]);
  return element("details", {}, element("summary", {}, ...both(phrases.FOR_EXPERTS)), factList(rows), ...more);
}
