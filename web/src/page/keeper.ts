/** The page's knowledge: what it holds, what that is worth, and how a fetched bundle may take its place. */

import * as bundle from "../bundle.ts";
import type { Part } from "../bundle.ts";
import { ObjectError } from "../errors.ts";
import type { Region, Seconds } from "../model.ts";
import type { SyncReason } from "../reason.ts";
import { believe, orRefusal } from "../trust.ts";
import type { Trust } from "../trust.ts";
import { isTaken, update } from "../update.ts";
import { download } from "./download.ts";
import type { Failure } from "./download.ts";
import { open } from "./store.ts";
import type { Store, Stored } from "./store.ts";

/** Whose page this is: its registry's region, the pin that the page was served with, and where the bundle is. */
export interface Home {
  readonly region: Region;
  readonly pin: string;
  readonly bundle: string;
}

/** Why a fetched region was not taken. `region` is null if the bundle as a whole was refused. */
export interface Refusal {
  readonly region: Region | null;
  readonly reason: SyncReason;
  readonly detail: string;
}

/** What became of asking the registry for news. */
export type News = { readonly refusals: readonly Refusal[] } | Failure;

type Parts = ReadonlyMap<Region, Part>;

const ATTEMPTS = 3;

/** One region's data in this browser. */
export class Keeper {
  readonly home: Home;
  /** What the held bundle is worth; null while there is none. */
  trust: Trust | null = null;
  /** Whether what is held will still be there without a network. */
  isDurable = false;
  /** When the registry's newest data was last compared with what is held, in this visit. */
  checked: Seconds | null = null;
  /** The other content of a version that came with two: for whoever investigates. */
  evidence: Uint8Array | null = null;
  private readonly pins: ReadonlySet<string>;
  private store: Store | null = null;
  private stored: Stored | null = null;
  private parts: Parts = new Map();

  constructor(home: Home) {
    this.home = home;
    this.pins = new Set([home.pin]);
  }

  /** Takes up what earlier visits left. */
  async recall(): Promise<void> {
    this.store = await open(`${this.home.region} ${this.home.pin}`);
    const stored = await this.store?.read().catch(() => null);
    if (stored) this.hold(stored);
    this.isDurable = this.trust !== null;
    this.evidence = (await this.store?.evidence().catch(() => null)) ?? null;
  }

  /** Asks the registry, and keeps what may follow. Whatever comes, nothing that is held is lost. */
  async refresh(now: () => Seconds): Promise<News> {
    const fetched = await download(this.home.bundle);
    if (!(fetched instanceof Uint8Array)) return fetched;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const [parts, refusals] = this.judge(fetched, now());
      if (refusals.some(({ reason }) => reason === "EQUIVOCATION")) await this.keepEvidence(fetched);
      if (parts === null || (await this.keep(parts))) {
        if (refusals.length === 0) this.checked = now();
        return { refusals };
      }
      const latest = await this.store?.read().catch(() => null);
      if (latest) this.hold(latest);
    }
    return { refusals: [] };
  }

  private async keepEvidence(fetched: Uint8Array): Promise<void> {
    this.evidence ??= fetched;
    await this.store?.keepEvidence(fetched).catch(() => undefined);
  }

  /** The parts to keep, null if nothing changed, and what was refused. */
  private judge(fetched: Uint8Array, now: Seconds): [Parts | null, Refusal[]] {
    const found = orRefusal(() => update(this.parts, bundle.decode(fetched), this.pins, now, this.home.region));
    if (found instanceof ObjectError) return [null, [refusal(null, found)]];
    const answers = [...found.answers];
    const isNews = answers.some(([, answer]) => isTaken(answer) && answer.changed);
    const refused = answers.flatMap(([region, answer]) =>
      answer instanceof ObjectError ? [refusal(region, answer)] : [],
    );
    return [isNews ? found.parts : null, refused];
  }

  /** False if another page has kept something else meanwhile. Without a store this page alone remembers. */
  private async keep(parts: Parts): Promise<boolean> {
    const next = { bundle: bundle.encode(parts), turn: (this.stored?.turn ?? 0) + 1 };
    try {
      if ((await this.store?.replace(next)) === false) return false;
      this.isDurable = this.store !== null;
    } catch {
      this.isDurable = false;
    }
    this.hold(next);
    return true;
  }

  private hold(stored: Stored): void {
    const parts = orRefusal(() => bundle.decode(stored.bundle));
    this.stored = stored;
    if (parts instanceof ObjectError) return;
    this.parts = parts;
    this.trust = believe(parts, this.pins, this.home.region);
  }
}

function refusal(region: Region | null, { reason, detail }: ObjectError): Refusal {
  return { region, reason, detail };
}
