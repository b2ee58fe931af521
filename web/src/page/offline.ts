/** The service worker that keeps this page for later. */

import { trusted } from "./trusted.ts";

const SCOPE = "/v";
const WORKER = "/worker.js";
/** Milliseconds after which a browser that cannot say when it is idle counts as idle. */
const PATIENCE = 3_000;

/** Installs the worker at `address`; true once it keeps this page, false where there can be none. */
export async function install(address: string): Promise<boolean> {
  const container: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  if (container === undefined) return false;
  try {
    await container.register(trusted("yinxin-worker", WORKER, address), { scope: SCOPE, updateViaCache: "none" });
    await container.ready;
    void keepLater();
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

/** Whether this page was loaded again already: two servers with two versions must not keep it loading for ever. */
export function isReloaded(): boolean {
  const [opened] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return opened?.type === "reload";
}

/** Asks for a newer version of the page: a browser does so by itself only when the page is opened. */
export async function lookForNewVersion(): Promise<void> {
  const container: ServiceWorkerContainer | undefined = navigator.serviceWorker;
  await (await container?.getRegistration(SCOPE))?.update().catch(() => undefined);
}

/**
 * Has the worker keep what this page needs only now and then, when the browser is idle; true once all of it is kept.
 *
 * Whoever asked the browser to save data gets each of these files when it is first needed.
 */
export async function keepLater(): Promise<boolean> {
  const { connection } = navigator as { connection?: { readonly saveData?: boolean } };
  if (connection?.saveData === true) return false;
  await idle();
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise<boolean>((resolve) => port1.addEventListener("message", ({ data }) => resolve(data === true)));
  port1.start();
  active?.postMessage("later", [port2]);
  return answer;
}

function idle(): Promise<unknown> {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in window) window.requestIdleCallback(resolve);
    else setTimeout(resolve, PATIENCE);
  });
}
