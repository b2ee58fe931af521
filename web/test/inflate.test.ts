/** What unpacks our status lists against zlib itself: the same streams are refused, and the others unpack to the same bytes. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { constants, deflateSync, inflateRawSync, inflateSync } from "node:zlib";
import { fromHex, hex } from "../src/bytes.ts";
import { ObjectError } from "../src/errors.ts";
import { inflate } from "../src/inflate.ts";

const CAP = 4096;

/** Numbers from a fixed seed (xorshift32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

function ours(data: Uint8Array): string | null {
  try {
    return hex(inflate(data, CAP));
  } catch (error) {
    assert.ok(error instanceof ObjectError);
    return null;
  }
}

/** What zlib makes of `data` if it is one whole stream with nothing behind it. */
function theirs(data: Uint8Array): string | null {
  try {
    const found = inflateSync(data, { info: true, maxOutputLength: CAP }) as unknown as {
      buffer: Uint8Array;
      engine: { bytesWritten: number };
    };
    return found.engine.bytesWritten === data.length ? hex(found.buffer) : null;
  } catch {
    return null;
  }
}

const SAMPLES = [0, 1, 2, 100, 1000, 4096].flatMap((length) => {
  const random = numbers(length + 1);
  return [1, 4, 256].map((symbols) => Uint8Array.from({ length }, () => random(symbols)));
});
const STRATEGIES = [constants.Z_DEFAULT_STRATEGY, constants.Z_HUFFMAN_ONLY, constants.Z_RLE, constants.Z_FIXED];
const STREAMS = SAMPLES.flatMap((sample) =>
  STRATEGIES.flatMap((strategy) => [0, 1, 9].map((level) => Uint8Array.from(deflateSync(sample, { level, strategy })))),
);

test("what zlib packs is unpacked", () => {
  for (const stream of STREAMS) {
    assert.notEqual(ours(stream), null);
    assert.equal(ours(stream), theirs(stream));
  }
});

test("a stream cut anywhere, or with a byte behind it, is refused", () => {
  for (const stream of STREAMS.filter(({ length }) => length < 200)) {
    for (let end = 0; end < stream.length; end++) assert.equal(ours(stream.subarray(0, end)), null);
    assert.equal(ours(Uint8Array.of(...stream, 0)), null);
  }
});

test("the cap is exact", () => {
  assert.equal(inflate(deflateSync(new Uint8Array(CAP)), CAP).length, CAP);
  assert.equal(ours(deflateSync(new Uint8Array(CAP + 1))), null);
});

test("mutated streams are refused, or unpacked, as by zlib", () => {
  const random = numbers(2026);
  const short = STREAMS.filter(({ length }) => length < 400);
  let unpacked = 0;
  for (let round = 0; round < 20_000; round++) {
    const stream = Uint8Array.from(short[random(short.length)] ?? []);
    for (let flips = random(3); flips >= 0; flips--) {
      const place = random(stream.length);
      stream[place] = (stream[place] ?? 0) ^ (1 << random(8));
    }
    const found = ours(stream);
    assert.equal(found, theirs(stream), hex(stream));
    unpacked += found === null ? 0 : 1;
  }
  assert.ok(unpacked > 0);
});

/** Mutation seldom gets past the checksum: here it is set right whenever zlib says that it alone is wrong. */
test("mutated blocks are refused, or unpacked, as by zlib", () => {
  const random = numbers(1202);
  const short = STREAMS.filter(({ length }) => length < 400);
  let unpacked = 0;
  for (let round = 0; round < 20_000; round++) {
    const stream = Uint8Array.from(short[random(short.length)] ?? []);
    const place = 2 + random(Math.min(stream.length - 6, 40));
    stream[place] = random(256);
    const whole = withChecksum(stream);
    const found = ours(whole);
    assert.equal(found, theirs(whole), hex(whole));
    unpacked += found === null ? 0 : 1;
  }
  assert.ok(unpacked > 1000, `${unpacked}`);
});

function withChecksum(stream: Uint8Array): Uint8Array {
  const raw = tryRaw(stream);
  if (raw === null) return stream;
  let low = 1;
  let high = 0;
  for (const byte of raw.content) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  const end = 2 + raw.consumed;
  return Uint8Array.of(...stream.subarray(0, end), high >> 8, high & 255, low >> 8, low & 255);
}

function tryRaw(stream: Uint8Array): { content: Uint8Array; consumed: number } | null {
  try {
    const found = inflateRawSync(stream.subarray(2), { info: true, maxOutputLength: CAP }) as unknown as {
      buffer: Uint8Array;
      engine: { bytesWritten: number };
    };
    return { content: found.buffer, consumed: found.engine.bytesWritten };
  } catch {
    return null;
  }
}

describe("refused", () => {
  const streams = {
    "a preset dictionary": "78bb00000000030000000001",
    "another method": "7985030000000001",
    "a window beyond 32 KiB": "881c030000000001",
    "a wrong header check": "789d030000000001",
    "a block of type 3": "789c070000000001",
    "a checksum off by one": "789c030000000002",
    "a stored block's length not confirmed": "789c010100ffff0000010001",
    "a distance before the beginning": "789c63000200010001",
  };
  for (const [name, stream] of Object.entries(streams)) test(name, () => assert.equal(ours(fromHex(stream)), null));
  test("but not the empty stream", () => assert.equal(ours(fromHex("789c030000000001")), ""));
});
