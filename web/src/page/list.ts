/** Many answers: how far the run is, totals to filter by, a page of rows that open to full answers, and ways to save. */

import type { Outcome } from "../reason.ts";
import type { Words } from "../wording.ts";
import { certificateOf, wordsOf } from "./cells.ts";
import * as phrases from "./desk_phrases.ts";
import { element } from "./dom.ts";
import type { Child } from "./dom.ts";
import type { Lexicon } from "./lent.ts";
import { OUTCOMES, OUTCOME_SIGNS } from "./phrases.ts";
import type { Row } from "./pile.ts";
import { printed, what } from "./printed.ts";
import { partDone, secondsLeft } from "./run.ts";
import type { Run } from "./run.ts";
import { both, pair, shownText } from "./view.ts";

/** Rows on one page: as many as a browser lays out at once. */
const PAGE = 50;
const KINDS = ["accepted", "rejected", "undecided"] as const;

type Filter = Outcome | null;

/** What the list asks of the desk. */
export interface Acts {
  readonly lexicon: Lexicon;
  /** The full answer about a row. */
  answer(row: Row): HTMLElement;
  /** What to say if it cannot be saved. */
  save(kind: "csv" | "xlsx"): Promise<Words | null>;
  /** Shows the ways to verify another. */
  another(): void;
}

export class List {
  readonly element: HTMLElement;
  private readonly run: Run;
  private readonly acts: Acts;
  private filter: Filter = null;
  private page = 0;
  /** The rows that are drawn, in order. */
  private drawn: readonly Row[] = [];
  private readonly progress = element("div", { class: "progress" });
  private readonly totals = element("div", { class: "totals", role: "group", "aria-label": spoken(phrases.FILTER) });
  private readonly saving = element("div", { class: "saving" });
  private readonly rows = element("ol", { class: "answers" });
  private readonly turning = element("nav", { class: "turning", "aria-label": "分页 Pages" });
  private readonly paper = element("div", { class: "paper" });

  constructor(run: Run, acts: Acts) {
    this.run = run;
    this.acts = acts;
    const title = element("h2", { id: "many", tabindex: "-1" }, ...both(phrases.MANY));
    const parts = [title, this.progress, this.totals, this.saving, this.rows, this.turning, this.paper];
    this.element = element("section", { class: "many", "aria-labelledby": "many" }, ...parts);
    this.draw();
  }

  /** Shows the run as it is now. A row that is open stays open if it is still what it was. */
  draw(): void {
    this.drawProgress();
    this.drawTotals();
    this.drawRows();
    const isDone = this.run.phase === "done";
    if (isDone && this.saving.childElementCount === 0) this.saving.replaceChildren(...this.ways());
    if (!isDone) this.saving.replaceChildren();
  }

  /** Draws all rows, not just a page of them, as a table for the printer. */
  drawForPrint(): void {
    this.paper.replaceChildren(printed(this.chosen(), this.acts.lexicon));
  }

  /** Takes the table away again. */
  drawForScreen(): void {
    this.paper.replaceChildren();
  }

  private chosen(): readonly Row[] {
    const { rows } = this.run.pile;
    return this.filter === null ? rows : rows.filter(({ outcome }) => outcome === this.filter);
  }

  private drawProgress(): void {
    const { run } = this;
    const { phase, read, files, pile, unread } = run;
    const line = element("p", {}, ...both(phrases.progress(read, files.length, pile.rows.length, pile.given)));
    if (phase === "done") {
      const note = unread === 0 ? [] : [element("p", { class: "mark late" }, ...both(phrases.stopped(unread)))];
      this.progress.replaceChildren(line, ...note);
      return;
    }
    if (phase === "refreshing") line.append(" ", ...both(phrases.JUDGING_AGAIN).filter((each) => each !== null));
    const seconds = phase === "reading" ? secondsLeft(run, performance.now()) : null;
    if (seconds !== null) line.append(" · ", ...both(phrases.timeLeft(seconds)).filter((each) => each !== null));
    const bar = element("progress", { max: "1", value: `${partDone(run)}`, "aria-label": "进度 Progress" });
    const old = this.progress.querySelector("button");
    this.progress.replaceChildren(line, bar);
    if (phase === "reading") this.progress.append(old ?? button(phrases.STOP, () => run.stop()));
  }

  private drawTotals(): void {
    const { totals, rows } = this.run.pile;
    const counts: readonly (readonly [Filter, Words, number])[] = [
      [null, phrases.ALL, rows.length],
      ...KINDS.map((kind) => [kind, OUTCOMES[kind], totals[kind]] as const),
    ];
    if (this.totals.childElementCount === 0) {
      this.totals.append(...counts.map(([kind, words]) => this.filterButton(kind, words)));
    }
    for (const [place, [kind, , count]] of counts.entries()) {
      const shown = this.totals.children[place];
      shown?.setAttribute("aria-pressed", `${kind === this.filter}`);
      const number = shown?.querySelector("strong");
      if (number) number.textContent = `${count}`;
    }
  }

