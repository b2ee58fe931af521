/** Moments and how long ago they were, in words. Legal time is UTC+8, wherever the phone is. */

import type { Seconds } from "../model.ts";
import type { Words } from "../wording.ts";

const UNITS = [
  [86_400, "天", "day"],
  [3_600, "小时", "hour"],
  [60, "分钟", "minute"],
] as const;
const EIGHT_HOURS = 8 * 3_600;

/** How long before `now` the `instant` was, in the largest whole unit. */
export function age(instant: Seconds, now: Seconds): Words {
  for (const [length, zh, en] of UNITS) {
    const count = Math.floor((now - instant) / length);
    if (count >= 1) return { zh: `${count} ${zh}前`, en: `${count} ${en}${count === 1 ? "" : "s"} ago` };
  }
  return { zh: "不到 1 分钟前", en: "less than a minute ago" };
}

/** `instant` as YYYY-MM-DD HH:MM in UTC+8. */
export function local(instant: Seconds): string {
  const moment = new Date((instant + EIGHT_HOURS) * 1000);
  return Number.isNaN(moment.getTime()) ? "—" : moment.toISOString().slice(0, 16).replace("T", " ");
}
