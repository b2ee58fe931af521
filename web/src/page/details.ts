/** What experts may want to know: what the code itself says, and what is held of each region, by which pin. */

import type { Head } from "../published.ts";
import { withPartner } from "../recognition.ts";
import type { RegionTrust } from "../trust.ts";
import type { Seconds } from "../model.ts";
import type { Verdict } from "../verify.ts";
import type { Words } from "../wording.ts";
import { age, local } from "./age.ts";
import * as phrases from "./desk_phrases.ts";
import { LABELS } from "./desk_phrases.ts";
import { element, english } from "./dom.ts";
import type { Lent } from "./lent.ts";
import * as pagePhrases from "./phrases.ts";
import { both, factList, section, shownText } from "./view.ts";
import type { Fact } from "./view.ts";

/** Status lists of one region that are shown one by one. */
const MOST_LISTS = 20;

/** Sections about the certificate in `text`, if there is one, and about what is held. */
export function details(lent: Lent, text: string | null, verdict: Verdict | null = null): HTMLElement[] {
  return [...ofCode(lent, text), ...ofVerdict(verdict), ofRegions(lent)];
}

/** What the code says, whether it is to be believed or not. */
function ofCode({ needOf, envelopeOf }: Lent, text: string | null): HTMLElement[] {
  const need = text === null ? null : needOf(text);
  if (text === null || need === null) return [];
  const kid = Array.from(envelopeOf(text).kid, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const rows: Fact[] = [
    [LABELS.issuer, code(need.issuer)],
    [LABELS.kid, code(inFours(kid))],
    [LABELS.list, code(need.uri)],
    [LABELS.index, code(`${need.entry}`)],
  ];
  return [section(phrases.FROM_CODE, factList(rows))];
}

/** The code of the reason, which the page shows elsewhere if only one is asked about. */
function ofVerdict(verdict: Verdict | null): HTMLElement[] {
  if (verdict === null) return [];
  const detail = verdict.outcome === "accepted" ? "" : verdict.detail;
  const rows: Fact[] = [[pagePhrases.LABELS.reason, code(verdict.reason)]];
  return [factList(detail === "" ? rows : [...rows, [pagePhrases.LABELS.detail, code(detail)]])];
}

/** Made when it is opened: to look at every region takes a while. */
function ofRegions(lent: Lent): HTMLElement {
  const made = element("details", {}, element("summary", {}, ...both(phrases.REGIONS)));
  made.addEventListener("toggle", () => {
    if (made.childElementCount === 1) made.append(...regions(lent));
  });
  return made;
}

function regions({ keeper, now }: Lent): HTMLElement[] {
  const { trust, home } = keeper;
  if (trust === null) return [];
  const own = trust.regions.get(home.region);
  const table = own === undefined || !("root" in own) ? null : own.recognition;
  return [...trust.regions].map(([region, found]) => {
    const isHome = region === home.region;
    const pin = isHome ? home.pin : (withPartner(table, region)?.pin ?? "—");
    const how = element("span", { class: "sub" }, ...both(isHome ? phrases.BUILT_IN : phrases.BY_AGREEMENT));
    const head: Fact = [pagePhrases.LABELS.pin, code(inFours(pin)), " ", how];
    const title = { zh: `地区 ${region}`, en: `Region ${region}` };
    const rows = "root" in found ? versions(found, now()) : [[pagePhrases.LABELS.reason, code(found.reason), " ", shownText(found.detail)] as Fact];
    return section(title, factList([head, ...rows]));
  });
}

function versions(found: RegionTrust, now: Seconds): Fact[] {
  const { root, checkpoint, trustList, recognition, benefits, statusLists } = found;
  const optional = (label: Words, object: { readonly head: Head } | null): Fact[] =>
    object === null ? [] : [version(label, object.head, now)];
  const lists = [...statusLists].slice(0, MOST_LISTS);
  return [
    version(LABELS.root, root.head, now),
    version(LABELS.checkpoint, checkpoint.head, now),
    version(LABELS.trustList, trustList.head, now),
    ...lists.map(([number, head]) => version({ zh: `${LABELS.list.zh} ${number}`, en: `${LABELS.list.en} ${number}` }, head, now)),
    ...optional(LABELS.recognition, recognition),
    ...optional(LABELS.benefits, benefits),
  ];
}

function version(label: Words, { epoch, seq, issued }: Omit<Head, "region">, now: Seconds): Fact {
  const { zh, en } = age(issued, now);
  return [label, code(`${epoch}.${seq}`), " ", local(issued), " ", element("span", { class: "sub" }, zh, " ", english(en))];
}

function code(text: string): HTMLElement {
  return element("code", { class: "fours" }, shownText(text));
}

function inFours(text: string): string {
  return text.replace(/.{4}(?=.)/g, "$& ");
}
