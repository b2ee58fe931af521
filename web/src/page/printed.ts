/** Many answers as a table for the printer. */

import type { Certificate } from "../model.ts";
import { Kind, occupationOf } from "../model.ts";
import { certificateOf, wordsOf } from "./cells.ts";
import { LABELS } from "./desk_phrases.ts";
import { element } from "./dom.ts";
import type { Child } from "./dom.ts";
import type { Lexicon } from "./lent.ts";
import { local } from "./age.ts";
import { OUTCOMES, OUTCOME_SIGNS } from "./phrases.ts";
import type { Row } from "./pile.ts";
import { both, shownText } from "./view.ts";

const COLUMNS = [LABELS.number, LABELS.outcome, LABELS.holder, LABELS.certificate, LABELS.what, LABELS.why, LABELS.file];

/** All `rows`, with when they were judged and where. */
export function printed(rows: readonly Row[], lexicon: Lexicon): HTMLElement {
  const when = `${local(Math.max(0, ...rows.map(({ at }) => at)))} (UTC+8) · ${window.location.host}`;
  const heads = COLUMNS.map((words) => element("th", { scope: "col" }, ...both(words)));
  const lines = rows.map((row, place) => element("tr", {}, ...cellsOf(row, place + 1, lexicon)));
  return element(
    "table",
    {},
    element("caption", {}, when),
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...lines),
  );
}

function cellsOf(row: Row, number: number, lexicon: Lexicon): HTMLElement[] {
  const certificate = certificateOf(row);
  const { zh } = wordsOf(row, lexicon);
  const person: Child[] =
    certificate === null ? [] : [shownText(certificate.person.name), " ", shownText(certificate.person.documentLast4)];
  return [
    [`${number}`],
    [`${OUTCOME_SIGNS[row.outcome]} ${OUTCOMES[row.outcome].zh}`],
    person,
    certificate === null ? [] : [shownText(certificate.number)],
    certificate === null ? [] : what(certificate, lexicon),
    row.outcome === "accepted" ? [] : [zh],
    [shownText(row.given.name)],
  ].map((children) => element("td", {}, ...children));
}

/** Of which occupation and level a certificate is. */
export function what(certificate: Certificate, { LEVELS, POSTS, KINDS }: Lexicon): Child[] {
  const { subject } = certificate;
  const job = occupationOf(certificate);
  const title = job === null ? null : shownText(job.title);
  switch (subject.kind) {
    case Kind.LEVEL:
      return [title, " ", LEVELS[subject.level]?.zh ?? ""];
    case Kind.POST:
      return [title, " ", POSTS[subject.post].zh];
    case Kind.HONOUR:
      return [shownText(subject.honour)];
    case Kind.SPECIAL_ABILITY:
      return [title, " ", KINDS[subject.kind].zh];
  }
}
