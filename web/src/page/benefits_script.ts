/** The part of an answer about benefits: its words are a script of their own, fetched where a region has a policy. */

import { find } from "../checkpoint.ts";
import { ObjectType } from "../published.ts";
import type { Trust } from "../trust.ts";
import type { Verdict } from "../verify.ts";
import type * as Benefits from "./benefits.ts";

let script: Promise<typeof Benefits> | null = null;

/** What there is to say of benefits. Nothing without a policy, and nothing if the script at `address` cannot be had. */
export async function benefitsOf(verdict: Verdict, trust: Trust, address: string): Promise<HTMLElement[]> {
  if (!publishesPolicy(trust)) return [];
  try {
    script ??= import(address) as Promise<typeof Benefits>;
    return (await script).benefits(verdict, trust);
  } catch {
    script = null;
    return [];
  }
}

function publishesPolicy({ home, regions }: Trust): boolean {
  const own = home === null ? undefined : regions.get(home);
  return own !== undefined && "checkpoint" in own && find(own.checkpoint, ObjectType.BENEFITS, 0) !== null;
}
