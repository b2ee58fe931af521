/** Takes the place of the page's worker where a registry withdraws it: forgets all that the page kept, and itself. */

declare const self: ServiceWorkerGlobalScope;

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(leave()));

async function leave(): Promise<void> {
  for (const name of await caches.keys()) await caches.delete(name);
  indexedDB.deleteDatabase("yinxin");
  await self.registration.unregister();
}
