/** Reading XML strictly, as it comes: nothing outside it is ever asked for, and what declares entities is refused. */

import sax from "sax";
import type { QualifiedTag } from "sax";

export type Tag = QualifiedTag;

/** It is not the XML that it should be. */
export class XmlError extends Error {
  override readonly name = "XmlError";
}

/** What becomes of a document's tags, and of the text between them. */
export interface Handler {
  open(tag: Tag): void;
  text?(text: string): void;
  close?(): void;
}

/** Of the entities those of XML alone, not those of HTML. */
const OPTIONS = { xmlns: true, position: false, strictEntities: true };

/** One document in UTF-8, given in parts. */
export class XmlReader {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  readonly #parser = new sax.SAXParser(true, OPTIONS);
  #isBegun = false;

  constructor(handler: Handler) {
    const text = (text: string): void => handler.text?.(text);
    Object.assign(this.#parser, {
      onerror: fail,
      ondoctype: (doctype: string) => (doctype.includes("<!ENTITY") ? fail(new Error("it declares entities")) : undefined),
      onopentag: (tag: Tag) => {
        this.#isBegun = true;
        handler.open(tag);
      },
      ontext: text,
      oncdata: text,
      onclosetag: () => handler.close?.(),
    });
  }

  /** Throws XmlError, or TypeError where it is not UTF-8. */
  write(part: Uint8Array): void {
    this.#parser.write(this.#decoder.decode(part, { stream: true }));
  }

  /** There is no more. Throws as `write` does. */
  end(): void {
    this.#parser.write(this.#decoder.decode());
    this.#parser.close();
    if (!this.#isBegun) throw new XmlError("nothing in it");
  }
}

function fail({ message }: Error): never {
  throw new XmlError(message.replaceAll("\n", " ").trim());
}

/** What stands in an attribute without a namespace; null without it. */
export function attribute({ attributes }: Tag, name: string): string | null {
  return attributes[name]?.value ?? null;
}
