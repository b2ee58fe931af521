/**
 * The verdict: sixteen numbered steps from a QR's text to one answer. The first hit wins.
 *
 * The numbers, their order and their reasons are those of docs/format.md, "Order of checks".
 */

import * as cbor from "./cbor.ts";
import type { Tagged } from "./cbor.ts";
import * as claims from "./claims.ts";
import type { Outer } from "./claims.ts";
import * as cose from "./cose.ts";
import type { Sign1 } from "./cose.ts";
import { count } from "./counting.ts";
import * as ed25519 from "./ed25519.ts";
import { CheckError, ObjectError } from "./errors.ts";
import { dayOf, IssuerState, KeyState, Kind, levelOf, regionOf, SECONDS_A_DAY, Status, yearOf } from "./model.ts";
import type { Certificate, IssuerCode, IssuerKind, Seconds } from "./model.ts";
import { parseNumber } from "./numbers.ts";
import { CLOCK_TOLERANCE, lastAt } from "./published.ts";
import * as qrText from "./qr_text.ts";
import { outcomeOf } from "./reason.ts";
import type { Reason } from "./reason.ts";
import { candidateOf } from "./recognition.ts";
import type { Answer } from "./recognition.ts";
import * as register from "./register.ts";
import * as statusList from "./status_list.ts";
import type { StatusList } from "./status_list.ts";
import { shardDigests, survivorDigests } from "./trust.ts";
import type { RegionTrust, Trust } from "./trust.ts";
import { coversDay, coversLevel, isVoid, keysOf, nameOn } from "./trust_list.ts";
import type { CertificateKey, Issuer, OccupationReference } from "./trust_list.ts";

const MAX_CERTIFICATE_BYTES = 1_024;
/** Seconds after signing in which a certificate may still be on its way into the status list. */
const REGISTRATION_GRACE = 7 * SECONDS_A_DAY;

/**
 * How old the answer is: when it was asked, and when the lists behind it were issued.
 *
 * `registration` is "register" if the certificate's own digest was found, "index-only" if only its index was.
 * `recognition` is when the home's agreements were issued, if they were asked.
 */
export interface AsOf {
  readonly now: Seconds;
  readonly trustList: Seconds | null;
  readonly statusList: Seconds | null;
  readonly registration: "register" | "index-only" | null;
  readonly recognition: Seconds | null;
}

/** The issuer as the trust list had it on the certificate's date. */
export interface NamedIssuer {
  readonly id: IssuerCode;
  readonly name: string;
  readonly kind: IssuerKind;
}

/** Authentic where it was issued; and whether it counts in the home region, as what. */
export interface Accepted extends Answer {
  readonly outcome: "accepted";
  readonly reason: "ACCEPTED";
  readonly certificate: Certificate;
  readonly issuer: NamedIssuer;
  readonly asOf: AsOf;
}

/** Not to be relied on. `former` are the facts of a certificate that once stood, or is suspended. */
export interface Rejected {
  readonly outcome: "rejected";
  readonly reason: Reason;
  readonly detail: string;
  readonly asOf: AsOf;
  readonly issuer: NamedIssuer | null;
  readonly former: Certificate | null;
}

/** What cannot be known here and now; neither a yes nor a no. */
export interface Undecided {
  readonly outcome: "undecided";
  readonly reason: Reason;
  readonly detail: string;
  readonly asOf: AsOf;
  readonly issuer: NamedIssuer | null;
}

export type Verdict = Accepted | Rejected | Undecided;

const FORMER: ReadonlySet<Reason> = new Set<Reason>(["REVOKED", "SUPERSEDED", "SUSPENDED", "POST_ENDED"]);

/** One certificate on its way through the steps: what is known of it so far. Steps read and set it, in order. */
class Case {
  readonly trust: Trust;
  readonly now: Seconds;
  text!: string;
  data!: Uint8Array;
  item!: Tagged;
  message!: Sign1;
  outer!: Outer;
  region!: RegionTrust;
  issuer!: Issuer;
  candidates!: readonly CertificateKey[];
  key!: CertificateKey;
  certificate!: Certificate;
  listNumber!: number;
  status!: StatusList;
  answer!: Answer;
  named: NamedIssuer | null = null;
  trustListTime: Seconds | null = null;
  statusTime: Seconds | null = null;
  registration: AsOf["registration"] = null;
  recognitionTime: Seconds | null = null;

