/** Reading files and the camera is a script of its own, fetched when there is something to read. */

import type * as Reading from "./reading.ts";

let script: Promise<typeof Reading> | null = null;

/** The script at `address`. Rejects if it cannot be had; the next call tries again. */
export function reading(address: string): Promise<typeof Reading> {
  script ??= (import(address) as Promise<typeof Reading>).catch((error: unknown) => {
    script = null;
    throw error;
  });
  return script;
}
