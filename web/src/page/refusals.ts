/** Updates that were refused, in words. */

import { SYNC_REASONS } from "../wording.ts";
import { element } from "./dom.ts";
import type { Refusal } from "./keeper.ts";
import { refusalCode } from "./standing.ts";
import { pair } from "./view.ts";

/** Why an update was refused, and what to do. */
export function refusalBox(refusal: Refusal): HTMLElement {
  const { zh, en, nextZh, nextEn } = SYNC_REASONS[refusal.reason];
  const words = [pair({ zh, en }), pair({ zh: nextZh, en: nextEn })];
  return element("div", { class: "refusal" }, ...words, refusalCode(refusal));
}
