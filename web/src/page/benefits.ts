/**
 * What a certificate entitles to as a person sees it: each clause with its document and words, or why nothing is said.
 *
 * A script of its own, which only the pages of a region with a policy fetch (benefits_script.ts). It shares no class with theirs.
 */

import type { Amount, Entitled, Place } from "../benefits.ts";
import { ask } from "../entitlement.ts";
import { isoDate, Period } from "../model.ts";
import type { Entitlement } from "../reason.ts";
import type { Trust } from "../trust.ts";
import type { Verdict } from "../verify.ts";
import { BENEFITS, ENTITLEMENTS, PERIODS } from "../wording.ts";
import type { Words } from "../wording.ts";
import { element } from "./dom.ts";
import { both, factList, pair, section, shownText } from "./view.ts";

const TITLE: Words = { zh: "在本地区的待遇", en: "Benefits in this region" };
const LABELS = {
  benefit: { zh: "待遇", en: "Benefit" },
  clause: { zh: "条款", en: "Clause" },
  where: { zh: "适用地区", en: "Where" },
  listed: { zh: "紧缺目录", en: "Shortage list" },
} as const satisfies Readonly<Record<string, Words>>;

/** Nothing is asked of the region's policy, or no clause is about the certificate: the page says nothing of benefits then. */
const SILENT: ReadonlySet<Entitlement> = new Set<Entitlement>(["NOT_ACCEPTED", "NO_HOME", "NO_POLICY", "NO_CLAUSE"]);

/** The section about benefits, if there is something to say. */
export function benefits(verdict: Verdict, trust: Trust): HTMLElement[] {
  const { answer, clauses } = ask(verdict, trust, null);
  if (SILENT.has(answer)) return [];
  const { zh, en, nextZh, nextEn } = ENTITLEMENTS[answer];
  const line = element("p", { class: `mark ${answer === "ENTITLED" ? "good" : "late"}` }, ...both({ zh, en }));
  return [section(TITLE, line, ...clauses.map(facts), pair({ zh: nextZh, en: nextEn }))];
}

function facts({ clause, listed }: Entitled): HTMLElement {
  const { benefit, amount, words, document, documentDay, number, divisions } = clause;
  const gives = [...both(BENEFITS[benefit]), " ", ...(amount === null ? [] : both(money(amount)))];
  const source = element("span", { class: "sub" }, shownText(document), ` (${isoDate(documentDay)})`);
  return factList([
    [LABELS.benefit, element("strong", {}, ...gives)],
    [LABELS.clause, shownText(number), " ", shownText(words), " ", source],
    [LABELS.where, ...divisions.flatMap((each) => [place(each), " "])],
    ...(listed === null ? [] : [[LABELS.listed, shownText(listed.title), " ", place(listed.division)] as const]),
  ]);
}

function place({ code, name }: Place): HTMLElement {
  return element("span", { class: "nowrap" }, shownText(name), ` ${code}`);
}

/** An amount in words: 每月 1,500 元，最多 36 次 / CNY 1,500 a month, at most 36 times. */
export function money({ fen, period, times }: Amount): Words {
  const yuan = (fen / 100).toLocaleString("en", { minimumFractionDigits: fen % 100 === 0 ? 0 : 2 });
  const { zh, en } = PERIODS[period];
  const isEndless = times === null || period === Period.ONCE;
  return {
    zh: `${zh} ${yuan} 元${isEndless ? "" : `，最多 ${times} 次`}`,
    en: `CNY ${yuan} ${en}${isEndless ? "" : `, at most ${times} times`}`,
  };
}
