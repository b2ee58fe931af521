/**
 * What a newer part leaves out although its own objects name it: it is kept from the held part.
 *
 * Register indices, shards and survivors are named by their SHA-256: a copy that is held is as good as one that is sent.
 * If they were dropped because somebody leaves them out, a thief's certificate could pass by its index alone.
 */

import type { Part } from "./bundle.ts";
import { equal, hex } from "./bytes.ts";
import { readBins } from "./monotonic.ts";
import * as register from "./register.ts";
import { pinOf } from "./root.ts";
import type { RegionTrust } from "./trust.ts";

/** `part`, which says `after`, and of `held`, which says `before`, what `after` names and `part` lacks. */
export function completed(part: Part, after: RegionTrust, held: Part, before: RegionTrust): Part {
  const named = new Set(after.checkpoint.entries.map(({ sha256 }) => sha256));
  const registers = missing(held.registers, part.registers).filter((data) => named.has(pinOf(data)));
  const indexes = [...after.registers.values(), ...registers.map(register.decodeIndex)];
  const spare = new Map([...before.blobs].filter(([pinned]) => !after.blobs.has(pinned)));
  const chosen = (names: Iterable<string>): Uint8Array[] =>
    [...new Set(names)].flatMap((pinned) => spare.get(pinned) ?? []);
  const shards = chosen(indexes.flatMap(({ hashes }) => hashes));
  const survivors = missing(held.survivors, part.survivors).length > 0 ? chosen(pinnedSurvivors(after)) : [];
  if (registers.length + shards.length + survivors.length === 0) return part;
  return {
    ...part,
    registers: [...part.registers, ...registers],
    shards: [...part.shards, ...shards],
    survivors: [...part.survivors, ...survivors],
  };
}

/** How many shards were held of which the newer content is not: of their indices only the status is known. */
export function lostShards(after: RegionTrust, before: RegionTrust): number {
  return [...before.registers].reduce((count, [list, { hashes }]) => {
    const following = after.registers.get(list)?.hashes ?? [];
    return count + hashes.filter((hash, place) => before.blobs.has(hash) && !after.blobs.has(following[place] ?? "")).length;
  }, 0);
}

function missing(held: readonly Uint8Array[], there: readonly Uint8Array[]): Uint8Array[] {
  return held.filter((data) => !there.some((each) => equal(each, data)));
}

/** What the bins name. */
function pinnedSurvivors(after: RegionTrust): string[] {
  return readBins(after, after.trustList.bins).flatMap(({ keys }) =>
    keys.flatMap(({ compromise }) => (compromise === null ? [] : [hex(compromise.survivors.sha256)])),
  );
}
