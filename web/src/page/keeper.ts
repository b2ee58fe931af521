/** The page's knowledge: what it holds, what that is worth, and how a fetched bundle may take its place. */

import * as bundle from "../bundle.ts";
import type { Part } from "../bundle.ts";
import { find } from "../checkpoint.ts";
import { MAX_BYTES, read, SMALL_BUNDLE } from "../directory.ts";
import type { Directory, Start } from "../directory.ts";
import { ObjectError } from "../errors.ts";
import type { Region, Seconds } from "../model.ts";
import { ObjectType } from "../published.ts";
import type { SyncReason } from "../reason.ts";
import { pinOf } from "../root.ts";
import { numberOf } from "../status_list.ts";
import { believe, orRefusal } from "../trust.ts";
import type { Trust } from "../trust.ts";
import { binOf } from "../trust_list.ts";
import { isTaken, update } from "../update.ts";
import type { Need } from "../wanted.ts";
import { download } from "./download.ts";
import type { Failure } from "./download.ts";
import { collect } from "./objects.ts";
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

/** What came from the registry: the regions' parts, whole or not, and what is to be said of the others. */
interface Fetched {
  readonly parts: Parts;
  readonly refusals: readonly Refusal[];
  readonly isWhole: boolean;
}

type Parts = ReadonlyMap<Region, Part>;

const REGION = "/v1/region";

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

  /**
   * Asks the registry, and keeps what may follow; of a large bundle only what is held, and what `needs` take.
   *
   * Whatever comes, nothing that is held is lost.
   */
  async refresh(now: () => Seconds, needs: readonly Need[]): Promise<News> {
    const fetched = await this.fetch(needs);
    if ("failure" in fetched) return fetched;
    if (fetched.refusals.length > 0 && !fetched.parts.has(this.home.region)) return fetched;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const [parts, found] = this.judge(fetched, now());
      const refusals = [...fetched.refusals, ...found];
      if (refusals.some(({ reason }) => reason === "EQUIVOCATION")) await this.keepEvidence(bundle.encode(fetched.parts));
      if (parts === null || (await this.keep(parts))) {
        if (refusals.length === 0) this.checked = now();
        return { refusals };
      }
      const latest = await this.store?.read().catch(() => null);
      if (latest) this.hold(latest);
    }
    return { refusals: [] };
  }

  /** Whether what is held lacks something of the home region that `need` takes: to be fetched, not to be judged. */
  lacks(need: Need | null): boolean {
    const found = this.trust?.regions.get(need?.region ?? "");
    if (need === null || found === undefined || found instanceof ObjectError) return false;
    const bin = binOf(found.trustList, need.issuer);
    const list = numberOf(found.root.statusBase, need.uri);
    const isNamed = list !== null && find(found.checkpoint, ObjectType.STATUS_LIST, list) !== null;
    return (bin !== undefined && !found.blobs.has(bin.sha256)) || (isNamed && !found.statusLists.has(list));
  }

  private async fetch(needs: readonly Need[]): Promise<Fetched | Failure> {
    const answer = await download(REGION, MAX_BYTES);
    if (!(answer instanceof Uint8Array) && answer.failure !== 404) return answer;
    const found = answer instanceof Uint8Array ? read(answer) : null;
    const some = found === null || found.bundleBytes <= SMALL_BUNDLE ? null : await this.fetchSome(found.starts, needs);
    return some ?? this.fetchWhole();
  }

  private async fetchWhole(): Promise<Fetched | Failure> {
    const data = await download(this.home.bundle);
    if (!(data instanceof Uint8Array)) return data;
    const parts = orRefusal(() => bundle.decode(data));
    if (parts instanceof ObjectError) return { parts: new Map(), refusals: [refusal(null, parts)], isWhole: true };
    return { parts, refusals: [], isWhole: true };
  }

  /** The home, and the regions of the certificates; null if that takes too many objects. */
  private async fetchSome(starts: Directory["starts"], needs: readonly Need[]): Promise<Fetched | Failure | null> {
    const parts = new Map<Region, Part>();
    const refusals: Refusal[] = [];
    for (const region of new Set([this.home.region, ...needs.map(({ region }) => region)])) {
      const start = starts.get(region);
      const part = start === undefined ? undefined : await this.collect(region, start, needs);
      if (part === null) return null;
      if (part instanceof ObjectError) refusals.push(refusal(region, part));
      else if (part !== undefined && "failure" in part) return part;
      else if (part !== undefined) parts.set(region, part);
    }
    return { parts, refusals, isWhole: false };
  }

  private async collect(
    region: Region,
    start: Start,
    needs: readonly Need[],
  ): Promise<Part | ObjectError | Failure | null> {
    const part = this.parts.get(region);
    const found = this.trust?.regions.get(region);
    const held = found === undefined || found instanceof ObjectError ? null : found;
    const pool = new Map(part === undefined ? [] : bundle.objectsIn(part).map((data) => [pinOf(data), data]));
    try {
      return await collect(start, pool, { held, needs: needs.filter((each) => each.region === region) });
    } catch (error) {
      if (error instanceof ObjectError) return error;
      throw error;
    }
  }

  private async keepEvidence(fetched: Uint8Array): Promise<void> {
    this.evidence ??= fetched;
    await this.store?.keepEvidence(fetched).catch(() => undefined);
  }

  /** The parts to keep, null if nothing changed, and what was refused. */
  private judge({ parts, isWhole }: Fetched, now: Seconds): [Parts | null, Refusal[]] {
    const found = orRefusal(() => update(this.parts, parts, this.pins, now, this.home.region, isWhole));
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
