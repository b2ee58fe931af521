/** What a registry says that it serves, at /v1/region: where each region's part begins. Nobody vouches for it. */

import type { Region } from "./model.ts";
import { parseRegion } from "./numbers.ts";

export const MAX_BYTES = 2 ** 20;
/** Bytes up to which the whole bundle, in one request, is better than its objects one by one. */
export const SMALL_BUNDLE = 2 ** 16;
const MAX_ROOTS = 1_024;
const MAX_REGIONS = 100;

/** Where a region's part begins: the SHA-256s of its roots, in order of version, and of its checkpoint. */
export interface Start {
  readonly roots: readonly string[];
  readonly checkpoint: string;
}

/** The size of the bundle, and the regions that are in it. */
export interface Directory {
  readonly bundleBytes: number;
  readonly starts: ReadonlyMap<Region, Start>;
}

/** The directory in the document `data`; null if it has none that can be used. */
export function read(data: Uint8Array): Directory | null {
  try {
    const { bundle_bytes: bundleBytes, parts } = JSON.parse(new TextDecoder().decode(data)) as Document;
    const starts = new Map(parts.map(({ region, roots, checkpoint }) => [region, { roots, checkpoint }]));
    const isUsable = Number.isInteger(bundleBytes) && starts.size <= MAX_REGIONS && [...starts].every(isStart);
    return isUsable ? { bundleBytes, starts } : null;
  } catch {
    return null;
  }
}

interface Document {
  readonly bundle_bytes: number;
  readonly parts: readonly (Start & { readonly region: Region })[];
}

function isStart([region, { roots, checkpoint }]: [Region, Start]): boolean {
  const isRegion = parseRegion(region) !== null;
  return isRegion && roots.length <= MAX_ROOTS && [...roots, checkpoint].every((each) => /^[0-9a-f]{64}$/.test(each));
}
