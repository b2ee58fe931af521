/**
 * The register: the 16-byte digests of what was registered, in shards of 256 indices, and files of survivors.
 *
 * A digest is the first 16 bytes of SHA-256 of a certificate's to-be-signed bytes. Whoever holds the shard of an index can
 * tell the certificate that was registered there from one that a thief signed for the same index.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { compare, hex, pieces } from "./bytes.ts";
import * as cbor from "./cbor.ts";
import { ObjectType, octets, reading, require, tuple, uint } from "./published.ts";

const DIGEST_BYTES = 16;
export const INDICES_A_SHARD = 256;
const HASH_BYTES = 32;

/** The certificate's digest: 16 bytes. */
export function digestOf(toBeSigned: Uint8Array): Uint8Array {
  return sha256(toBeSigned).subarray(0, DIGEST_BYTES);
}

/** Digests one after the other, strictly ascending. */
export class Digests {
  readonly data: Uint8Array;

  constructor(data: Uint8Array) {
    this.data = data;
  }

  /** How many digests there are. */
  get length(): number {
    return this.data.length / DIGEST_BYTES;
  }

  /** Whether `digest` is one of them. */
  has(digest: Uint8Array): boolean {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = compare(this.at(middle), digest);
      if (order === 0) return true;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return false;
  }

  /** Each digest, in order. */
  *[Symbol.iterator](): Generator<Uint8Array> {
    for (let place = 0; place < this.length; place++) yield this.at(place);
  }

  /** Whether each is less than the next. */
  isAscending(): boolean {
    for (let place = 1; place < this.length; place++) {
      if (compare(this.at(place - 1), this.at(place)) >= 0) return false;
    }
    return true;
  }

  private at(place: number): Uint8Array {
    return this.data.subarray(place * DIGEST_BYTES, (place + 1) * DIGEST_BYTES);
  }
}

/** The digests in `data`. ObjectError OBJECT_MALFORMED unless whole and strictly ascending. */
export function decodeDigests(data: Uint8Array): Digests {
  return reading(ObjectType.SURVIVORS, data, () => {
    require(data.length % DIGEST_BYTES === 0, "not whole digests");
    const digests = new Digests(data);
    require(digests.isAscending(), "not strictly ascending");
    return digests;
  });
}

/** What was registered at the indices `first` to `first + 255` of one list. */
export interface Shard {
  readonly list: number;
  readonly first: number;
  readonly digests: Digests;
}

/** The first index of the shard that covers `index`. */
export function firstOf(index: number): number {
  return index - (index % INDICES_A_SHARD);
}

/** The shard in `data`. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED. */
export function decodeShard(data: Uint8Array): Shard {
  return reading(ObjectType.SHARD, data, () => {
    const [list, first, digests] = tuple(cbor.decode(data), 3);
    const shard = { list: uint(list), first: uint(first), digests: decodeDigests(octets(digests)) };
    require(firstOf(shard.first) === shard.first, "a shard begins at a multiple of 256");
    require(shard.digests.length <= INDICES_A_SHARD, "more digests than indices");
    return shard;
  });
}

/** The SHA-256, in hexadecimal, of every shard of one list, in order; the checkpoint commits to this object's bytes. */
export interface RegisterIndex {
  readonly list: number;
  readonly hashes: readonly string[];
}

/** The register index in `data`. ObjectError: OBJECT_TOO_LARGE, OBJECT_MALFORMED. */
export function decodeIndex(data: Uint8Array): RegisterIndex {
  return reading(ObjectType.REGISTER, data, () => {
    const [list, hashes] = tuple(cbor.decode(data), 2);
    const joined = octets(hashes);
    require(joined.length % HASH_BYTES === 0, "not whole hashes");
    return { list: uint(list), hashes: pieces(joined, HASH_BYTES).map(hex) };
  });
}
