/** The cases of `tests/updates/wanted.json`, which the other verifier answers alike; and which directories are read. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import * as bundle from "../src/bundle.ts";
import type { Part } from "../src/bundle.ts";
import { utf8 } from "../src/bytes.ts";
import { read as readDirectory } from "../src/directory.ts";
import { pinOf } from "../src/root.ts";
import { establish } from "../src/trust.ts";
import { needOf, plan } from "../src/wanted.ts";
import { UPDATES } from "./data.ts";

interface Case {
  readonly served: string;
  readonly held: string | null;
  readonly pin: string;
  readonly text: string | null;
  readonly whole: boolean;
  readonly missing: readonly (readonly string[])[];
  readonly part: string;
}

const REGION = "35";
const CASES = JSON.parse(readFileSync(new URL("wanted.json", UPDATES), "utf8")) as Record<string, Case>;

function partIn(name: string): Part {
  const part = bundle.decode(readFileSync(new URL(name, UPDATES))).get(REGION);
  assert.ok(part);
  return part;
}

function objects(part: Part): Map<string, Uint8Array> {
  return new Map(bundle.objectsIn(part).map((data) => [pinOf(data), data]));
}

/** What is missing, round by round, and the SHA-256 of the bundle of the part in the end. */
function rounds({ served, held, pin, text, whole }: Case): [string[][], string] {
  const [part, before] = [partIn(served), held === null ? null : partIn(held)];
  const trust = before === null ? null : establish(REGION, before, new Set([pin]));
  const need = text === null ? null : needOf(text);
  const choice = whole ? null : { held: trust, needs: need === null ? [] : [need] };
  const start = { roots: part.roots.map(pinOf), checkpoint: pinOf(part.checkpoint) };
  const pool = before === null ? new Map<string, Uint8Array>() : objects(before);
  for (const found: string[][] = []; ;) {
    const next = plan(start, pool, choice);
    if (next.part !== null) return [found, pinOf(bundle.encode(new Map([[REGION, next.part]])))];
    found.push([...next.missing.keys()].sort());
    for (const hash of next.missing.keys()) pool.set(hash, objects(part).get(hash) ?? new Uint8Array());
  }
}

describe("wanted", () => {
  for (const [name, given] of Object.entries(CASES)) {
    test(name, () => assert.deepEqual(rounds(given), [given.missing, given.part]));
  }
});

const START = { region: REGION, roots: ["00".repeat(32)], checkpoint: "11".repeat(32) };

function directory(changes: object): Uint8Array {
  return utf8(JSON.stringify({ bundle_bytes: 7, parts: [START], more: null, ...changes }));
}

test("a directory is read", () => {
  const { region, ...start } = START;
  assert.deepEqual(readDirectory(directory({})), { bundleBytes: 7, starts: new Map([[region, start]]) });
});

for (const [name, data] of Object.entries({
  "not JSON": new Uint8Array([255]),
  "an array": utf8("[]"),
  "too deep": utf8("[".repeat(100_000)),
  "no size": directory({ bundle_bytes: null }),
  "no parts": directory({ parts: null }),
  "a region that is none": directory({ parts: [{ ...START, region: "3" }] }),
  "a hash that is short": directory({ parts: [{ ...START, checkpoint: "11" }] }),
  "a hash that is no text": directory({ parts: [{ ...START, checkpoint: 1 }] }),
  "roots that are a text": directory({ parts: [{ ...START, roots: "00".repeat(32) }] }),
  "1025 roots": directory({ parts: [{ ...START, roots: Array(1_025).fill(START.checkpoint) }] }),
})) {
  test(`no directory: ${name}`, () => assert.equal(readDirectory(data), null));
}
