/** The reader, a worker of its own, as the page sees it: started when asked first, ended when it hangs or is not needed. */

import type { Given } from "../given.ts";
import type { Answer, Question } from "../reader/messages.ts";
import { trusted } from "./trusted.ts";

/** The reader's address; the build puts it here. */
declare const READER: string;

/** A reader that says nothing for so long will not: a file made it hang. */
const PATIENCE = 60_000;

/** The reader's script cannot be had: no network, and nothing kept. */
export class ReaderMissing extends Error {
  override readonly name = "ReaderMissing";
}

/** `READER` as Trusted Types want it, made once: a policy's name can be taken once only. */
let address: string | null = null;
/** Workers that wait for questions. */
const idle: Worker[] = [];

/** One question to the reader. */
export class Reader {
  readonly #worker: Worker;
  readonly #signal: AbortSignal;

  private constructor(worker: Worker, signal: AbortSignal) {
    this.#worker = worker;
    this.#signal = signal;
  }

  /** A reader that is ready. Rejects with ReaderMissing. */
  static async take(signal: AbortSignal): Promise<Reader> {
    const worker = idle.pop() ?? (await started());
    return new Reader(worker, signal);
  }

  /** Asks, and hands on each part of the answer; null at its end, else why there is none. The reader is given back. */
  ask(question: Question, transfer: Transferable[], onFound: (found: Given[], isLast: boolean) => void): Promise<string | null> {
    return new Promise((resolve) => {
      const end = (why: string | null): void => {
        clearTimeout(watch);
        this.#signal.removeEventListener("abort", abort);
        if (why === null) idle.push(this.#worker);
        else this.#worker.terminate();
        resolve(why);
      };
      const abort = (): void => end("aborted");
      const late = (): void => end("took too long");
      let watch = setTimeout(late, PATIENCE);
      this.#signal.addEventListener("abort", abort);
      this.#worker.onerror = () => end("the reader broke");
      this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => {
        if (data.kind !== "found") return;
        clearTimeout(watch);
        watch = setTimeout(late, PATIENCE);
        onFound(data.found, data.isLast);
        if (data.isLast) end(null);
      };
      this.#worker.postMessage(question, transfer);
    });
  }
}

function started(): Promise<Worker> {
  address ??= trusted("yinxin-reader", READER, READER);
  const worker = new Worker(address, { type: "module" });
  return new Promise((resolve, reject) => {
    worker.onmessage = () => resolve(worker);
    worker.onerror = () => {
      worker.terminate();
      reject(new ReaderMissing());
    };
  });
}
