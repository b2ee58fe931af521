/** Whether what is accepted counts in a region: its agreements, and whether they are held and new enough to be asked. */

import { find } from "./checkpoint.ts";
import { ObjectError } from "./errors.ts";
import { dayOf } from "./model.ts";
import type { Region, Seconds } from "./model.ts";
import { CLOCK_TOLERANCE, ObjectType } from "./published.ts";
import type { Recognition } from "./reason.ts";
import { recognise } from "./recognition.ts";
import type { Answer, Candidate, RecognitionList } from "./recognition.ts";
import type { RegionTrust, Trust } from "./trust.ts";

/** What no newer agreement changes: a repeal is for ever. */
const LASTING: ReadonlySet<Recognition> = new Set(["HOME", "AGREEMENT_REPEALED"]);

/** The answer. `issued` is when the agreements were issued, if they were asked. */
export interface Count extends Answer {
  readonly issued: Seconds | null;
}

/** Whether it counts in `home` at `now`, and as what. */
export function count(candidate: Candidate, home: Region, trust: Trust, now: Seconds): Count {
  const table = agreementsOf(home, trust);
  const answer = recognise(candidate, home, table, dayOf(now));
  const issued = table !== null && answer.recognition !== "HOME" ? table.head.issued : null;
  const isKnown = LASTING.has(answer.recognition) || isCurrent(trust.regions.get(home), now);
  return isKnown ? { ...answer, issued } : { recognition: "RECOGNITION_UNKNOWN", recognisedAs: null, issued };
}

/** The agreements of `home`, if they are held; whether they are new enough is not said. */
export function agreementsOf(home: Region, { regions }: Trust): RecognitionList | null {
  const own = regions.get(home);
  return own === undefined || own instanceof ObjectError ? null : own.recognition;
}

/** Whether the home's root and agreements are held, not expired, and not from a time to come. */
function isCurrent(own: RegionTrust | ObjectError | undefined, now: Seconds): boolean {
  if (own === undefined || own instanceof ObjectError) return false;
  if (now >= own.root.head.expires || now + CLOCK_TOLERANCE < own.newestIssued) return false;
  if (own.recognition === null) return find(own.checkpoint, ObjectType.RECOGNITION, 0) === null;
  return now < own.recognition.head.expires;
}
