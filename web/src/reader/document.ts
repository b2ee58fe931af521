/** Reading the codes of a PDF, page by page. As verifier_cli/reading/documents.py has it. */

import { unread } from "../given.ts";
import { contents, isOurs } from "./codes.ts";
import type { Content } from "./codes.ts";
import { readWith } from "./ladder.ts";
import type { Decode, Grey } from "./ladder.ts";
import type { Unit } from "./messages.ts";
import { open, Pdf } from "./pdfium.ts";
import type { Page } from "./pdfium.ts";

export const MAX_FILE = 256 << 20;
export const MAX_PAGES = 1_000;
/** Of one page as it is drawn. */
const MAX_PIXELS = 36_000_000;
/** Of a picture in a page that is looked at by itself. */
const MAX_IMAGE_PIXELS = 50_000_000;
/** Of one page that are looked at by themselves. */
const MAX_IMAGES = 20;
/** Dots an inch: a printed certificate is read at the first; the second is for codes drawn small. */
const RESOLUTIONS = [200, 400];
const POINTS = 72;

/** What the codes of each page from `from` on say, at least one thing for each, and before it the page. Rejects with PartMissing. */
export async function* readDocument(data: Blob, from: number, decode: Decode): AsyncGenerator<Unit | Content[]> {
  if (data.size > MAX_FILE) return yield [["", unread("FILE_TOO_LARGE", `over ${MAX_FILE} bytes`)]];
  const pdf = await open(new Uint8Array(await data.arrayBuffer()));
  if (!(pdf instanceof Pdf)) return yield [["", pdf]];
  try {
    yield* readPages(pdf, from, decode);
  } finally {
    pdf.close();
  }
}

async function* readPages(pdf: Pdf, from: number, decode: Decode): AsyncGenerator<Unit | Content[]> {
  const count = pdf.pages;
  if (count === 0) yield [["", unread("PDF_BROKEN", "no page")]];
  for (let number = from; number < Math.min(count, MAX_PAGES); number++) {
    const place = count === 1 ? "" : `#p${number + 1}`;
    yield { number, place };
    yield (await readPage(pdf, number, decode)).map(([within, content]) => [place + within, content]);
  }
  if (count > MAX_PAGES) yield [["", unread("FILE_TOO_LARGE", `${count} pages, ${MAX_PAGES} were read`)]];
}

async function readPage(pdf: Pdf, number: number, decode: Decode): Promise<Content[]> {
  const page = pdf.page(number);
  if (page === null) return [["", unread("PDF_BROKEN", `page ${number + 1}`)]];
  try {
    return contents(await textsOf(page, decode));
  } finally {
    page.close();
  }
}

/** The codes' texts: of the page as drawn, then larger, of the pictures in it, until one is ours; then mended. */
async function textsOf(page: Page, decode: Decode): Promise<string[]> {
  const found: string[] = [];
  for (const view of views(page)) {
    found.push(...(await decode(view)).flatMap(({ text }) => (text === null ? [] : [text])));
    if (found.some(isOurs)) return found;
  }
  const [first] = sizesOf(page);
  return first === undefined ? found : [...found, ...(await readWith(page.colours(...first), decode))];
}

function* views(page: Page): Generator<Grey> {
  for (const size of sizesOf(page)) yield page.grey(...size);
  yield* page.images(MAX_IMAGES, MAX_IMAGE_PIXELS);
}

/** Width and height in pixels for each resolution, as far as a page so large may be drawn. */
function sizesOf(page: Page): (readonly [width: number, height: number])[] {
  const { width, height } = page.size;
  const most = Math.sqrt(MAX_PIXELS / Math.max(width * height, 1));
  const scales = new Set(RESOLUTIONS.map((resolution) => Math.min(resolution / POINTS, most)));
  const drawn = [...scales].filter((scale) => Math.min(width, height) * scale >= 1);
  return drawn.map((scale) => [Math.ceil(width * scale), Math.ceil(height * scale)]);
}
