/** Certificate numbers (人社鉴发〔2019〕2号) and institution codes: parse and format. A well-formed number proves nothing. */

import type { IssuerCode, Region } from "./model.ts";

const ISSUER_CODE = /^[A-Z][0-9A-Z]{4}[0-9]{2}[0-9A-Z]{6}$/;
const NATIONAL_NUMBER = /^([A-Z][0-9A-Z]{4}[0-9]{2}[0-9A-Z]{6})([0-9]{2})([0-9])([0-9]{6})$/;
const REGION = /^[0-9]{2}$/;
const DIVISION = /^[0-9]{6}$/;
/** Year, level and serial: what follows the issuer's code in a number of the national scheme. */
export const TAIL_DIGITS = 9;

/** A number of the national scheme: 22 characters. `year` has two digits; `level` is the digit as printed. */
export interface NationalNumber {
  readonly prefix: IssuerCode;
  readonly year: number;
  readonly level: number;
}

/** `text` as an institution's code, or null if it is not one. */
export function parseIssuerCode(text: string): IssuerCode | null {
  return ISSUER_CODE.test(text) ? text : null;
}

/** `text` as a region, or null if it is not two digits. */
export function parseRegion(text: string): Region | null {
  return REGION.test(text) ? text : null;
}

/** `text` as a division of GB/T 2260, or null if it is not six digits. Whether it exists is not judged. */
export function parseDivision(text: string): string | null {
  return DIVISION.test(text) ? text : null;
}

/** `text` as a number of the national scheme; null for any other scheme: it is recognised, not checked. */
export function parseNumber(text: string): NationalNumber | null {
  const [, prefix, year, level] = NATIONAL_NUMBER.exec(text) ?? [];
  if (prefix === undefined) return null;
  return { prefix, year: Number(year), level: Number(level) };
}
