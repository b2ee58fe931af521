/** The page behind a QR's address: it verifies what stands behind its own `#`, at once and in this browser. */

import * as cose from "../cose.ts";
import type { Seconds } from "../model.ts";
import * as qrText from "../qr_text.ts";
import { verify } from "../verify.ts";
import type { Verdict } from "../verify.ts";
import { needOf } from "../wanted.ts";
import type { Need } from "../wanted.ts";
import { BASES, DOCUMENTS, EFFECTS, KINDS, LEVELS, POSTS, REASONS, RECOGNITIONS, REGISTRATION } from "../wording.ts";
import type * as DeskScript from "./desk.ts";
import { element, found } from "./dom.ts";
import { Keeper } from "./keeper.ts";
import type { News } from "./keeper.ts";
import type { Desk, Occupant, Spoken } from "./lent.ts";
import { install, isReloaded, lookForNewVersion, onNewVersion } from "./offline.ts";
import * as phrases from "./phrases.ts";
import { benefitsOf } from "./benefits_script.ts";
import { ages, refusalCode, refusalsIn, standing } from "./standing.ts";
import { answer, both, next, pair, verdictBox } from "./view.ts";

performance.mark("yinxin-start");

const page = found("verifier");
const box = found("answer");
const spoken = found("spoken");
const data = found("data");
const field = found("text") as HTMLTextAreaElement;
const { region = "", pin = "", bundle = "", worker = "", benefits = "", desk: deskScript = "" } = page.dataset;
const keeper = new Keeper({ region, pin, bundle });
const lexicon: Spoken = { BASES, DOCUMENTS, EFFECTS, KINDS, LEVELS, POSTS, REASONS, RECOGNITIONS, REGISTRATION };

/** The text that is asked about, if any. */
let given: string | null = null;
/** What is known of it; null without data, or if nothing is asked. */
let verdict: Verdict | null = null;
/** What stands in the answer's place, if no answer does. */
let occupant: Occupant | null = null;
/** What the certificates that are asked about take of the registry. */
let wanted: readonly Need[] = [];
/** What the registry answered; null while it is being asked. */
let news: News | null = null;
/** Whether the page itself is kept for later; null until that is known. */
let isKept: boolean | null = null;
/** The question to the registry that is under way. */
let asking: Promise<void> | null = null;
/** Everything but one text: files, the camera, many answers. */
let desk: Desk | null = null;
/** It is loaded when the first answer is there. */
let opening: Promise<void> | null = null;

/** The text of the page's own address. Its host proves nothing, and the rest before the `#` is not the QR's. */
function fragment(): string | null {
  const { hash, host } = window.location;
  return hash === "" ? null : `https://${host}/v${hash}`;
}

function now(): Seconds {
  return Math.floor(Date.now() / 1000);
}

function showAnswer(): void {
  desk?.asked(given !== null || occupant !== null);
  if (occupant !== null) return occupant.moved();
  verdict = given === null || keeper.trust === null ? null : judge(given);
  const hadFocus = box.contains(document.activeElement);
  box.replaceChildren(...answers());
  if (hadFocus) focusAnswer();
  say(verdict);
}

/** The verdict by what is held. */
function judge(text: string): Verdict {
  return verify(text, keeper.trust ?? { home: region, regions: new Map() }, now());
}

function say(said: Verdict | null): void {
  const words = said === null ? [] : [phrases.OUTCOMES[said.outcome], REASONS[said.reason]];
  spoken.textContent = words.map(({ zh, en }) => `${zh} ${en}`).join(" ");
}

function answers(): HTMLElement[] {
  if (given === null) return [pair(phrases.WELCOME)];
  return [answerTo(given, verdict)];
}

