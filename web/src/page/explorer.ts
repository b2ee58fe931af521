/** The page that says what a certificate would count as elsewhere, from the signed data that this browser holds. */

import { ObjectError } from "../errors.ts";
import type { Region, Seconds } from "../model.ts";
import { isoDate, dayOf } from "../model.ts";
import { suppose, turned } from "../supposition.ts";
import type { Question } from "../supposition.ts";
import type { Need } from "../wanted.ts";
import { REGIONS } from "../wording.ts";
import type { Words } from "../wording.ts";
import { element, found } from "./dom.ts";
import { direction, outcomeOf, regionName } from "./explorer_view.ts";
import { Keeper } from "./keeper.ts";
import type { News } from "./keeper.ts";
import { install, isReloaded, onNewVersion } from "./offline.ts";
import * as phrases from "./phrases.ts";
import { FIELDS, fieldsOf, fragmentOf, isAbout, questionOf } from "./question.ts";
import type { Field, Fields } from "./question.ts";
import { refusalBox } from "./refusals.ts";
import { refusalsIn, standing } from "./standing.ts";
import { both, pair } from "./view.ts";

const page = found("explorer");
const answer = found("answer");
const spoken = found("spoken");
const { region = "", pin = "", bundle = "", worker = "" } = page.dataset;
const keeper = new Keeper({ region, pin, bundle });
const OTHER_DIRECTION: Words = { zh: "反过来：", en: "The other way round:" };
const ASK: Words = { zh: "选好地区、职业和等级，答案就在这里。", en: "Choose regions, occupation and level: the answer appears here." };
const CHOOSE: Words = {
  zh: "已按证书填好。请选“用在哪个地区”，再点“看答案”。",
  en: "Filled in from the certificate. Choose where it is shown, then press Ask.",
};
const INCOMPLETE: Words = { zh: "这一项要填，或填得不对：", en: "This is needed, or cannot be so:" };
const ASK_THERE: Words = {
  zh: "要问某地区是否采认，最好在该地区登记机构的网页上问：本页只相信本地区和与本地区有协议的地区。",
  en: "Whether a region recognises something is best asked on its own registry's page: this one believes its own region, and those it has agreements with.",
};

let news: News | null = null;
let isKept: boolean | null = null;

function now(): Seconds {
  return Math.floor(Date.now() / 1000);
}

function input(name: Field): HTMLInputElement | HTMLSelectElement {
  return found(`ask-${name}`) as HTMLInputElement | HTMLSelectElement;
}

function filled(): Fields {
  return Object.fromEntries(FIELDS.map((name) => [name, input(name).value.trim()])) as Fields;
}

/** Shows what the address asks; without a question, what to do. */
function show(): void {
  const fields = fieldsOf(window.location.hash);
  const question = fields === null ? null : questionOf(fields, now());
  if (fields !== null) fill(fields);
  if (fields !== null && fields.to === "") chooseAnother(fields.from);
  if (question === null) answer.replaceChildren(pair(ASK));
  else if (question === "to" && fields?.to === "") answer.replaceChildren(pair(CHOOSE));
  else if (typeof question === "string") answer.replaceChildren(incomplete(question));
  else answer.replaceChildren(...answers(question));
  spoken.textContent = [...answer.querySelectorAll("h3")].map((each) => each.textContent).join(" ");
}

function incomplete(name: Field): HTMLElement {
  const label = document.querySelector(`label[for="ask-${name}"]`)?.textContent ?? name;
  return element("p", { class: "refusal" }, ...both(INCOMPLETE), ` ${label}`);
}

function answers(question: Question): HTMLElement[] {
  const { trust } = keeper;
  if (trust === null) return [pair(news === null ? phrases.FETCHING : phrases.NO_DATA)];
  const [there, back] = [suppose(question, trust, now()), suppose(turned(question), trust, now())];
  const { origin, home } = question;
  const isUnknown = there.answers.some(({ ruling }) => outcomeOf(ruling.recognition) === "undecided");
  const way = (from: Region, to: Region) => [...both(regionName(from)), " → ", ...both(regionName(to))];
  return [
    direction("verdict", way(origin, home), there, now()),
    ...(isUnknown ? [pair(ASK_THERE)] : []),
    direction("back", [...both(OTHER_DIRECTION), " ", ...way(home, origin)], back, now()),
  ];
}

