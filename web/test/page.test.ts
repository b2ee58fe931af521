/** The parts of the page that need no document: ages in words, and a download that ends at its cap. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { age, local } from "../src/page/age.ts";
import { download } from "../src/page/download.ts";

test("ages are told in the largest whole unit", () => {
  const said = [-300, 0, 59, 60, 119, 3_599, 3_600, 7_200, 86_399, 86_400, 172_800].map((passed) => age(1_000, 1_000 + passed));
  assert.deepEqual(said.map(({ en }) => en), [
    ...["less than a minute ago", "less than a minute ago", "less than a minute ago", "1 minute ago", "1 minute ago"],
    ...["59 minutes ago", "1 hour ago", "2 hours ago", "23 hours ago", "1 day ago", "2 days ago"],
  ]);
  assert.equal(said.at(-1)?.zh, "2 天前");
});

test("moments are told in UTC+8", () => {
  assert.equal(local(0), "1970-01-01 08:00");
  assert.equal(local(1_780_279_200), "2026-06-01 10:00");
  assert.equal(local(Number.MAX_SAFE_INTEGER), "—");
});

async function answered(listener: RequestListener, cap: number): Promise<unknown> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const found = await download(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, cap);
  server.closeAllConnections();
  server.close();
  return found instanceof Uint8Array ? found.length : found.failure;
}

test("a download is whole, or says why not", async () => {
  const sending = (bytes: number): RequestListener => (_, answer) => void answer.end(Buffer.alloc(bytes));
  assert.equal(await answered(sending(1_000), 1_000), 1_000);
  assert.equal(await answered(sending(1_001), 1_000), "too-large");
  assert.equal(await answered((_, answer) => void answer.writeHead(503).end(), 1_000), 503);
  assert.equal(await answered((_, answer) => void answer.writeHead(302, { Location: "/x" }).end(), 1_000), "unreachable");
  assert.equal(await answered((request) => void request.socket.destroy(), 1_000), "unreachable");
});

test("what is sent without an end or a length stops at the cap", async () => {
  const endless: RequestListener = (_, answer) => {
    const more = (): void => {
      while (!answer.destroyed && answer.write(Buffer.alloc(65_536)));
      if (!answer.destroyed) answer.once("drain", more);
    };
    more();
  };
  assert.equal(await answered(endless, 1_000_000), "too-large");
});

test("what is cut short is not taken for whole", async () => {
  const cut: RequestListener = (_, answer) => {
    answer.writeHead(200, { "Content-Length": "1000" });
    answer.write(Buffer.alloc(500), () => answer.destroy());
  };
  assert.equal(await answered(cut, 10_000), "unreachable");
});
