/** Many certificates: a row for each thing that was given, its verdict, and totals that always add up to the rows. */

import { outcomeOfUnread } from "../given.ts";
import type { Given, Unread } from "../given.ts";
import type { Seconds } from "../model.ts";
import type { Outcome } from "../reason.ts";
import type { Verdict } from "../verify.ts";
import type { Need } from "../wanted.ts";

const INDICES_A_SHARD = 256;

/** One thing that was given, in the file of this number. Without a text it has no verdict. `at` is when it was judged. */
export interface Row {
  readonly given: Given;
  readonly file: number;
  readonly verdict: Verdict | null;
  readonly outcome: Outcome;
  readonly reason: Unread["reason"] | Verdict["reason"];
  readonly at: Seconds;
}

type Waiting = Pick<Row, "given" | "file">;
export type Totals = Readonly<Record<Outcome, number>>;
/** The verdict on a text by what is held now. */
export type Judge = (text: string) => Verdict;

/** The row of what was given. */
export function rowOf({ given, file }: Waiting, judge: Judge, now: Seconds): Row {
  const { content } = given;
  if (typeof content !== "string") {
    return { given, file, verdict: null, outcome: outcomeOfUnread(content), reason: content.reason, at: now };
  }
  const verdict = judge(content);
  return { given, file, verdict, outcome: verdict.outcome, reason: verdict.reason, at: now };
}

/** Rows as they come. What was given waits until `step` judges it; only what is judged is a row. */
export class Pile {
  readonly rows: Row[] = [];
  private readonly judged: (next: Waiting) => Row;
  private waiting: Waiting[] = [];
  private taken = 0;
  private again = 0;

  constructor(judge: Judge, now: () => Seconds) {
    this.judged = (next) => rowOf(next, judge, now());
  }

  /** How many things were given so far, judged or not. */
  get given(): number {
    return this.rows.length + this.waiting.length - this.taken;
  }

  /** How many things are still to be judged, or to be judged anew. */
  get left(): number {
    return this.again + this.waiting.length - this.taken;
  }

  /** How many rows there are of each outcome. */
  get totals(): Totals {
    const totals = { accepted: 0, rejected: 0, undecided: 0 };
    for (const { outcome } of this.rows) totals[outcome]++;
    return totals;
  }

  /** Takes what was found in the file of this number. */
  add(found: readonly Given[], file: number): void {
    for (const given of found) this.waiting.push({ given, file });
  }

  /** Has every row judged anew: what is held changed. */
  judgeAgain(): void {
    this.again = this.rows.length;
  }

  /** Judges one thing. */
  step(): void {
    const old = this.rows[this.again - 1];
    if (old !== undefined) {
      this.rows[--this.again] = this.judged(old);
      return;
    }
    const next = this.waiting[this.taken];
    if (next === undefined) return;
    this.taken++;
    this.rows.push(this.judged(next));
    if (this.taken === this.waiting.length) [this.waiting, this.taken] = [[], 0];
  }

  /** Puts the rows into the order of the files: they come as they were read. */
  sort(): void {
    this.rows.sort((a, b) => a.file - b.file);
  }
}

/** The name without the place in the file. */
export function fileOf({ name, place = "" }: Given): string {
  return place !== "" && name.endsWith(place) ? name.slice(0, -place.length) : name;
}

/** What the rows take of the registry beyond what is held: of each issuer, list and shard once. */
export function needsOf(rows: Iterable<Row>, needOf: (text: string) => Need | null): Need[] {
  const found = new Map<string, Need>();
  for (const { given, verdict } of rows) {
    const need = typeof given.content === "string" && isOpen(verdict) ? needOf(given.content) : null;
    if (need === null) continue;
    const { region, issuer, uri, entry } = need;
    found.set(JSON.stringify([region, issuer, uri, Math.floor(entry / INDICES_A_SHARD)]), need);
  }
  return [...found.values()];
}

/** Whether more data could say more. */
function isOpen(verdict: Verdict | null): boolean {
  return verdict?.outcome === "undecided" || verdict?.asOf.registration === "index-only";
}
