/**
 * What a verified certificate entitles to in the verifier's home region: the clauses of its policy, or why none.
 *
 * What is not known is never told as nothing: only ENTITLED, and NO_CLAUSE and NO_POLICY as its opposites, say what the
 * policy says.
 */

import { applying, decode, factsOf } from "./benefits.ts";
import type { BenefitPolicy, Entitled } from "./benefits.ts";
import { find } from "./checkpoint.ts";
import { ObjectError } from "./errors.ts";
import { dayOf, Effect } from "./model.ts";
import type { Policy } from "./policy.ts";
import { ObjectType } from "./published.ts";
import type { Entitlement } from "./reason.ts";
import type { Trust } from "./trust.ts";
import type { Verdict } from "./verify.ts";

/** The answer. `clauses` are all that apply, in the policy's order; empty unless the answer is ENTITLED. */
export interface Entitlements {
  readonly answer: Entitlement;
  readonly clauses: readonly Entitled[];
}

/**
 * What the certificate entitles to on the verdict's day in `division` (six digits), or anywhere in the home region.
 *
 * `trust` is what the verdict was made with. Each clause stands by itself: whether two may be had together, its documents
 * say.
 */
export function ask(verdict: Verdict, trust: Trust, division: string | null): Entitlements {
  if (verdict.outcome !== "accepted") return none("NOT_ACCEPTED");
  if (trust.home === null) return none("NO_HOME");
  const own = trust.regions.get(trust.home);
  if (own === undefined || !("checkpoint" in own)) return none("POLICY_MISSING");
  if (find(own.checkpoint, ObjectType.BENEFITS, 0) === null) return none("NO_POLICY");
  const { certificate, recognition, recognisedAs: counted, asOf } = verdict;
  if (recognition === "RECOGNITION_UNKNOWN") return none("RECOGNITION_UNKNOWN");
  if (counted === null) return none("NOT_RECOGNISED_HERE");
  if (counted.effect === Effect.ELIGIBILITY) return none("ELIGIBILITY_ONLY");
  if (own.benefits === null) return none("POLICY_MISSING");
  if (asOf.now >= own.benefits.head.expires) return none("POLICY_EXPIRED");
  const facts = factsOf(certificate.subject, counted.occupation, counted.level, certificate.issuedOn);
  const policy = readable(own.benefits);
  if (policy === null) return none("POLICY_UNREADABLE");
  const clauses = applying(policy, facts, division, dayOf(asOf.now));
  return clauses.length > 0 ? { answer: "ENTITLED", clauses } : none("NO_CLAUSE");
}

function readable({ payload }: Policy): BenefitPolicy | null {
  try {
    return decode(payload);
  } catch (error) {
    if (error instanceof ObjectError) return null;
    throw error;
  }
}

function none(answer: Entitlement): Entitlements {
  return { answer, clauses: [] };
}
