/** A region's part, fetched object by object from the page's own registry: each by its SHA-256, and only what is missing. */

import type { Part } from "../bundle.ts";
import type { Start } from "../directory.ts";
import { ObjectError } from "../errors.ts";
import { SIZE_CAP } from "../published.ts";
import type { ObjectType } from "../published.ts";
import { pinOf } from "../root.ts";
import { plan } from "../wanted.ts";
import type { Choice } from "../wanted.ts";
import { download } from "./download.ts";
import type { Failure } from "./download.ts";

/** The most objects for one certificate: whoever needs more is served better by the whole bundle. */
const MOST_OBJECTS = 64;
/** What a further certificate may take at most of that: its bin, its issuer's survivors, its list, that one's register, its shard. */
const OBJECTS_A_NEED = 5;
/** Objects that are asked for at the same time. */
const AT_ONCE = 16;
const OBJECTS = "/v1/objects/";

/**
 * The part that begins at `start`, as far as `choice` goes; null if it takes too many objects. `pool` has what is there
 * already, by SHA-256, and takes up what comes. ObjectError: an object is malformed or not what was asked for.
 */
export async function collect(
  start: Start,
  pool: Map<string, Uint8Array>,
  choice: Choice,
): Promise<Part | Failure | null> {
  for (let count = 0; ;) {
    const { missing, part } = plan(start, pool, choice);
    if (part !== null) return part;
    count += missing.size;
    if (count > MOST_OBJECTS + OBJECTS_A_NEED * Math.max(0, choice.needs.length - 1)) return null;
    const failure = await fetchInto(pool, [...missing]);
    if (failure !== null) return failure;
  }
}

/** Null once all of `missing` are in `pool`. */
async function fetchInto(pool: Map<string, Uint8Array>, missing: [string, ObjectType][]): Promise<Failure | null> {
  for (let first = 0; first < missing.length; first += AT_ONCE) {
    const some = missing.slice(first, first + AT_ONCE);
    for (const answer of await Promise.all(some.map(([hash, kind]) => fetchObject(hash, kind)))) {
      if (!(answer instanceof Uint8Array)) return answer;
      pool.set(pinOf(answer), answer);
    }
  }
  return null;
}

async function fetchObject(hash: string, kind: ObjectType): Promise<Uint8Array | Failure> {
  const data = await download(OBJECTS + hash, SIZE_CAP[kind]);
  if (data instanceof Uint8Array && pinOf(data) !== hash) throw new ObjectError("MIX_AND_MATCH", hash);
  return data;
}
