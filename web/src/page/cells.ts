/** What a report on many says of each: the columns of the verifier's own reports (verifier_cli/words/columns.py). */

import { isBeforeText } from "../given.ts";
import type { Certificate, Seconds } from "../model.ts";
import { isoDate, Kind, occupationOf } from "../model.ts";
import type { RecognisedAs } from "../recognition.ts";
import { escaped } from "../text.ts";
import type { Accepted, Verdict } from "../verify.ts";
import { COLUMNS } from "../wording.ts";
import type { Wording, Words } from "../wording.ts";
import type { Lexicon } from "./lent.ts";
import { OUTCOMES } from "./phrases.ts";
import { fileOf } from "./pile.ts";
import type { Row } from "./pile.ts";
import { lastDay } from "./view.ts";

/** Characters of a cell in a spreadsheet. */
const MOST_CHARACTERS = 32_767;

type Key = (typeof COLUMNS)[number]["key"];
export type Cells = Partial<Record<Key, string>>;

/** The headings, Chinese and English. */
export const HEADINGS: readonly string[] = COLUMNS.map(({ zh, en }) => `${zh} ${en}`);

/** The table below the headings: a line for each row. */
export function table(rows: readonly Row[], lexicon: Lexicon): string[][] {
  const first = new Map<string, number>();
  return rows.map((row, place) => {
    const number = place + 1;
    const same = sameAs(row, number, first);
    const found: Cells = { ...cells(row, lexicon), number: `${number}`, same_as: same === null ? "" : `${same}` };
    return COLUMNS.map(({ key }) => (found[key] ?? "").slice(0, MOST_CHARACTERS));
  });
}

/** The number of the first row with the same certificate, if there is one before. */
function sameAs({ given: { content }, reason }: Row, number: number, first: Map<string, number>): number | null {
  if (typeof content !== "string" || reason.startsWith("QR_")) return null;
  const [digits = ""] = content.slice(content.indexOf("#")).replace(/\s/g, "").split(/[&?]/, 1);
  const found = first.get(digits) ?? null;
  if (found === null) first.set(digits, number);
  return found;
}

/** What happened, in words. */
export function wordsOf({ reason }: Row, { BEFORE_TEXT, REASONS }: Lexicon): Wording {
  return isBeforeText(reason) ? BEFORE_TEXT[reason] : REASONS[reason];
}

/** The certificate that is shown: one that stands, or once stood. */
export function certificateOf({ verdict }: Row): Certificate | null {
  switch (verdict?.outcome) {
    case "accepted":
      return verdict.certificate;
    case "rejected":
      return verdict.former;
    case "undecided":
    case undefined:
      return null;
  }
}

function cells(row: Row, lexicon: Lexicon): Cells {
  const { given, verdict } = row;
  const words = wordsOf(row, lexicon);
  const certificate = certificateOf(row);
  return {
    file: escaped(fileOf(given)),
    place: escaped(given.place ?? ""),
    verdict: bilingual(OUTCOMES[row.outcome]),
    reason: row.reason,
    reason_zh: words.zh,
    reason_en: words.en,
    next_step: `${words.nextZh} ${words.nextEn}`,
    detail: escaped(detailOf(row)),
    as_of: moment(row.at),
    ...(certificate === null ? {} : facts(certificate, lexicon)),
    ...(verdict === null ? {} : judgement(verdict, lexicon)),
  };
}

/** What the reason says beside its words. */
export function detailOf({ given: { content }, verdict }: Row): string {
  if (typeof content !== "string") return content.detail;
  return verdict === null || verdict.outcome === "accepted" ? "" : verdict.detail;
}

function judgement(verdict: Verdict, lexicon: Lexicon): Cells {
  const { issuer } = verdict;
  return {
    ...(issuer === null ? {} : { issuer_code: issuer.id, issuer_name: escaped(issuer.name) }),
    ...(verdict.outcome === "accepted" ? recognition(verdict, lexicon) : {}),
    ...asOf(verdict, lexicon),
  };
}

function facts(certificate: Certificate, lexicon: Lexicon): Cells {
  const { person } = certificate;
  const job = occupationOf(certificate);
  return {
    name: escaped(person.name),
    document_type: bilingual(lexicon.DOCUMENTS[person.documentType]),
    document_last4: escaped(person.documentLast4),
    certificate_number: escaped(certificate.number),
    kind: bilingual(lexicon.KINDS[certificate.subject.kind]),
    occupation_code: escaped(job?.code ?? ""),
    occupation_title: escaped(job?.title ?? ""),
    specialisation: escaped(job?.specialisation ?? ""),
    issued_on: isoDate(certificate.issuedOn),
    basis: bilingual(lexicon.BASES[certificate.basis]),
    ...subject(certificate, lexicon),
  };
}

function subject({ subject: found }: Certificate, { LEVELS, POSTS }: Lexicon): Cells {
  switch (found.kind) {
    case Kind.LEVEL:
      return { level: LEVELS[found.level]?.zh ?? `${found.level}` };
    case Kind.POST:
      return { level: bilingual(POSTS[found.post]), term_until: lastDay(found.ends) };
    case Kind.HONOUR:
      return { occupation_title: escaped(found.honour) };
    case Kind.SPECIAL_ABILITY:
      return {};
  }
}

function recognition({ recognition: answer, recognisedAs }: Accepted, lexicon: Lexicon): Cells {
  const here = `${lexicon.RECOGNITIONS[answer].zh} (${answer})`;
  return { recognised_here: here, ...(recognisedAs === null ? {} : recognised(recognisedAs, lexicon)) };
}

function recognised({ occupation, level, effect, document, rule }: RecognisedAs, { LEVELS, EFFECTS }: Lexicon): Cells {
  const parts = [occupation === null ? "" : escaped(occupation.code), LEVELS[level ?? 0]?.zh ?? "", EFFECTS[effect].zh];
  return {
    recognised_as: parts.filter((part) => part !== "").join(" "),
    by_document: document === null ? "" : `${escaped(document)} ${rule}`,
  };
}

function asOf({ asOf: { now, trustList, statusList, registration } }: Verdict, { REGISTRATION }: Lexicon): Cells {
  return {
    as_of: moment(now),
    trust_list_of: moment(trustList),
    status_list_of: moment(statusList),
    registration: registration === null ? "" : bilingual(REGISTRATION[registration]),
  };
}

/** As RFC 3339 writes it; beyond what a date can be the plain number of seconds. */
export function moment(instant: Seconds | null): string {
  if (instant === null) return "";
  const date = new Date(instant * 1000);
  return Number.isNaN(date.getTime()) ? `${instant}` : `${date.toISOString().slice(0, 19)}Z`;
}

function bilingual({ zh, en }: Words): string {
  return `${zh} ${en}`;
}
