/** The cases of `tests/updates/`, which the other verifier answers alike. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import * as bundle from "../src/bundle.ts";
import { hex } from "../src/bytes.ts";
import { ObjectError } from "../src/errors.ts";
import { SYNC_REASONS } from "../src/reason.ts";
import { pinOf, Role } from "../src/root.ts";
import { isTaken, update } from "../src/update.ts";
import type { Answer } from "../src/update.ts";
import { UPDATES } from "./data.ts";

interface Outcome {
  readonly refused: string | null;
  readonly answers: Readonly<Record<string, object>>;
  readonly strangers: readonly string[];
  readonly absent: readonly string[];
  readonly home_found: string | null;
  readonly stored: string | null;
}

interface Case extends Outcome {
  readonly about: string;
  readonly held: string | null;
  readonly fetched: string;
  readonly pins: readonly string[];
  readonly now: string;
  readonly home: string | null;
  readonly whole: boolean;
}

const CASES = JSON.parse(readFileSync(new URL("cases.json", UPDATES), "utf8")) as Record<string, Case>;

function read(name: string): Uint8Array {
  return readFileSync(new URL(name, UPDATES));
}

function outcome({ held, fetched, pins, now, home, whole }: Case): Outcome {
  const before = held === null ? new Map() : bundle.decode(read(held));
  try {
    const found = update(before, bundle.decode(read(fetched)), new Set(pins), Date.parse(now) / 1000, home, whole);
    return {
      refused: null,
      answers: Object.fromEntries([...found.answers].map(([region, answer]) => [region, described(answer)])),
      strangers: found.strangers,
      absent: [...found.absent.keys()],
      home_found: found.home,
      stored: found.parts.size === 0 ? null : pinOf(bundle.encode(found.parts)),
    };
  } catch (error) {
    if (!(error instanceof ObjectError)) throw error;
    return { refused: error.reason, answers: {}, strangers: [], absent: [], home_found: null, stored: null };
  }
}

const ROLE_NAMES = new Map(Object.entries(Role).map(([name, role]) => [role, name.toLowerCase()]));

function described(answer: Answer): object {
  if (answer instanceof ObjectError) {
    return { result: "refused", reason: answer.reason, new_epochs: [], lost_shards: 0 };
  }
  if (!isTaken(answer)) return { result: "kept", reason: null, new_epochs: [], lost_shards: 0 };
  const result = answer.changed ? "updated" : "unchanged";
  const roles = answer.reset.map((role) => ROLE_NAMES.get(role));
  return { result, reason: null, new_epochs: roles, lost_shards: answer.lost };
}

describe("updates", () => {
  for (const [name, { refused, answers, strangers, absent, home_found, stored, ...given }] of Object.entries(CASES)) {
    test(name, () => {
      const found = outcome({ refused, answers, strangers, absent, home_found, stored, ...given });
      assert.deepEqual(found, { refused, answers, strangers, absent, home_found, stored });
    });
  }
});

test("every bundle of the cases that can be read is written byte for byte as it was", () => {
  for (const { held } of Object.values(CASES)) {
    if (held === null) continue;
    assert.equal(hex(bundle.encode(bundle.decode(read(held)))), hex(read(held)));
  }
});

test("every reason that an update can be refused for has a case", () => {
  const answered = Object.values(CASES).flatMap(({ answers }) => Object.values(answers) as { reason: string | null }[]);
  const met = new Set([...answered.map(({ reason }) => reason), ...Object.values(CASES).map(({ refused }) => refused)]);
  assert.deepEqual([...met].filter((each) => each !== null).sort(), [...SYNC_REASONS].sort());
});