  constructor(trust: Trust, now: Seconds) {
    this.trust = trust;
    this.now = now;
  }

  /** The ages of what the steps so far relied on. */
  get asOf(): AsOf {
    return {
      now: this.now,
      trustList: this.trustListTime,
      statusList: this.statusTime,
      registration: this.registration,
      recognition: this.recognitionTime,
    };
  }
}

/** The verdict on a QR's text. Never throws for any text, trust or time. */
export function verify(text: string, trust: Trust, now: Seconds): Verdict {
  const found = new Case(trust, now);
  found.text = text;
  return run(found, STEPS);
}

/** The verdict on a certificate's bytes: every step but the first. */
export function verifyBytes(data: Uint8Array, trust: Trust, now: Seconds): Verdict {
  const found = new Case(trust, now);
  found.data = data;
  return run(found, STEPS.slice(1));
}

function run(found: Case, steps: readonly Step[]): Verdict {
  try {
    for (const step of steps) step.check(found);
  } catch (error) {
    return stopped(found, error);
  }
  const issuer = named(found.issuer, found.certificate);
  const { certificate, answer, asOf } = found;
  return { outcome: "accepted", reason: "ACCEPTED", certificate, issuer, ...answer, asOf };
}

function stopped(found: Case, error: unknown): Verdict {
  const { asOf, named: issuer } = found;
  if (error instanceof ObjectError) {
    return { outcome: "undecided", reason: "CHAIN_INVALID", detail: error.message, asOf, issuer: null };
  }
  if (!(error instanceof CheckError)) throw error;
  const { reason, detail } = error;
  if (outcomeOf(reason) === "undecided") return { outcome: "undecided", reason, detail, asOf, issuer };
  const former = FORMER.has(reason) ? found.certificate : null;
  return { outcome: "rejected", reason, detail, asOf, issuer, former };
}

function named(issuer: Issuer, { issuedOn }: Certificate): NamedIssuer {
  return { id: issuer.code, name: nameOn(issuer, issuedOn), kind: issuer.kind };
}

/** A list as far as its age goes. */
interface Dated {
  readonly issued: Seconds;
  readonly expires: Seconds;
}

/** The refusal for `reason`; STALE if the list that says so is expired or older than the certificate. */
function negative(reason: Reason, { now, outer }: Case, { issued, expires }: Dated): CheckError {
  const isStale = now >= expires || outer.issuedAt > issued;
  return isStale ? new CheckError("STALE", reason) : new CheckError(reason);
}

function negativeByTrustList(reason: Reason, found: Case): CheckError {
  return negative(reason, found, found.region.trustList.head);
}

function readText(found: Case): void {
  found.data = qrText.decode(found.text);
}

function decodeItem(found: Case): void {
  const { length } = found.data;
  if (length > MAX_CERTIFICATE_BYTES) throw new CheckError("TOO_LARGE", `${length} bytes`);
  found.item = cbor.decodeTagged(found.data);
}

function readEnvelope(found: Case): void {
  found.message = cose.readSign1(found.item, null);
}

function readOuterClaims(found: Case): void {
  found.outer = claims.decodeOuter(found.message.payload);
}

function findRegion(found: Case): void {
  const number = regionOf(found.outer.issuer);
  const region = found.trust.regions.get(number);
  if (region === undefined) throw new CheckError("REGION_UNKNOWN", number);
  if (region instanceof ObjectError) throw new CheckError("CHAIN_INVALID", region.message);
  if (region.newestIssued - found.now > CLOCK_TOLERANCE) {
    throw new CheckError("CLOCK_SUSPECT", "now is before the region's newest object");
  }
  found.region = region;
  found.trustListTime = region.trustList.head.issued;
}

