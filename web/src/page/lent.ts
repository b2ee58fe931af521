/** What the page lends to the script of many certificates (desk.ts), so that nothing is loaded twice. */

import type { Sign1 } from "../cose.ts";
import type { Seconds } from "../model.ts";
import type { Verdict } from "../verify.ts";
import type { Need } from "../wanted.ts";
import type * as Wording from "../wording.ts";
import type { Keeper, Refusal } from "./keeper.ts";

/** The words of the codes that a verdict has. */
export type Spoken = Pick<
  typeof Wording,
  "REASONS" | "RECOGNITIONS" | "KINDS" | "DOCUMENTS" | "BASES" | "POSTS" | "EFFECTS" | "LEVELS" | "REGISTRATION"
>;
/** The same, and why files have no text: those words come with the script that reads files. */
export type Lexicon = Spoken & Pick<typeof Wording, "BEFORE_TEXT">;

/** What stands in the answer's place: the camera, or many answers. */
export interface Occupant {
  readonly element: HTMLElement;
  /** The held data changed, or is known not to. */
  moved(): void;
  /** Something else takes the place. */
  left(): void;
}

/** The page, as far as the desk needs it. */
export interface Lent {
  readonly keeper: Keeper;
  readonly lexicon: Spoken;
  now(): Seconds;
  /** The verdict by what is held; REGION_UNKNOWN while nothing is. */
  verify(text: string): Verdict;
  needOf(text: string): Need | null;
  /** The envelope of the certificate in a text. CredentialError: it has none. */
  envelopeOf(text: string): Sign1;
  /** The full answer about `text`, or that its data is not here. */
  answer(text: string, verdict: Verdict): HTMLElement;
  /** Asks about one text: its answer takes the place. */
  ask(text: string): void;
  /** Puts `occupant` into the answer's place. */
  occupy(occupant: Occupant): void;
  /** Asks the registry for news and for what `needs` take; many at once, one question at a time. */
  refresh(needs: readonly Need[]): Promise<void>;
  /** What a screen reader says. */
  say(words: string): void;
}

/** What the page asks of the desk. */
export interface Desk {
  /** Whether something is asked already: the ways are for another one then. */
  asked(isAsked: boolean): void;
  /** More for experts about what is held, and about the certificate in `text`. */
  details(text: string | null): HTMLElement[];
  /** Puts a link into the answer of an accepted certificate: where to ask what it counts as elsewhere. */
  elsewhere(verdict: Verdict, answer: HTMLElement): void;
  /** An update that was refused, in words. */
  refused(refusal: Refusal): HTMLElement;
  /** A link that saves the other content of a version that came with two. */
  evidence(bundle: Uint8Array): HTMLElement;
  /** Takes up a pasted text; false if it is of one certificate. */
  takes(text: string): boolean;
}
