/** The region's bundle over the network, whole and not larger than a page can hold. */

const MAX_BYTES = 64 * 2 ** 20;
const MOST_MILLISECONDS = 60_000;

/** Why there is no new bundle to judge: nothing answered, it answered `status`, or it sent too much. */
export interface Failure {
  readonly failure: "unreachable" | "too-large" | number;
}

/** The bytes at `url`, asked anew each time. Never throws. */
export async function download(url: string, cap = MAX_BYTES): Promise<Uint8Array | Failure> {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), MOST_MILLISECONDS);
  try {
    const answer = await fetch(url, {
      cache: "no-cache",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: stop.signal,
    });
    return answer.ok ? await body(answer, cap) : { failure: answer.status };
  } catch {
    return { failure: "unreachable" };
  } finally {
    clearTimeout(timer);
    stop.abort();
  }
}

async function body(answer: Response, cap: number): Promise<Uint8Array | Failure> {
  if (Number(answer.headers.get("Content-Length")) > cap || answer.body === null) return { failure: "too-large" };
  const reader = answer.body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    length += read.value.length;
    if (length > cap) return { failure: "too-large" };
    chunks.push(read.value);
  }
  return joined(chunks, length);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let position = 0;
  for (const chunk of chunks) {
    whole.set(chunk, position);
    position += chunk.length;
  }
  return whole;
}