function findIssuerAndKey(found: Case): void {
  const issuer = found.region.issuers.get(found.outer.issuer);
  if (issuer === null) throw negativeByTrustList("ISSUER_UNKNOWN", found);
  found.issuer = issuer;
  found.candidates = keysOf(issuer, found.message.kid);
  if (found.candidates.length === 0) throw negativeByTrustList("KEY_UNKNOWN", found);
}

function checkSignature(found: Case): void {
  const { toBeSigned, signature } = found.message;
  const key = found.candidates.find((each) => ed25519.holds(each.public, toBeSigned, signature));
  if (key === undefined) throw new CheckError("SIGNATURE_INVALID");
  found.key = key;
}

function readCertificate(found: Case): void {
  found.certificate = claims.decodeBody(found.outer);
  found.named = named(found.issuer, found.certificate);
  checkNumber(found.certificate, found.issuer);
  const number = statusList.numberOf(found.region.root.statusBase, found.certificate.status.uri);
  if (number === null) throw new CheckError("STATUS_URI_FOREIGN");
  found.listNumber = number;
}

/** Prefix, year and level of a number of the national scheme; other schemes are not checked, but for levels. */
function checkNumber(certificate: Certificate, issuer: Issuer): void {
  const number = parseNumber(certificate.number);
  const level = levelOf(certificate);
  if (number === null) {
    if (level !== null) throw new CheckError("NUMBER_ISSUER", "not a number of the national scheme");
    return;
  }
  const sites = issuer.sites.filter((site) => coversDay(site, certificate.issuedOn));
  if (![issuer, ...sites].some(({ code }) => code === number.prefix)) throw new CheckError("NUMBER_ISSUER");
  if (number.year !== yearOf(certificate.issuedOn) % 100) throw new CheckError("NUMBER_YEAR");
  if (level !== null && number.level !== level) throw new CheckError("NUMBER_LEVEL");
}

function checkDates({ certificate, now }: Case): void {
  if (certificate.issuedAt - now > CLOCK_TOLERANCE) throw new CheckError("ISSUED_IN_FUTURE");
  if (certificate.issuedOn > dayOf(certificate.issuedAt)) throw new CheckError("DATE_AFTER_SIGNING");
}

function checkAbsorbing({ issuer, key, certificate, region, message }: Case): void {
  if (isVoid(issuer)) throw new CheckError("ISSUER_VOID");
  if (key.compromise === null) return;
  const { since, survivors } = key.compromise;
  if (certificate.issuedAt >= since) {
    throw new CheckError("KEY_COMPROMISED", "signed after the key was in other hands");
  }
  const digests = survivorDigests(region, survivors);
  if (digests === null) throw new CheckError("SURVIVORS_MISSING");
  if (!digests.has(register.digestOf(message.toBeSigned))) {
    throw new CheckError("KEY_COMPROMISED", "not registered before the key was in other hands");
  }
}

function checkKeyAndFiling(found: Case): void {
  const { certificate, key, issuer } = found;
  if (lastAt(key.states, certificate.issuedAt) !== KeyState.ACTIVE) throw negativeByTrustList("KEY_NOT_ACTIVE", found);
  const days = [certificate.issuedOn, dayOf(certificate.issuedAt)];
  const states = days.map((day) => lastAt(issuer.states, day));
  if (states.includes(null)) throw negativeByTrustList("ISSUER_NOT_FILED", found);
  if (states.includes(IssuerState.SUSPENDED)) throw negativeByTrustList("ISSUER_SUSPENDED", found);
  if (states.includes(IssuerState.WITHDRAWN)) throw negativeByTrustList("ISSUER_WITHDRAWN", found);
}

function checkScope(found: Case): void {
  const { certificate, issuer } = found;
  const { edition, code } = scopeReference(certificate);
  const named = issuer.scopes.filter(({ occupation }) => occupation.edition === edition && occupation.code === code);
  if (named.length === 0) throw negativeByTrustList("SCOPE_OCCUPATION", found);
  const level = levelOf(certificate);
  const scopes = level === null ? named : named.filter((scope) => coversLevel(scope, level));
  if (scopes.length === 0) throw negativeByTrustList("SCOPE_LEVEL", found);
  if (!scopes.some((scope) => coversDay(scope, certificate.issuedOn))) throw negativeByTrustList("SCOPE_DATE", found);
}

