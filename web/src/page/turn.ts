/** One turn at the desk as a person sees it: reading, then the one answer or the list of many. */

import type { Words } from "../wording.ts";
import { detailOf, wordsOf } from "./cells.ts";
import * as phrases from "./desk_phrases.ts";
import { details } from "./details.ts";
import { element } from "./dom.ts";
import type { Lent, Lexicon, Occupant } from "./lent.ts";
import { button, List } from "./list.ts";
import { FOR_EXPERTS } from "./phrases.ts";
import type { Row } from "./pile.ts";
import type * as Reading from "./reading.ts";
import { Run } from "./run.ts";
import { save } from "./saving.ts";
import { both, next, pair, shownText, verdictBox } from "./view.ts";

/** Milliseconds between two drawings of a list that grows. */
const REDRAW = 150;

export class Turn implements Occupant {
  readonly element = element("div", {});
  private readonly lent: Lent;
  private readonly lexicon: Lexicon;
  private readonly script: typeof Reading;
  private readonly run: Run;
  private readonly list: List;
  private readonly onPrint = (): void => this.list.drawForPrint();
  private readonly onPrinted = (): void => this.list.drawForScreen();
  /** What the rows were judged by. */
  private trust: Lent["keeper"]["trust"];
  private isGone = false;
  private isListed = false;
  private redraw: ReturnType<typeof setTimeout> | null = null;

  constructor(files: readonly Reading.Named[], lent: Lent, script: typeof Reading, another: () => void) {
    this.lent = lent;
    this.script = script;
    this.trust = lent.keeper.trust;
    this.lexicon = { ...lent.lexicon, BEFORE_TEXT: script.BEFORE_TEXT };
    this.run = new Run(files, lent, () => this.drawSoon());
    const write = (kind: "csv" | "xlsx"): Promise<Words | null> => save(kind, this.run, this.lexicon);
    this.list = new List(this.run, { lexicon: this.lexicon, answer: (row) => this.answer(row), save: write, another });
  }

  /** Rejects with ReaderMissing if nothing can be read. */
  async go(): Promise<void> {
    this.lent.occupy(this);
    this.lent.say(spoken(phrases.READING));
    if (this.run.files.length > 1) this.showList();
    else this.element.replaceChildren(pair(phrases.READING), button(phrases.STOP, () => this.run.stop()));
    await this.run.readAll(this.script.read);
    const [first, ...others] = this.run.pile.rows;
    if (this.isGone || first === undefined) return;
    if (others.length === 0 && this.run.files.length === 1) return this.showOne(first);
    this.showList();
    await this.run.refresh();
    this.draw();
    const { rows, totals } = this.run.pile;
    if (!this.isGone) this.lent.say(spoken(phrases.finished(rows.length, totals)));
  }

  moved(): void {
    if (this.trust === this.lent.keeper.trust) return;
    this.trust = this.lent.keeper.trust;
    void this.run.judgeAgain();
  }

  left(): void {
    this.isGone = true;
    this.run.stop();
    window.removeEventListener("beforeprint", this.onPrint);
    window.removeEventListener("afterprint", this.onPrinted);
  }

  private showList(): void {
    if (this.isListed) return;
    this.isListed = true;
    this.element.replaceChildren(this.list.element);
    this.list.element.querySelector("h2")?.focus();
    window.addEventListener("beforeprint", this.onPrint);
    window.addEventListener("afterprint", this.onPrinted);
  }

  private showOne(row: Row): void {
    const { content } = row.given;
    if (typeof content === "string") return this.lent.ask(content);
    this.element.replaceChildren(this.answer(row));
    this.lent.say(spoken(wordsOf(row, this.lexicon)));
    this.element.querySelector("h2")?.focus();
  }

  private drawSoon(): void {
    this.redraw ??= setTimeout(() => this.draw(), REDRAW);
  }

  private draw(): void {
    if (this.redraw !== null) clearTimeout(this.redraw);
    this.redraw = null;
    if (this.run.pile.given > 1 && !this.isGone) this.showList();
    if (this.isListed) this.list.draw();
  }

  /** The full answer about a row. */
  private answer(row: Row): HTMLElement {
    const { given, verdict } = row;
    if (verdict === null || typeof given.content !== "string") return this.withoutText(row);
    const experts = element("details", {}, element("summary", {}, ...both(FOR_EXPERTS)));
    experts.append(...details(this.lent, given.content, verdict));
    return element("div", {}, this.lent.answer(given.content, verdict), experts);
  }

  private withoutText(row: Row): HTMLElement {
    const { zh, en, nextZh, nextEn } = wordsOf(row, this.lexicon);
    const detail = detailOf(row);
    return verdictBox(
      row.outcome,
      pair({ zh, en }),
      next({ zh: nextZh, en: nextEn }),
      element("p", { class: "small" }, element("code", {}, row.reason), " ", shownText(detail)),
      element("p", { class: "small" }, shownText(row.given.name)),
    );
  }
}

function spoken({ zh, en }: Words): string {
  return `${zh} ${en}`;
}
