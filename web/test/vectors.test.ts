/** The vectors of `tests/vectors/`, which the other verifier answers alike. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import type { Amount, Entitled, ShortageList } from "../src/benefits.ts";
import { ask } from "../src/entitlement.ts";
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
  readonly division?: string | null;
  readonly benefits?: object;
}

const NAMES = readdirSync(VECTORS).filter((name) => name !== "bundles");
const CASES = new Map(NAMES.map((name) => [name, readCase(name)]));

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

function amount(found: Amount | null): object {
  return {
    amount_fen: found?.fen ?? null,
    period: found === null ? null : (["once", "month", "year"][found.period] ?? null),
    times: found?.times ?? null,
  };
}

function shortageList(found: ShortageList | null): object | null {
  return (
    found && {
      id: found.id,
      title: found.title,
      document: found.document,
      document_date: isoDate(found.documentDay),
      division: found.division,
    }
  );
}

function entitled({ clause, listed }: Entitled): object {
  return {
    id: clause.id,
    document: clause.document,
    document_date: isoDate(clause.documentDay),
    clause: clause.number,
    words: clause.words,
    benefit: ["allowance", "award", "subsidy", "service"][clause.benefit],
    ...amount(clause.amount),
    divisions: clause.divisions,
    from: isoDate(clause.first),
    to: clause.last === null ? null : isoDate(clause.last),
    shortage_list: shortageList(listed),
  };
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
      if (expected.benefits === undefined) return;
      const division = expected.division ?? null;
      const { answer, clauses } = ask(found, trustOf(name, expected), division);
      assert.deepEqual({ answer, division, clauses: clauses.map(entitled) }, expected.benefits);
    });
  }
});

test("every reason that a text can have has a vector, and there is no other", () => {
  const met = new Set([...CASES.values()].map(({ reason }) => reason));
  assert.deepEqual([...met].sort(), [...REASONS].sort());
});

test("a partner that is pinned by itself, and with which the home has no agreement", () => {
  const [name, partner] = ["regions-no-agreements", CASES.get("example-accepted")];
  const found = CASES.get(name);
  assert.ok(found !== undefined && partner !== undefined);
  const bundle = readFileSync(new URL(found.bundle, new URL(`${name}/`, VECTORS)));
  const verdict = verify(found.text, load(bundle, new Set([found.pin, partner.pin]), "44"), Date.parse(found.now) / 1000);
  assert.equal(verdict.outcome === "accepted" ? verdict.recognition : verdict.reason, "NO_AGREEMENT");
});
