/**
 * Keeps the page /v and its files, so that it opens without a network.
 *
 * The registry puts `yinxin = {version, files}` in front of this script. The version is made from the content of every
 * file, so that any change is a new worker, which fetches all of them anew before it takes over.
 */

declare const self: ServiceWorkerGlobalScope;
declare const yinxin: { readonly version: string; readonly files: readonly string[] };

const PREFIX = "yinxin-";
const NAME = PREFIX + yinxin.version;
const FILES: ReadonlySet<string> = new Set(yinxin.files);

self.addEventListener("install", (event) => event.waitUntil(keepAll()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const { origin, pathname, search } = new URL(event.request.url);
  const isOurs = event.request.method === "GET" && origin === self.location.origin && FILES.has(pathname);
  if (isOurs && (search === "" || event.request.mode === "navigate")) event.respondWith(kept(pathname, event.request));
});

/** All files, or none: one that does not come ends the installation, and the worker before stays. */
async function keepAll(): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll([...FILES].map((path) => new Request(path, { cache: "reload", credentials: "omit" })));
  await self.skipWaiting();
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
