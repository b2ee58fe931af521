/** The service worker that keeps this page for later: installed here. */

import { trusted } from "./trusted.ts";

const SCOPE = "/v";
const WORKER = "/worker.js";

/** Installs the worker at `address`; true once it keeps this page, false where there can be none. */
export async function install(address: string): Promise<boolean> {
  const container: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  if (container === undefined) return false;
  try {
    await container.register(trusted("yinxin-worker", WORKER, address), { scope: SCOPE, updateViaCache: "none" });
    await container.ready;
    return true;
  } catch {
    return false;
  }
}

/** Calls `then` when a newer version of the page has taken the place of an older one; the first one takes no place. */
export function onNewVersion(then: () => unknown): void {
  const container: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  let hasOne = Boolean(container?.controller);
  container?.addEventListener("controllerchange", () => {
    if (hasOne) then();
    hasOne = true;
  });
}

/** Asks for a newer version of the page: a browser does so by itself only when the page is opened. */
export async function lookForNewVersion(): Promise<void> {
  const container: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  await (await container?.getRegistration(SCOPE))?.update().catch(() => undefined);
}
