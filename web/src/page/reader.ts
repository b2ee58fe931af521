/** The reader, a worker of its own, as the page sees it: started when it is asked first, ended when a file breaks it. */

import type { Given } from "../given.ts";
import type { Answer, Question, Unit } from "../reader/messages.ts";
import { trusted } from "./trusted.ts";

/** The reader's address; the build puts it here. */
declare const READER: string;

/** A reader that says nothing for so long, in milliseconds, will not: something in the file made it hang. */
const PATIENCE = 60_000;

/** The reader's script cannot be had: no network, and nothing kept. */
export class ReaderMissing extends Error {
  override readonly name = "ReaderMissing";
}

/** How a question was answered: to its end, or not, and then why, and which unit of the file was the last begun. */
export type Ending = { readonly isWhole: true } | { readonly isWhole: false; readonly why: string; readonly unit: Unit | null };

/** `READER` as Trusted Types want it, made once: a policy's name can be taken once only. */
let address: string | null = null;
/** Workers that wait for questions. */
const idle: Worker[] = [];

/** Asks a reader, and hands on each part of its answer. Rejects with ReaderMissing. */
export async function ask(question: Question, onFound: (found: Given[]) => void, signal: AbortSignal): Promise<Ending> {
  const worker = idle.pop() ?? (await started());
  const ending = await answered(worker, question, onFound, signal);
  if (ending.isWhole) idle.push(worker);
  else worker.terminate();
  return ending;
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

function answered(worker: Worker, question: Question, onFound: (found: Given[]) => void, signal: AbortSignal): Promise<Ending> {
  return new Promise((resolve) => {
    let unit: Unit | null = null;
    const finish = (ending: Ending): void => {
      clearTimeout(watch);
      signal.removeEventListener("abort", abort);
      resolve(ending);
    };
    const fail = (why: string): void => finish({ isWhole: false, why, unit });
    const abort = (): void => fail("aborted");
    const wait = (): ReturnType<typeof setTimeout> => setTimeout(() => fail("took too long"), PATIENCE);
    let watch = wait();
    signal.addEventListener("abort", abort);
    worker.onerror = () => fail("the reader broke");
    worker.onmessage = ({ data }: MessageEvent<Answer>) => {
      clearTimeout(watch);
      watch = wait();
      if (data.kind === "unit") unit = data.unit;
      if (data.kind === "found") onFound(data.found);
      if (data.kind === "done") finish({ isWhole: true });
      if (data.kind === "failed") fail(data.why);
    };
    worker.postMessage(question, question.kind === "frame" ? [question.picture] : []);
  });
}
