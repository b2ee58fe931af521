/** The cases of `tests/suppositions/`, which the other verifier answers alike. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { isoDate } from "../src/model.ts";
import { fieldsOf, questionOf } from "../src/page/question.ts";
import type { RecognisedAs } from "../src/recognition.ts";
import { suppose } from "../src/supposition.ts";
import type { Answer, Question } from "../src/supposition.ts";
import { load } from "../src/trust.ts";
import { SUPPOSITIONS } from "./data.ts";

interface Case {
  readonly about: string;
  readonly bundle: string;
  readonly pin: string;
  readonly home: string;
  readonly now: string;
  readonly question: Asked;
  readonly found: object;
}

/** A question as the cases have it. */
interface Asked extends Omit<Question, "issuedOn" | "issuerKind"> {
  readonly issued_on: Question["issuedOn"];
  readonly issuer_kind: Question["issuerKind"];
}

const CASES = JSON.parse(readFileSync(new URL("cases.json", SUPPOSITIONS), "utf8")) as Record<string, Case>;
const ISSUERS = ["employer", "social", "school"];
const STATES = ["in-force", "suspended", "repealed"];

function found({ bundle, pin, home, now, question: { issued_on, issuer_kind, ...asked } }: Case): object {
  const trust = load(readFileSync(new URL(bundle, SUPPOSITIONS)), new Set([pin]), home);
  const question = { ...asked, issuedOn: issued_on, issuerKind: issuer_kind };
  const { answers, agreement, state, issued } = suppose(question, trust, Date.parse(now) / 1000);
  return {
    answers: answers.map(described),
    agreement:
      agreement === null || state === null
        ? null
        : {
            id: agreement.id,
            document: agreement.document,
            date: isoDate(agreement.documentDay),
            state: STATES[state[1]],
            since: isoDate(state[0]),
          },
    recognition_list: issued === null ? null : new Date(issued * 1000).toISOString().replace(".000Z", "Z"),
  };
}

function described({ issuer, kinds, ruling: { recognition, recognisedAs, rule } }: Answer): object {
  return {
    issuer,
    issuer_kinds: kinds.map((kind) => ISSUERS[kind]),
    recognition,
    recognised_as: recognisedAs && asRow(recognisedAs),
    dated_from: rule === null ? null : isoDate(rule.first),
    dated_to: rule === null || rule.last === null ? null : isoDate(rule.last),
  };
}

function asRow({ region, occupation, level, effect, rule, document, date }: RecognisedAs): object {
  const name = ["equivalent", "eligibility", "treatment"][effect];
  const day = date === null ? null : isoDate(date);
  return { region, occupation: occupation?.code ?? null, level, effect: name, rule, document, date: day };
}

describe("what a certificate would count as", () => {
  for (const [name, each] of Object.entries(CASES)) {
    test(name, () => assert.deepEqual(found(each), each.found, each.about));
  }
});

test("an occupation is asked by the national list's code, or by any of a region's own list", () => {
  const question = fieldsOf("#from=35&to=44&kind=level&level=3&date=2026-06-01");
  assert.ok(question !== null);
  const about = (occupation: string, edition: string): unknown => questionOf({ ...question, occupation, edition }, 0);
  for (const code of ["电工", "6-31", "TW-17800", ""]) assert.equal(about(code, "2022"), "occupation", code);
  assert.equal(about("", "0"), "occupation");
  for (const edition of ["", "2015", "0"]) assert.notEqual(about("6-31-01-03", edition), "occupation", edition);
  assert.notEqual(about("TW-17800", "0"), "occupation");
});