  private filterButton(kind: Filter, words: Words): HTMLElement {
    const sign = kind === null ? null : element("span", { class: `sign ${kind}`, "aria-hidden": "true" }, OUTCOME_SIGNS[kind]);
    const made = element("button", { type: "button" }, sign, ...both(words), " ", element("strong", {}));
    made.addEventListener("click", () => {
      [this.filter, this.page] = [kind, 0];
      this.draw();
    });
    return made;
  }

  private drawRows(): void {
    const chosen = this.chosen();
    const pages = Math.max(1, Math.ceil(chosen.length / PAGE));
    this.page = Math.min(this.page, pages - 1);
    const next = chosen.slice(this.page * PAGE, (this.page + 1) * PAGE);
    const isLonger = this.drawn.every((row, place) => row === next[place]);
    if (!isLonger) this.rows.replaceChildren();
    if (!isLonger || next.length > this.drawn.length) {
      this.rows.append(...next.slice(isLonger ? this.drawn.length : 0).map((row) => this.item(row)));
    }
    this.drawn = next;
    this.rows.setAttribute("start", `${this.page * PAGE + 1}`);
    this.rows.hidden = next.length === 0;
    this.turning.replaceChildren(...(next.length === 0 && this.run.phase === "done" ? [pair(phrases.NONE)] : []));
    if (pages > 1) this.turning.append(...this.turns(pages));
  }

  private turns(pages: number): HTMLElement[] {
    const turn = (words: Words, by: number): HTMLElement => {
      const made = button(words, () => {
        this.page += by;
        this.draw();
        this.element.querySelector<HTMLElement>("h2")?.focus();
      });
      made.toggleAttribute("disabled", this.page + by < 0 || this.page + by >= pages);
      return made;
    };
    const where = element("span", {}, ...both(phrases.pageOf(this.page + 1, pages)));
    return [turn(phrases.BEFORE, -1), where, turn(phrases.AFTER, 1)];
  }

  /** A row; the full answer is made when it is opened, and one is open at a time. */
  private item(row: Row): HTMLElement {
    const details = element("details", { name: "answers" }, element("summary", {}, ...this.summary(row)));
    details.addEventListener("toggle", () => {
      details.querySelector(".full")?.remove();
      if ((details as HTMLDetailsElement).open) {
        for (const other of this.rows.querySelectorAll<HTMLDetailsElement>("details[open]")) other.open = other === details;
        details.append(element("div", { class: "full" }, this.acts.answer(row)));
      }
    });
    return element("li", { class: row.outcome }, details);
  }

  private summary(row: Row): Child[] {
    const { outcome, given } = row;
    const certificate = certificateOf(row);
    const word = element("span", { class: "word" }, ...both(OUTCOMES[outcome]));
    const sign = element("span", { class: "sign", "aria-hidden": "true" }, OUTCOME_SIGNS[outcome]);
    const why = outcome === "accepted" ? null : element("span", { class: "why" }, ...both(wordsOf(row, this.acts.lexicon)));
    const name = certificate === null ? null : element("strong", {}, shownText(certificate.person.name));
    const facts = certificate === null ? null : element("span", { class: "what" }, ...what(certificate, this.acts.lexicon));
    return [sign, word, " ", name, " ", facts, " ", why, " ", element("span", { class: "file" }, shownText(given.name))];
  }

  private async save(kind: "csv" | "xlsx"): Promise<void> {
    const trouble = await this.acts.save(kind);
    this.saving.querySelector(".refusal")?.remove();
    if (trouble !== null) this.saving.append(element("div", { class: "refusal", role: "alert" }, pair(trouble)));
  }

  private ways(): HTMLElement[] {
    const buttons = [
      button(phrases.SAVE_XLSX, () => void this.save("xlsx")),
      button(phrases.SAVE_CSV, () => void this.save("csv"), "quiet"),
      button(phrases.PRINT, () => window.print(), "quiet"),
      button(phrases.ANOTHER, () => this.acts.another(), "quiet"),
    ];
    return [element("div", { class: "buttons" }, ...buttons), pair(phrases.PERSONAL)];
  }
}

/** A button that says this in both languages. */
export function button(words: Words, act: () => void, kind = ""): HTMLElement {
  const made = element("button", { type: "button", ...(kind === "" ? {} : { class: kind }) }, ...both(words));
  made.addEventListener("click", act);
  return made;
}

function spoken({ zh, en }: Words): string {
  return `${zh} ${en}`;
}
