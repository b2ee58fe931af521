/** Updates that were refused, in words. */

import { SYNC_REASONS } from "../wording.ts";
import { SAVE_EVIDENCE } from "./desk_phrases.ts";
import { element } from "./dom.ts";
import type { Refusal } from "./keeper.ts";
import { refusalCode } from "./standing.ts";
import { both, pair } from "./view.ts";

/** Why an update was refused, and what to do. */
export function refusalBox(refusal: Refusal): HTMLElement {
  const { zh, en, nextZh, nextEn } = SYNC_REASONS[refusal.reason];
  const words = [pair({ zh, en }), pair({ zh: nextZh, en: nextEn })];
  return element("div", { class: "refusal" }, ...words, refusalCode(refusal));
}

/** A link that saves the evidence as a file. */
export function evidenceLink(bundle: Uint8Array): HTMLElement {
  const address = URL.createObjectURL(new Blob([new Uint8Array(bundle)], { type: "application/cbor" }));
  const link = element("a", { href: address, download: "equivocation.cbor" }, ...both(SAVE_EVIDENCE));
  return element("p", {}, link);
}
