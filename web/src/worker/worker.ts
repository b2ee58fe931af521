/**
 * Keeps the page /v and its files, so that it opens without a network.
 *
 * The registry puts `yinxin = {version, files, reader}` in front of this script. The version is made from the content of
 * every file, so that any change is a new worker, which fetches all of them anew before it takes over. The reader's files,
 * which read pictures, are kept when they are asked for first.
 */

declare const self: ServiceWorkerGlobalScope;
declare const yinxin: { readonly version: string; readonly files: readonly string[]; readonly reader: readonly string[] };

const PREFIX = "yinxin-";
const NAME = PREFIX + yinxin.version;
const FILES: ReadonlySet<string> = new Set(yinxin.files);
const READER: ReadonlySet<string> = new Set(yinxin.reader);

self.addEventListener("install", (event) => event.waitUntil(keepAll()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const { origin, pathname, search } = new URL(event.request.url);
  const isOurs = event.request.method === "GET" && origin === self.location.origin;
  if (!isOurs || (search !== "" && event.request.mode !== "navigate")) return;
  if (FILES.has(pathname)) event.respondWith(kept(pathname, event.request));
  if (READER.has(pathname)) event.respondWith(keptWhenAsked(pathname, event.request));
});

/** All files, or none: one that does not come ends the installation, and the worker before stays. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll([...FILES].map((path) => new Request(path, { cache: "reload", credentials: "omit" })));
  await keepReader(cache);
  await self.skipWaiting();
}

/** What was kept of the reader before stays if it is the same; of what is not the same the new one is fetched, if it can be. */
async function keepReader(cache: Cache): Promise<void> {
  for (const path of READER) {
    const same = await caches.match(path);
    if (same !== undefined) await cache.put(path, same);
    else if (await heldBefore(path)) await cache.add(path).catch(() => undefined);
  }
}

/** Whether an earlier cache has a file of that name but for its hash. */
async function heldBefore(path: string): Promise<boolean> {
  const stem = stemOf(path);
  for (const name of await caches.keys()) {
    const held = await (await caches.open(name)).keys();
    if (held.some(({ url }) => stemOf(new URL(url).pathname) === stem)) return true;
  }
  return false;
}

function stemOf(path: string): string {
  return path.replace(/-[^-]*$/, "");
}

async function takeOver(): Promise<void> {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== NAME) await caches.delete(name);
  }
  await self.clients.claim();
}

async function kept(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(NAME);
  return (await cache.match(path)) ?? fetch(request);
}

async function keptWhenAsked(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(NAME);
  const held = await cache.match(path);
  if (held !== undefined) return held;
  const answer = await fetch(request);
  if (answer.ok) await cache.put(path, answer.clone());
  return answer;
}
