/** The reader, a worker of its own, as the page sees it: started when it is asked first, ended when a file breaks it. */

import type { Given } from "../given.ts";
import type { Answer, Failure, Question, Unit } from "../reader/messages.ts";
import { trusted } from "./trusted.ts";

/** The reader's address; the build puts it here. */
declare const READER: string;

/** A reader that says nothing for so long, in milliseconds, will not: something in the file made it hang. */
export const PATIENCE = 60_000;

/** The reader's script cannot be had: no network, and nothing kept. */
export class ReaderMissing extends Error {
  override readonly name = "ReaderMissing";
}

/** How a question was answered: to its end, or not, and then why, and which unit of the file was the last begun. */
export type Ending = { readonly isWhole: true } | { readonly isWhole: false; readonly failure: Failure; readonly unit: Unit | null };

/** `READER` as Trusted Types want it, made once: a policy's name can be taken once only. */
let address: string | null = null;
/** Workers that wait for questions. */
const idle: Worker[] = [];

/** What becomes of an answer, and how long a reader may say nothing before it is given up. */
export interface Listener {
  onFound(found: Given[]): void;
  readonly signal: AbortSignal;
  readonly patience: number;
}

/** Asks a reader, and hands on each part of its answer. Rejects with ReaderMissing. */
export async function ask(question: Question, listener: Listener): Promise<Ending> {
  const known = idle.pop();
  const worker = known ?? started();
  let isIdle = false;
  try {
    const ending = await new Talk(worker, known !== undefined, listener).about(question);
    isIdle = ending.isWhole;
    return ending;
  } finally {
    if (isIdle) idle.push(worker);
    else worker.terminate();
  }
}

/** It may be asked at once: it looks at a file while it waits for what it needs. */
function started(): Worker {
  address ??= trusted("yinxin-reader", READER, READER);
  return new Worker(address, { type: "module" });
}

/** One question, and its answer part by part. */
class Talk {
  readonly #worker: Worker;
  readonly #listener: Listener;
  /** Whether the reader has shown that it has all that it needs. */
  #isReady: boolean;
  #unit: Unit | null = null;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #settle!: (ending: Ending | ReaderMissing) => void;

  constructor(worker: Worker, isReady: boolean, listener: Listener) {
    this.#worker = worker;
    this.#isReady = isReady;
    this.#listener = listener;
  }

  /** Rejects with ReaderMissing. */
  async about(question: Question): Promise<Ending> {
    const { signal } = this.#listener;
    const abort = (): void => this.#stop("aborted");
    signal.addEventListener("abort", abort);
    const end = await new Promise<Ending | ReaderMissing>((resolve) => {
      this.#settle = resolve;
      this.#ask(question);
    });
    signal.removeEventListener("abort", abort);
    clearTimeout(this.#watch);
    if (end instanceof ReaderMissing) throw end;
    return end;
  }

  #ask(question: Question): void {
    this.#worker.onerror = () => (this.#isReady ? this.#stop("the reader broke") : this.#settle(new ReaderMissing()));
    this.#worker.onmessage = ({ data }: MessageEvent<Answer>) => this.#hear(data);
    this.#worker.postMessage(question, question.kind === "frame" ? [question.picture] : []);
    this.#wait();
  }

  #hear(answer: Answer): void {
    this.#wait();
    switch (answer.kind) {
      case "ready":
        this.#isReady = true;
        break;
      case "missing":
        return this.#settle(new ReaderMissing());
      case "unit":
        this.#unit = answer.unit;
        break;
      case "found":
        return this.#listener.onFound(answer.found);
      case "done":
        return this.#settle({ isWhole: true });
      case "failed":
        return this.#fail(answer.failure);
    }
  }

  #wait(): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#stop("took too long"), this.#listener.patience);
  }

  #stop(why: string): void {
    this.#fail({ reason: "READING_STOPPED", why });
  }

  #fail(failure: Failure): void {
    this.#settle({ isWhole: false, failure, unit: this.#unit });
  }
}