/** Proposes the first region that is not this one. */
function chooseAnother(region: Region): void {
  const other = [...(input("to") as HTMLSelectElement).options].find(({ value }) => value !== region);
  if (other !== undefined) other.selected = true;
}

function fill(fields: Fields): void {
  for (const name of ["from", "to"] as const) offer(name, [fields[name]]);
  for (const name of FIELDS) if (fields[name] !== "") input(name).value = fields[name];
  showFields();
}

/** Shows of the fields those that the kind of certificate has. */
function showFields(): void {
  const { kind } = filled();
  for (const name of FIELDS) {
    const isAsked = isAbout(name, kind);
    input(name).closest(".field")?.toggleAttribute("hidden", !isAsked);
    input(name).disabled = !isAsked;
  }
}

/** The regions: first those held here, and those with which one of them has an agreement; then all others by name. */
function offerRegions(): void {
  const known = new Set([keeper.home.region]);
  for (const [each, part] of keeper.trust?.regions ?? []) {
    known.add(each);
    const agreements = part instanceof ObjectError ? [] : (part.recognition?.agreements ?? []);
    for (const { partner } of agreements) known.add(partner);
  }
  for (const name of ["from", "to"] as const) offer(name, [...[...known].sort(), ...Object.keys(REGIONS)]);
}

function offer(name: "from" | "to", regions: readonly Region[]): void {
  const select = input(name) as HTMLSelectElement;
  const offered = new Set([...select.options].map(({ value }) => value));
  for (const each of regions.filter((code) => /^\d\d$/.test(code) && !offered.has(code))) {
    const { zh, en } = regionName(each);
    select.append(element("option", { value: each }, `${zh} ${en}`.trim()));
  }
}

/** The occupations that some trust list held here names. */
function offerOccupations(): void {
  const codes = new Set<string>();
  for (const [, part] of keeper.trust?.regions ?? []) {
    if (part instanceof ObjectError) continue;
    for (const { edition, code } of part.trustList.occupations) if (edition !== 0) codes.add(code);
  }
  found("occupations").replaceChildren(...[...codes].sort().map((value) => element("option", { value })));
}

function showData(): void {
  const refused = refusalsIn(news).map(refusalBox);
  found("data").replaceChildren(standing({ keeper, verdict: null, news, isKept, now: now(), refused, more: [] }));
}

/** What the data offers to ask about, and the answer. */
function showAll(): void {
  offerRegions();
  offerOccupations();
  show();
}

/** What the question takes of regions beside the home: their lists, of no issuer in particular. */
function needs(): Need[] {
  const fields = fieldsOf(window.location.hash);
  const asked = fields === null ? [] : [fields.from, fields.to];
  const others = asked.filter((each) => each !== "" && each !== keeper.home.region);
  return others.map((region) => ({ region, issuer: "", uri: "", entry: 0 }));
}

/** The answer on the screen changes only if what it relies on did. */
async function refresh(): Promise<void> {
  const before = keeper.trust;
  news = null;
  showData();
  news = await keeper.refresh(now, needs());
  if (keeper.trust === null || keeper.trust !== before) showAll();
  showData();
}

function ask(): void {
  show();
  document.getElementById("verdict")?.focus();
  void refresh();
}

async function start(): Promise<void> {
  await keeper.recall();
  found("starting").remove();
  page.hidden = false;
  input("date").value = isoDate(dayOf(now()));
  showAll();
  showFields();
  input("kind").addEventListener("change", showFields);
  found("ask").addEventListener("submit", (event) => {
    event.preventDefault();
    const fragment = fragmentOf(filled());
    if (fragment === window.location.hash) ask();
    else window.location.hash = fragment;
  });
  window.addEventListener("hashchange", ask);
  window.addEventListener("online", () => void refresh());
  onNewVersion(() => !isReloaded() && window.location.reload());
  await refresh();
  isKept = await install(worker);
  showData();
}

void start();