function answerTo(text: string, said: Verdict | null): HTMLElement {
  if (said === null || keeper.trust === null || keeper.lacks(needOf(text))) {
    return news === null ? pair(phrases.FETCHING) : nothingHeld();
  }
  const more = said.outcome === "undecided" ? [pair(phrases.NEWER_DATA), tryAgain()] : [];
  const made = answer(said, ages(keeper, said, now()), more);
  void showBenefits(said, made);
  desk?.elsewhere(said, made);
  return made;
}

/** Fills the answer's place for benefits once the script that words them is here; the verdict does not wait for it. */
async function showBenefits(said: Verdict, made: HTMLElement): Promise<void> {
  if (keeper.trust === null) return;
  made.querySelector("#benefits")?.replaceChildren(...(await benefitsOf(said, keeper.trust, benefits)));
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
  const more = desk?.details(given) ?? [];
  const refused = refusalsIn(news).map((each) => desk?.refused(each) ?? refusalCode(each));
  if (keeper.evidence !== null && desk !== null) refused.push(desk.evidence(keeper.evidence));
  data.replaceChildren(standing({ keeper, verdict, news, isKept, now: now(), refused, more }));
  data.querySelector("details")?.toggleAttribute("open", isOpen);
}

/** Asks the registry for news and for what `needs` take, one question at a time. */
function refresh(needs: readonly Need[] = wanted): Promise<void> {
  wanted = needs;
  asking ??= askForNews().finally(() => {
    asking = null;
  });
  return asking;
}

/** The answer on the screen changes only if what it relies on did. */
async function askForNews(): Promise<void> {
  const [before, needs] = [keeper.trust, wanted];
  news = null;
  showData();
  news = await keeper.refresh(now, needs);
  if (keeper.trust === null || keeper.trust !== before || needs.some((need) => keeper.lacks(need))) showAnswer();
  if (refusalsIn(news).length === 0) showData();
  else void openDesk().then(showData);
  if (wanted !== needs) await askForNews();
}

function ask(text: string | null): void {
  const need = text === null ? null : needOf(text);
  leave();
  given = text;
  showAnswer();
  focusAnswer();
  showData();
  void refresh(need === null ? [] : [need]);
  void lookForNewVersion();
}

/** Makes room in the answer's place. */
function leave(): void {
  occupant?.left();
  occupant = null;
}

function occupy(next: Occupant): void {
  leave();
  [given, verdict, occupant] = [null, null, next];
  box.replaceChildren(next.element);
  desk?.asked(true);
  showData();
}

/** Opens the desk once. Without it the page takes texts. */
function openDesk(): Promise<void> {
  opening ??= loadDesk();
  return opening;
}

async function loadDesk(): Promise<void> {
  try {
    const { open } = (await import(deskScript)) as typeof DeskScript;
    const envelopeOf = (text: string) => cose.decodeSign1(qrText.decode(text), null);
    const speak = (words: string) => void (spoken.textContent = words);
    const verifying = { verify: judge, needOf, envelopeOf, answer: answerTo };
    desk = open({ keeper, lexicon, now, ...verifying, ask, occupy, refresh, say: speak }, found("ways"));
    desk.asked(given !== null);
    if (verdict !== null) desk.elsewhere(verdict, box);
    showData();
  } catch {
    opening = null;
  }
}

function focusAnswer(): void {
  document.getElementById("verdict")?.focus();
}

async function start(): Promise<void> {
  await keeper.recall();
  given = fragment();
  const need = given === null ? null : needOf(given);
  wanted = need === null ? [] : [need];
  found("starting").remove();
  page.hidden = false;
  showAnswer();
  performance.measure("yinxin-verdict", "yinxin-start");
  window.addEventListener("hashchange", () => ask(fragment()));
  window.addEventListener("online", () => void refresh());
  onNewVersion(() => field.value === "" && !isReloaded() && window.location.reload());
  found("paste").addEventListener("submit", (event) => {
    event.preventDefault();
    if (desk?.takes(field.value) !== true) ask(field.value);
  });
  if (given === null) void openDesk();
  await refresh();
  void openDesk();
  isKept = await install(worker);
  showData();
}

void start();