/** What an issuer's scope must name for a certificate: its occupation, or in the region's own list its honour. */
export function scopeReference({ subject }: Certificate): OccupationReference {
  return subject.kind === Kind.HONOUR ? { edition: 0, code: subject.honour } : subject.occupation;
}

function checkTerm({ certificate: { subject }, now }: Case): void {
  if (subject.kind === Kind.POST && now >= subject.ends) throw new CheckError("POST_ENDED");
}

function checkStatus(found: Case): void {
  const listed = found.region.statusLists.get(found.listNumber);
  if (listed === undefined) throw new CheckError("STATUS_MISSING", `list ${found.listNumber}`);
  found.status = listed;
  found.statusTime = listed.issued;
  switch (statusList.statusAt(listed, found.certificate.status.index)) {
    case Status.REVOKED:
      throw new CheckError("REVOKED");
    case Status.SUPERSEDED:
      throw new CheckError("SUPERSEDED");
    case Status.SUSPENDED:
      throw negative("SUSPENDED", found, listed);
    case Status.NOT_REGISTERED:
      throw listed.issued - found.certificate.issuedAt <= REGISTRATION_GRACE
        ? new CheckError("NOT_YET_REGISTERED")
        : negative("NOT_REGISTERED", found, listed);
    case Status.VALID:
      checkRegister(found);
  }
}

function checkRegister(found: Case): void {
  const digests = shardDigests(found.region, found.listNumber, found.certificate.status.index);
  if (digests?.has(register.digestOf(found.message.toBeSigned)) === false) throw new CheckError("INDEX_MISMATCH");
  found.registration = digests === null ? "index-only" : "register";
}

function checkExpiry({ region, status, now }: Case): void {
  if (now >= region.root.head.expires) throw new CheckError("ROOT_EXPIRED");
  if (now >= region.trustList.head.expires) throw new CheckError("TRUST_LIST_EXPIRED");
  if (now >= status.expires) throw new CheckError("STATUS_EXPIRED");
}

function askRecognition(found: Case): void {
  const { home } = found.trust;
  if (home === null) {
    found.answer = { recognition: "NO_AGREEMENT", recognisedAs: null };
    return;
  }
  const candidate = candidateOf(found.certificate, found.issuer.kind);
  const { issued, ...answer } = count(candidate, home, found.trust, found.now);
  found.recognitionTime = issued;
  found.answer = answer;
}

/** One step: its number in docs/format.md, what it looks at, and the check itself, which throws the first hit. */
export interface Step {
  readonly number: number;
  readonly title: string;
  readonly check: (found: Case) => void;
}

export const STEPS: readonly Step[] = [
  { number: 1, title: "the QR's text", check: readText },
  { number: 2, title: "size and strict CBOR", check: decodeItem },
  { number: 3, title: "the COSE envelope", check: readEnvelope },
  { number: 4, title: "the claims' outer map", check: readOuterClaims },
  { number: 5, title: "the region's chain of trust, and the clock", check: findRegion },
  { number: 6, title: "issuer and key", check: findIssuerAndKey },
  { number: 7, title: "the signature", check: checkSignature },
  { number: 8, title: "the certificate, its number, its status reference", check: readCertificate },
  { number: 9, title: "the time of signing and the date", check: checkDates },
  { number: 10, title: "void issuer, compromised key", check: checkAbsorbing },
  { number: 11, title: "the key's window and the issuer's filing", check: checkKeyAndFiling },
  { number: 12, title: "the issuer's scope", check: checkScope },
  { number: 13, title: "the term of a post", check: checkTerm },
  { number: 14, title: "status and register", check: checkStatus },
  { number: 15, title: "the age of the lists", check: checkExpiry },
  { number: 16, title: "recognition in the home region", check: askRecognition },
];
