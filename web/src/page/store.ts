/** What the page keeps between visits: the last good bundle of its region, in IndexedDB. */

const DATABASE = "yinxin";
const HELD = "held";
/** Milliseconds after which a store that does not open counts as none: a verdict must not wait for it. */
const PATIENCE = 2_000;

/** The last good bundle; `turn` counts how often it was replaced. */
export interface Stored {
  readonly bundle: Uint8Array;
  readonly turn: number;
}

/** A place for one region's bundle. */
export interface Store {
  /** What is kept; null if nothing that can be used. */
  read(): Promise<Stored | null>;
  /** The other content of a version that came with two, if that ever happened. */
  evidence(): Promise<Uint8Array | null>;
  /** Keeps such a content; the first one stays. */
  keepEvidence(bundle: Uint8Array): Promise<void>;
  /** Keeps `next` if the kept turn is still the one before it; false if another page was faster. */
  replace(next: Stored): Promise<boolean>;
}

/** The store for `name`; null where the browser has none, or keeps pages from it. */
export async function open(name: string): Promise<Store | null> {
  try {
    const opened = await Promise.race([openDatabase(), delay(PATIENCE)]);
    return opened === null ? null : storeIn(opened, name);
  } catch {
    return null;
  }
}

function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open(DATABASE, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(HELD);
  return settled(request);
}

function storeIn(database: IDBDatabase, name: string): Store {
  database.onversionchange = () => database.close();
  return {
    async read() {
      return asStored(await settled(database.transaction(HELD).objectStore(HELD).get(name)));
    },
    async evidence() {
      const kept: unknown = await settled(database.transaction(HELD).objectStore(HELD).get(evidenceOf(name)));
      return kept instanceof Uint8Array ? kept : null;
    },
    async keepEvidence(bundle) {
      const { objects, done } = writing(database);
      if ((await settled(objects.count(evidenceOf(name)))) === 0) objects.put(bundle, evidenceOf(name));
      await done;
    },
    async replace(next) {
      const { objects, done } = writing(database);
      const before = asStored(await settled(objects.get(name)));
      const isOurs = (before?.turn ?? 0) === next.turn - 1;
      if (isOurs) objects.put(next, name);
      await done;
      return isOurs;
    },
  };
}

function writing(database: IDBDatabase): { readonly objects: IDBObjectStore; readonly done: Promise<void> } {
  const transaction = database.transaction(HELD, "readwrite");
  return { objects: transaction.objectStore(HELD), done: completed(transaction) };
}

function evidenceOf(name: string): string {
  return `${name} equivocation`;
}

/** `value` if it is what this page writes: another version of it may have written something else. */
function asStored(value: unknown): Stored | null {
  const { bundle, turn } = (value ?? {}) as Partial<Stored>;
  return bundle instanceof Uint8Array && Number.isSafeInteger(turn) ? (value as Stored) : null;
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

function delay(milliseconds: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), milliseconds));
}
