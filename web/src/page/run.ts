/** One turn of verifying files: they are read, judged and counted, without holding up the page, until it is stopped. */

import { at, unread } from "../given.ts";
import type { Given } from "../given.ts";
import type { Lent } from "./lent.ts";
import { needsOf, Pile } from "./pile.ts";
import type { Named, read } from "./reading.ts";

/** Milliseconds of judging after which the page may breathe. */
const SLICE = 20;

/** What a run is doing. `refreshing` is the time in which what the rows take is fetched. */
export type Phase = "reading" | "refreshing" | "done";

export class Run {
  readonly files: readonly Named[];
  readonly pile: Pile;
  readonly began = performance.now();
  phase: Phase = "reading";
  /** How many files were read to their ends. */
  read = 0;
  /** How many files were not read because the run was stopped. */
  unread = 0;
  private readonly lent: Lent;
  private readonly onChange: () => void;
  private readonly stopping = new AbortController();
  /** Files that were not read to their ends, by their numbers. */
  private readonly left: Map<Named, number>;
  private judging: Promise<void> | null = null;

  constructor(files: readonly Named[], lent: Lent, onChange: () => void) {
    this.files = files;
    this.lent = lent;
    this.onChange = onChange;
    this.pile = new Pile(lent.verify, lent.now);
    this.left = new Map(files.map((file, number) => [file, number]));
  }

  /** Reads and judges everything by what is held. Rejects if the reader cannot be had. */
  async readAll(reading: typeof read): Promise<void> {
    const { signal } = this.stopping;
    await reading(this.files, (found, isWhole, file) => this.take(found, isWhole, file), signal);
    if (signal.aborted) this.nameUnread();
    await this.settle();
    this.pile.sort();
  }

  /** Fetches what the rows take, once for all of them. */
  async refresh(): Promise<void> {
    this.phase = "refreshing";
    this.onChange();
    await this.lent.refresh(needsOf(this.pile.rows, this.lent.needOf));
    await this.settle();
    this.phase = "done";
    this.onChange();
  }

  /** Reads no further; what was read is judged. */
  stop(): void {
    this.stopping.abort();
  }

  /** Judges everything again: what is held changed. */
  judgeAgain(): Promise<void> {
    this.pile.judgeAgain();
    return this.settle();
  }

  private take(found: readonly Given[], isWhole: boolean, file: Named): void {
    const number = this.left.get(file);
    if (number === undefined) return;
    this.pile.add(found, number);
    if (isWhole && this.left.delete(file)) this.read++;
    void this.settle();
  }

  /** Each file that was not read to its end gets a row that says so. */
  private nameUnread(): void {
    for (const [{ name }, number] of this.left) this.pile.add([at(name, "", unread("READING_STOPPED"))], number);
    this.unread = this.left.size;
  }

  /** Resolves when all that was given is judged. */
  private async settle(): Promise<void> {
    while (this.pile.left > 0) {
      await (this.judging ??= this.judgeAll().finally(() => {
        this.judging = null;
      }));
    }
  }

  private async judgeAll(): Promise<void> {
    while (this.pile.left > 0) {
      const until = performance.now() + SLICE;
      while (this.pile.left > 0 && performance.now() < until) this.pile.step();
      this.onChange();
      await breath();
    }
  }
}

/** Resolves once the page has done what waits. Unlike a timer it is not slowed down in a tab that nobody looks at. */
function breath(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** Which part of a run is done, from 0 to 1, as far as that is known. */
export function partDone({ pile, read, files }: Run): number {
  return (read / files.length) * (pile.given === 0 ? 1 : pile.rows.length / pile.given);
}

/** Seconds that a run will still take, if it goes on as it did; null if that is not known yet. */
export function secondsLeft(run: Run, now: number): number | null {
  const part = partDone(run);
  const passed = (now - run.began) / 1000;
  return passed < 2 || part === 0 ? null : (passed * (1 - part)) / part;
}
