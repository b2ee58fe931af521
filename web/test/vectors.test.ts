/** The vectors of `tests/vectors/`, which the other verifier answers alike. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { isoDate } from "../src/model.ts";
import { REASONS } from "../src/reason.ts";
import type { RecognisedAs } from "../src/recognition.ts";
import { load } from "../src/trust.ts";
import type { Trust } from "../src/trust.ts";
import { verify } from "../src/verify.ts";
import { VECTORS } from "./data.ts";

interface Case {
  readonly text: string;
  readonly bundle: string;
  readonly pin: string;
  readonly now: string;
  readonly region: string | null;
  readonly verdict: string;
  readonly reason: string;
  readonly recognition: string | null;
  readonly recognised_as: object | null;
}

const NAMES = readdirSync(VECTORS).filter((name) => name !== "bundles");
const CASES = new Map(NAMES.map((name) => [name, readCase(name)]));
const BEFORE_TEXT = ["PICTURE_TYPE", "PICTURE_TOO_LARGE", "NOT_READ"];

function readCase(name: string): Case {
  return JSON.parse(readFileSync(new URL(`${name}/case.json`, VECTORS), "utf8")) as Case;
}

const TRUSTS = new Map<string, Trust>();

/** What the case's bundle is worth to a verifier with its pin; many cases share one. */
function trustOf(name: string, { bundle, pin, region }: Case): Trust {
  const id = [bundle, pin, region].join();
  const place = new URL(bundle, new URL(`${name}/`, VECTORS));
  const trust = TRUSTS.get(id) ?? load(readFileSync(place), new Set([pin]), region);
  TRUSTS.set(id, trust);
  return trust;
}

function recognised(found: RecognisedAs | null): object | null {
  return (
    found && {
      region: found.region,
      occupation: found.occupation?.code ?? null,
      level: found.level,
      effect: ["equivalent", "eligibility", "treatment"][found.effect],
      rule: found.rule,
      document: found.document,
      date: found.date === null ? null : isoDate(found.date),
    }
  );
}

describe("vectors", () => {
  for (const [name, expected] of CASES) {
    test(name, () => {
      const found = verify(expected.text, trustOf(name, expected), Date.parse(expected.now) / 1000);
      const accepted = found.outcome === "accepted" ? found : null;
      assert.deepEqual(
        {
          verdict: found.outcome,
          reason: found.reason,
          recognition: accepted?.recognition ?? null,
          recognised_as: recognised(accepted?.recognisedAs ?? null),
        },
        {
          verdict: expected.verdict,
          reason: expected.reason,
          recognition: expected.recognition,
          recognised_as: expected.recognised_as,
        },
      );
    });
  }
});

test("every reason that a text can have has a vector, and there is no other", () => {
  const met = new Set([...CASES.values()].map(({ reason }) => reason));
  assert.deepEqual([...met].sort(), REASONS.filter((reason) => !BEFORE_TEXT.includes(reason)).sort());
});

test("a partner that is pinned by itself, and with which the home has no agreement", () => {
  const [name, partner] = ["regions-no-agreements", CASES.get("example-accepted")];
  const found = CASES.get(name);
  assert.ok(found !== undefined && partner !== undefined);
  const bundle = readFileSync(new URL(found.bundle, new URL(`${name}/`, VECTORS)));
  const verdict = verify(found.text, load(bundle, new Set([found.pin, partner.pin]), "44"), Date.parse(found.now) / 1000);
  assert.equal(verdict.outcome === "accepted" ? verdict.recognition : verdict.reason, "NO_AGREEMENT");
});
