/** The page behind a QR's address: it verifies what stands behind its own `#`, at once and in this browser. */

import type { Seconds } from "../model.ts";
import { verify } from "../verify.ts";
import type { Verdict } from "../verify.ts";
import { needOf } from "../wanted.ts";
import { REASONS } from "../wording.ts";
import { element, found } from "./dom.ts";
import { Keeper } from "./keeper.ts";
import type { News } from "./keeper.ts";
import { install, lookForNewVersion, onNewVersion } from "./offline.ts";
import * as phrases from "./phrases.ts";
import { benefitsOf } from "./benefits_script.ts";
import { ages, standing } from "./standing.ts";
import { answer, both, next, pair, verdictBox } from "./view.ts";

performance.mark("yinxin-start");

const page = found("verifier");
const box = found("answer");
const spoken = found("spoken");
const data = found("data");
const field = found("text") as HTMLTextAreaElement;
const { region = "", pin = "", bundle = "", worker = "", benefits = "" } = page.dataset;
const keeper = new Keeper({ region, pin, bundle });

/** The text that is asked about, if any. */
let given: string | null = null;
/** What is known of it; null without data, or if nothing is asked. */
let verdict: Verdict | null = null;
/** What the registry answered; null while it is being asked. */
let news: News | null = null;
/** Whether the page itself is kept for later; null until that is known. */
let isKept: boolean | null = null;
/** The question to the registry that is under way. */
let asking: Promise<void> | null = null;

/** The text of the page's own address. Its host proves nothing, and the rest before the `#` is not the QR's. */
function fragment(): string | null {
  const { hash, host } = window.location;
  return hash === "" ? null : `https://${host}/v${hash}`;
}

function now(): Seconds {
  return Math.floor(Date.now() / 1000);
}

function showAnswer(): void {
  verdict = given === null || keeper.trust === null ? null : verify(given, keeper.trust, now());
  box.replaceChildren(...answers());
  const words = verdict === null ? [] : [phrases.OUTCOMES[verdict.outcome], REASONS[verdict.reason]];
  void showBenefits();
  spoken.textContent = words.map(({ zh, en }) => `${zh} ${en}`).join(" ");
}

function answers(): HTMLElement[] {
  if (given === null) return [pair(phrases.WELCOME), pair(phrases.STAYS_HERE)];
  if (verdict === null || keeper.lacks(needOf(given))) return [news === null ? pair(phrases.FETCHING) : nothingHeld()];
  const more = verdict.outcome === "undecided" ? [pair(phrases.NEWER_DATA), tryAgain()] : [];
  return [answer(verdict, ages(keeper, verdict, now()), more)];
}

/** Fills the answer's place for benefits once the script that words them is here; the verdict does not wait for it. */
async function showBenefits(): Promise<void> {
  const [asked, place] = [verdict, document.getElementById("benefits")];
  if (asked === null || keeper.trust === null) return;
  place?.replaceChildren(...(await benefitsOf(asked, keeper.trust, benefits)));
}

function nothingHeld(): HTMLElement {
  return verdictBox("undecided", pair(phrases.NO_DATA), next(phrases.NO_DATA_NEXT), tryAgain());
}

function tryAgain(): HTMLElement {
  const button = element("button", { type: "button" }, ...both(phrases.TRY_AGAIN));
  button.addEventListener("click", () => void refresh().then(() => focusAnswer()));
  return element("p", {}, button);
}

function showData(): void {
  const isOpen = data.querySelector("details")?.open ?? false;
  data.replaceChildren(standing({ keeper, verdict, news, isKept, now: now() }));
  data.querySelector("details")?.toggleAttribute("open", isOpen);
}

/** Asks the registry for news, one question at a time. */
function refresh(): Promise<void> {
  asking ??= askForNews().finally(() => {
    asking = null;
  });
  return asking;
}

/** The answer on the screen changes only if what it relies on did. */
async function askForNews(): Promise<void> {
  const [before, asked] = [keeper.trust, given];
  const need = given === null ? null : needOf(given);
  news = null;
  showData();
  news = await keeper.refresh(now, need);
  if (keeper.trust === null || keeper.trust !== before || keeper.lacks(need)) showAnswer();
  showData();
  if (given !== asked) await askForNews();
}

function ask(text: string | null): void {
  given = text;
  showAnswer();
  focusAnswer();
  void refresh();
  void lookForNewVersion();
}

function focusAnswer(): void {
  document.getElementById("verdict")?.focus();
}

/** Whether this page was loaded again already: two servers with two versions must not keep it loading for ever. */
function isReloaded(): boolean {
  const [opened] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return opened?.type === "reload";
}

async function start(): Promise<void> {
  await keeper.recall();
  given = fragment();
  found("starting").remove();
  page.hidden = false;
  showAnswer();
  performance.measure("yinxin-verdict", "yinxin-start");
  window.addEventListener("hashchange", () => ask(fragment()));
  window.addEventListener("online", () => void refresh());
  onNewVersion(() => field.value === "" && !isReloaded() && window.location.reload());
  found("paste").addEventListener("submit", (event) => {
    event.preventDefault();
    ask(field.value);
  });
  await refresh();
  isKept = await install(worker);
  showData();
}

void start();
