/**
 * Everything but one text: files, the camera, many answers, and details for experts.
 *
 * A script of its own, which the page loads once the first answer is there. It shares no class with the page's.
 */

import styles from "./desk.css";
import { openCamera } from "./camera.ts";
import * as phrases from "./desk_phrases.ts";
import { details } from "./details.ts";
import { element } from "./dom.ts";
import { TooMany } from "./dropped.ts";
import type { Desk, Lent } from "./lent.ts";
import type { Refusal } from "./keeper.ts";
import { fieldsFrom, fragmentOf } from "./question.ts";
import type * as Reading from "./reading.ts";
import { reading } from "./reading_script.ts";
import { evidenceLink, refusalBox } from "./refusals.ts";
import { Turn } from "./turn.ts";
import type { Verdict } from "../verify.ts";
import type { Words } from "../wording.ts";
import { both, pair } from "./view.ts";
import { viewfinder } from "./viewfinder.ts";
import { offer, retitle } from "./ways.ts";

/** The address of the script that reads; the build puts it here. */
declare const READING: string;

const QR_START = /https:\/\/[^\s#]{1,300}\/v#/g;
const PASTED = "粘贴的文字 pasted.txt";

/** Opens the desk: the ways stand in `place`. */
export function open(lent: Lent, place: HTMLElement): Desk {
  adopt(styles);
  return new Counter(lent, place);
}

/** An older browser shows all of it without the styles. */
function adopt(text: string): void {
  if (!("adoptedStyleSheets" in document)) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

/** Takes what is given, one turn at a time. */
class Counter implements Desk {
  private readonly lent: Lent;
  private readonly place: HTMLElement;
  private isBusy = false;

  constructor(lent: Lent, place: HTMLElement) {
    this.lent = lent;
    this.place = place;
    offer(place, {
      files: (files) => void this.inTurn(() => this.take(files)),
      texts: (text) => this.takes(text),
      text: (text) => lent.ask(text),
      camera: () => void this.inTurn(() => this.scan()),
    });
  }

  asked(isAsked: boolean): void {
    retitle(this.place, isAsked);
  }

  details(text: string | null): HTMLElement[] {
    return details(this.lent, text);
  }

  elsewhere(verdict: Verdict, answer: HTMLElement): void {
    if (verdict.outcome !== "accepted") return;
    const href = `/v/recognition${fragmentOf(fieldsFrom(verdict.certificate))}`;
    answer.querySelector("#elsewhere")?.replaceChildren(element("a", { href }, ...both(phrases.ELSEWHERE)));
  }

  refused(refusal: Refusal): HTMLElement {
    return refusalBox(refusal);
  }

  evidence(bundle: Uint8Array): HTMLElement {
    return evidenceLink(bundle);
  }

  takes(text: string): boolean {
    if ((text.match(QR_START) ?? []).length < 2) return false;
    const files = [{ name: PASTED, data: new Blob([text], { type: "text/plain" }) }];
    void this.inTurn(() => this.take(Promise.resolve(files)));
    return true;
  }

  /** Does `work` unless something else is being done; meanwhile nothing else is offered. */
  private async inTurn(work: () => Promise<void>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = this.place.hidden = true;
    try {
      await work();
    } finally {
      this.isBusy = this.place.hidden = false;
    }
  }

  private async take(given: Promise<Reading.Named[]>): Promise<void> {
    const files = await given.catch((error: unknown) => {
      if (error instanceof TooMany) return null;
      throw error;
    });
    if (files === null) return this.tell(phrases.TOO_MANY);
    const script = files.length === 0 ? null : await this.reader();
    if (script === null) return;
    try {
      await new Turn(files, this.lent, script, () => this.another()).go();
    } catch (error) {
      if (!(error instanceof script.ReaderMissing)) throw error;
      this.tell(phrases.NO_READER);
    }
  }

  private async scan(): Promise<void> {
    const script = await this.reader();
    if (script === null) return;
    const stream = await openCamera();
    if (!(stream instanceof MediaStream)) return this.tell(stream);
    const { occupant, done } = viewfinder(stream, script);
    this.lent.occupy(occupant);
    try {
      const text = await done;
      if (text !== null) this.lent.ask(text);
    } catch (error) {
      if (!(error instanceof script.ReaderMissing)) throw error;
      this.tell(phrases.NO_READER);
    }
  }

  /** The script that reads; null if this browser cannot, or if it cannot be had now, which is said. */
  private async reader(): Promise<typeof Reading | null> {
    const script = await reading(READING).catch(() => null);
    if (script?.canRead() === true) return script;
    this.tell(script === null ? phrases.NO_READER : phrases.CANNOT_READ);
    return null;
  }

  /** Says why there is no answer. */
  private tell(words: Words): void {
    const box = element("section", { class: "refusal", tabindex: "-1" }, pair(words));
    this.lent.occupy({ element: box, moved: () => undefined, left: () => undefined });
    this.lent.say(`${words.zh} ${words.en}`);
    box.focus();
  }

  private another(): void {
    this.place.scrollIntoView();
    this.place.querySelector<HTMLElement>("h2")?.focus();
  }
}
