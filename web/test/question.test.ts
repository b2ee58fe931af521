/** The explorer's question in an address: what a certificate fills in of it, and nothing else. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Certificate } from "../src/model.ts";
import { fieldsFrom, fieldsOf, fragmentOf, questionOf } from "../src/page/question.ts";
import { load } from "../src/trust.ts";
import { verify } from "../src/verify.ts";
import { VECTORS } from "./data.ts";

const NOW = Date.parse("2026-06-01T04:00:00Z") / 1000;

/** The certificate of a vector, accepted or once valid. */
function certificateOf(name: string): Certificate {
  const folder = new URL(`${name}/`, VECTORS);
  const { text, bundle, pin } = JSON.parse(readFileSync(new URL("case.json", folder), "utf8"));
  const verdict = verify(text, load(readFileSync(new URL(bundle, folder)), new Set([pin]), "35"), NOW);
  const found = verdict.outcome === "accepted" ? verdict.certificate : verdict.outcome === "rejected" ? verdict.former : null;
  assert.ok(found !== null, name);
  return found;
}

test("a certificate fills in codes of what it is for, and nothing of the person", () => {
  const fragments = ["scope-level-3-of-1", "alone-post-ended"].map((name) => fragmentOf(fieldsFrom(certificateOf(name))));
  assert.deepEqual(fragments, [
    "#from=35&kind=level&occupation=6-31-01-03&edition=2022&level=3",
    "#from=35&kind=post&occupation=6-31-01-03&edition=2022&post=chief-technician",
  ]);
});

test("what it fills in is a question but for the other region", () => {
  const [fragment] = ["scope-level-3-of-1"].map((name) => fragmentOf(fieldsFrom(certificateOf(name))));
  const fields = fieldsOf(fragment ?? "");
  assert.ok(fields !== null);
  assert.equal(questionOf(fields, NOW), "to");
  assert.equal(typeof questionOf({ ...fields, to: "44" }, NOW), "object");
  assert.equal(fieldsOf("#level=3"), null);
});
