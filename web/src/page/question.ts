/** A question of the explorer in an address's fragment, so that an answer can be linked: it is sent nowhere. */

import { dayOf, isoDate, IssuerKind, Kind, levelOf, MAX_DAY, occupationOf as jobOf, Post, regionOf } from "../model.ts";
import type { Certificate, Day, Seconds } from "../model.ts";
import { parseIssuerCode, parseRegion } from "../numbers.ts";
import type { Question } from "../supposition.ts";
import type { OccupationReference } from "../trust_list.ts";

/** As the command line names them, by code. */
export const KIND_NAMES = ["level", "special-ability", "post", "honour"] as const;
export const POST_NAMES = ["apprentice", "special-grade-technician", "chief-technician"] as const;
export const ISSUER_NAMES = ["employer", "social", "school"] as const;
const KINDS: readonly Kind[] = [Kind.LEVEL, Kind.SPECIAL_ABILITY, Kind.POST, Kind.HONOUR];
const POSTS: readonly Post[] = [Post.APPRENTICE, Post.SPECIAL_GRADE_TECHNICIAN, Post.CHIEF_TECHNICIAN];
const ISSUERS: readonly IssuerKind[] = [IssuerKind.EMPLOYER, IssuerKind.SOCIAL, IssuerKind.SCHOOL];
const MILLISECONDS_A_DAY = 86_400_000;
const OCCUPATION = /^\S{1,96}$/;
/** A code of the national list, of whichever edition. */
const NATIONAL = /^\d(-\d{2}){3}$/;
const EDITION = /^(0|[1-9]\d{3})$/;

/** What stands in the fields: of each its text, empty if it was left open. */
export type Fields = Readonly<Record<Field, string>>;
export const FIELDS = ["from", "to", "kind", "occupation", "edition", "level", "post", "date", "issuer", "by"] as const;
export type Field = (typeof FIELDS)[number];

/** The fields of a fragment; null if it has none of a question. A region may be open. */
export function fieldsOf(fragment: string): Fields | null {
  const given = new URLSearchParams(fragment.slice(1));
  if (!given.has("from") && !given.has("to")) return null;
  return Object.fromEntries(FIELDS.map((name) => [name, given.get(name) ?? ""])) as Fields;
}

/** The fragment of these fields: only what is filled in, and what its kind has. */
export function fragmentOf(fields: Fields): string {
  const told = FIELDS.filter((name) => fields[name] !== "" && isAbout(name, fields.kind));
  return `#${new URLSearchParams(told.map((name) => [name, fields[name]])).toString()}`;
}

/** What a certificate fills in, but for the region where it is shown: codes of what it is for, and nothing of the person. */
export function fieldsFrom(certificate: Certificate): Fields {
  const { issuer, subject } = certificate;
  const [job, level] = [jobOf(certificate), levelOf(certificate)];
  return {
    from: regionOf(issuer),
    to: "",
    kind: KIND_NAMES[KINDS.indexOf(subject.kind)] ?? "",
    occupation: job?.code ?? "",
    edition: job === null ? "" : `${job.edition}`,
    level: level === null ? "" : `${level}`,
    post: subject.kind === Kind.POST ? (POST_NAMES[POSTS.indexOf(subject.post)] ?? "") : "",
    date: "",
    issuer: "",
    by: "",
  };
}

/** Whether a certificate of this kind has what the field asks for. */
export function isAbout(name: Field, kind: string): boolean {
  switch (name) {
    case "level":
      return kind === "level";
    case "post":
      return kind === "post";
    case "occupation":
    case "edition":
      return kind !== "honour";
    default:
      return true;
  }
}

/** The question; or the first field that it lacks, or that says what cannot be. Without a date it is about today's. */
export function questionOf(fields: Fields, now: Seconds): Question | Field {
  const [origin, home] = [parseRegion(fields.from), parseRegion(fields.to)];
  if (origin === null) return "from";
  if (home === null) return "to";
  const kind = named(KIND_NAMES, KINDS, fields.kind || "level");
  if (kind === null) return "kind";
  const occupation = kind === Kind.HONOUR ? null : occupationOf(fields);
  if (typeof occupation === "string") return occupation;
  const rank = rankOf(kind, fields);
  if (typeof rank === "string") return rank;
  const issuedOn = fields.date === "" ? dayOf(now) : dayFrom(fields.date);
  if (issuedOn === null) return "date";
  const issuer = fields.issuer === "" ? null : parseIssuerCode(fields.issuer);
  if (issuer === null && fields.issuer !== "") return "issuer";
  const issuerKind = fields.by === "" ? null : named(ISSUER_NAMES, ISSUERS, fields.by);
  if (issuerKind === null && fields.by !== "") return "by";
  return { origin, home, kind, occupation, rank, issuedOn, issuer, issuerKind };
}

function occupationOf({ occupation: code, edition }: Fields): OccupationReference | Field {
  if (!(edition === "0" ? OCCUPATION : NATIONAL).test(code)) return "occupation";
  return edition === "" || EDITION.test(edition) ? { edition: Number(edition || "2022"), code } : "edition";
}

/** A level, a post, null for kinds that have neither; or the field that is wrong. */
function rankOf(kind: Kind, { level, post }: Fields): number | null | Field {
  if (kind === Kind.LEVEL) return /^[1-5]$/.test(level) ? Number(level) : "level";
  return kind === Kind.POST ? (named(POST_NAMES, POSTS, post) ?? "post") : null;
}

function named<T>(names: readonly string[], values: readonly T[], name: string): T | null {
  return values[names.indexOf(name)] ?? null;
}

function dayFrom(date: string): Day | null {
  const day = Date.parse(`${date}T00:00:00Z`) / MILLISECONDS_A_DAY;
  return Number.isInteger(day) && day >= 0 && day <= MAX_DAY && isoDate(day) === date ? day : null;
}
