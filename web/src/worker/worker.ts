/**
 * Keeps the pages below /v and their files, so that they open without a network.
 *
 * The registry puts `yinxin = {version, needed, later, asked}` in front of this script: files by path, each with its SHA-256.
 * The version is made from all of that, so that any change is a new worker. It fetches what is needed anew before it takes
 * over; what is for later when a page has nothing else to do; and these, and what is large, when they are first asked for.
 * Another content than the one that was hashed is no answer, whoever gave it.
 */

declare const self: ServiceWorkerGlobalScope;
declare const yinxin: Readonly<{ version: string; needed: Hashes; later: Hashes; asked: Hashes }>;

/** By path the SHA-256, as Subresource Integrity writes it. */
type Hashes = Readonly<Record<string, string>>;

const PREFIX = "yinxin-";
const NAME = PREFIX + yinxin.version;
/** A name that is made from the content, as the build makes them. */
const NAMED_BY_CONTENT = /-[A-Z0-9]{8}\.\w+$/;
const HASHES: ReadonlyMap<string, string> = new Map(Object.entries({ ...yinxin.needed, ...yinxin.later, ...yinxin.asked }));

self.addEventListener("install", (event) => event.waitUntil(keepNeeded()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const { origin, pathname, search } = new URL(event.request.url);
  const isOurs = event.request.method === "GET" && origin === self.location.origin && HASHES.has(pathname);
  if (isOurs && (search === "" || event.request.mode === "navigate")) event.respondWith(answered(pathname, event.request));
});
self.addEventListener("message", (event) => {
  if (event.data === "later") event.waitUntil(keepLater().then((isKept) => event.ports[0]?.postMessage(isKept)));
});

/** All that is needed, or nothing: one file that does not come ends the installation, and the worker before stays. */
async function keepNeeded(): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll(Object.keys(yinxin.needed).map(hashed));
  await self.skipWaiting();
}

async function takeOver(): Promise<void> {
  const cache = await caches.open(NAME);
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX) || name === NAME) continue;
    await takeAlong(await caches.open(name), cache);
    await caches.delete(name);
  }
  await self.clients.claim();
}

/** Spares the network what another version kept under a name that says its content. */
async function takeAlong(before: Cache, cache: Cache): Promise<void> {
  for (const path of [...HASHES.keys()].filter((each) => NAMED_BY_CONTENT.test(each))) {
    const kept = await before.match(path);
    if (kept !== undefined && !(path in yinxin.needed)) await cache.put(path, kept);
  }
}

/** True once nothing is missing any more. */
async function keepLater(): Promise<boolean> {
  try {
    const cache = await held();
    if (cache === null) return false;
    for (const path of Object.keys(yinxin.later)) {
      if ((await cache.match(path)) === undefined) await cache.add(hashed(path));
    }
    return true;
  } catch {
    return false;
  }
}

/** What is kept. What is not comes from the network, and a page, unlike its files, then as it is now. */
async function answered(path: string, request: Request): Promise<Response> {
  const cache = await held();
  const kept = await cache?.match(path);
  if (kept !== undefined) return kept;
  try {
    const answer = await fetch(hashed(path));
    if (answer.ok) await cache?.put(path, answer.clone()).catch(() => undefined);
    return answer;
  } catch (error) {
    if (request.mode === "navigate") return fetch(request);
    throw error;
  }
}

/** What this version keeps; null once another version has cleared it away: a late question must not bring it back. */
async function held(): Promise<Cache | null> {
  return (await caches.has(NAME)) ? caches.open(NAME) : null;
}

/** The request for `path` that is answered with the content of its hash, or fails. */
function hashed(path: string): Request {
  return new Request(path, {
    cache: "reload",
    credentials: "omit",
    integrity: HASHES.get(path) ?? "",
    redirect: "error",
  });
}
