/** The values and codes of the domain: read-only, closed, and checked by whoever parses them. */

/** Days since 1970-01-01 in UTC+8, the legal time of the domain. */
export type Day = number;
/** Seconds since 1970-01-01T00:00:00Z. */
export type Seconds = number;
/** The 13 characters that the authority assigns to an institution; `numbers.parseIssuerCode` makes one. */
export type IssuerCode = string;
/** Two digits: the province division of GB/T 2260. */
export type Region = string;

export const SECONDS_A_DAY = 86_400;
/** 9999-12-31. */
export const MAX_DAY: Day = 2_932_896;
const SIXTEEN_HOURS = 57_600;

/** The day in UTC+8 in which `instant` lies; exact for every integer that a format allows. */
export function dayOf(instant: Seconds): Day {
  const intoDay = ((instant % SECONDS_A_DAY) + SECONDS_A_DAY) % SECONDS_A_DAY;
  return (instant - intoDay) / SECONDS_A_DAY + (intoDay < SIXTEEN_HOURS ? 0 : 1);
}

/** A day between 1970-01-01 and 9999-12-31 as its date: YYYY-MM-DD. */
export function isoDate(day: Day): string {
  return new Date(day * SECONDS_A_DAY * 1000).toISOString().slice(0, 10);
}

/** The calendar year of `day`. */
export function yearOf(day: Day): number {
  return new Date(day * SECONDS_A_DAY * 1000).getUTCFullYear();
}

type Code<T> = T[keyof T];

/** The kinds of certificate, by their code in the body. */
export const Kind = { LEVEL: 0, SPECIAL_ABILITY: 1, POST: 2, HONOUR: 3 } as const;
export type Kind = Code<typeof Kind>;

/** The identity document whose last four characters the certificate shows. */
export const DocumentType = {
  CITIZEN_ID: 0,
  RESIDENCE_PERMIT_HMT: 1,
  FOREIGNER_PERMANENT_RESIDENCE: 2,
  PASSPORT: 3,
  TRAVEL_PERMIT: 4,
  MILITARY: 5,
  OTHER: 6,
} as const;
export type DocumentType = Code<typeof DocumentType>;

/** How the person was evaluated. */
export const Basis = {
  EXAMINATION: 0,
  PROCESS_ASSESSMENT: 1,
  PERFORMANCE_REVIEW: 2,
  DIRECT_RECOGNITION: 3,
  COMPETITION: 4,
  RECOGNITION: 5,
} as const;
export type Basis = Code<typeof Basis>;

/** Technical posts that an enterprise appoints for a term; none of them is a level. */
export const Post = { APPRENTICE: 0, SPECIAL_GRADE_TECHNICIAN: 1, CHIEF_TECHNICIAN: 2 } as const;
export type Post = Code<typeof Post>;

/** Kinds of evaluator. */
export const IssuerKind = { EMPLOYER: 0, SOCIAL: 1, SCHOOL: 2 } as const;
export type IssuerKind = Code<typeof IssuerKind>;

/** An issuer's filing 备案, as it stands from a day on. */
export const IssuerState = { FILED: 0, SUSPENDED: 1, WITHDRAWN: 2, VOID: 3 } as const;
export type IssuerState = Code<typeof IssuerState>;

/** A certificate key's life, as it stands from an instant on. */
export const KeyState = { PENDING: 0, ACTIVE: 1, RETIRED: 2, COMPROMISED: 3 } as const;
export type KeyState = Code<typeof KeyState>;

/** A certificate's entry in a status list (IETF Token Status List; 3 and 12 are ours). */
export const Status = { VALID: 0, REVOKED: 1, SUSPENDED: 2, NOT_REGISTERED: 3, SUPERSEDED: 12 } as const;
export type Status = Code<typeof Status>;

/** An agreement between regions, as it stands from a day on. */
export const AgreementState = { IN_FORCE: 0, SUSPENDED: 1, REPEALED: 2 } as const;
export type AgreementState = Code<typeof AgreementState>;

/** What recognition gives: the same standing, the right to apply, or a local benefit. */
export const Effect = { EQUIVALENT: 0, ELIGIBILITY: 1, TREATMENT: 2 } as const;
export type Effect = Code<typeof Effect>;

/** What a clause of a benefit policy 待遇政策 gives. */
export const Benefit = { ALLOWANCE: 0, AWARD: 1, SUBSIDY: 2, SERVICE: 3 } as const;
export type Benefit = Code<typeof Benefit>;

/** How often an amount is paid. */
export const Period = { ONCE: 0, MONTH: 1, YEAR: 2 } as const;
export type Period = Code<typeof Period>;

/** On which day an occupation has to be on a shortage list: the day of asking, or the certificate's date. */
export const ListedOn = { TODAY: 0, ISSUE: 1 } as const;
export type ListedOn = Code<typeof ListedOn>;

/** Who a certificate is about, as far as it is printed. */
export interface Person {
  readonly name: string;
  readonly documentType: DocumentType;
  readonly documentLast4: string;
}

/** An occupation of the classification 职业分类大典 by edition; edition 0 is the region's own list. */
export interface Occupation {
  readonly edition: number;
  readonly code: string;
  readonly title: string;
  readonly specialisation: string | null;
}

/** 职业技能等级证书. `level` is 5 to 1, and 1 is the highest. */
export interface LevelCertificate {
  readonly kind: typeof Kind.LEVEL;
  readonly occupation: Occupation;
  readonly level: number;
}

/** 专项职业能力证书: one smallest unit of skill, no level. */
export interface SpecialAbility {
  readonly kind: typeof Kind.SPECIAL_ABILITY;
  readonly occupation: Occupation;
}

/** A technical post with a term 聘期 that ends at the instant `ends`. */
export interface PostAppointment {
  readonly kind: typeof Kind.POST;
  readonly occupation: Occupation;
  readonly post: Post;
  readonly ends: Seconds;
}

/** 区级人才荣誉: never to be shown as a level certificate. */
export interface RegionalHonour {
  readonly kind: typeof Kind.HONOUR;
  readonly honour: string;
}

export type Subject = LevelCertificate | SpecialAbility | PostAppointment | RegionalHonour;

/** Where a certificate's status stands: the entry `index` of the list that `uri` names (never fetched). */
export interface StatusReference {
  readonly index: number;
  readonly uri: string;
}

/** One entry of one status list of a region. */
export interface Entry {
  readonly list: number;
  readonly index: number;
}

/** The optional facts of a certificate. */
export interface Extra {
  readonly replaces: Entry | null;
  readonly subLevel: string | null;
  readonly localPost: string | null;
}

/** Everything that a certificate says. `number` is in its printed form, `issuedAt` the time of signing. */
export interface Certificate {
  readonly issuer: IssuerCode;
  readonly issuedAt: Seconds;
  readonly person: Person;
  readonly number: string;
  readonly subject: Subject;
  readonly issuedOn: Day;
  readonly basis: Basis;
  readonly status: StatusReference;
  readonly extra: Extra;
}

/** The occupation, for every kind that has one. */
export function occupationOf(certificate: Certificate): Occupation | null {
  return certificate.subject.kind === Kind.HONOUR ? null : certificate.subject.occupation;
}

/** The level, for the one kind that has one. */
export function levelOf(certificate: Certificate): number | null {
  return certificate.subject.kind === Kind.LEVEL ? certificate.subject.level : null;
}

/** The region of an institution's code (characters 6 and 7). */
export function regionOf(code: IssuerCode): Region {
  return code.slice(5, 7);
}
