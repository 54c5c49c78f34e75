import { mkdtempSync, statSync } from "node:fs";
import { connect, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, expect, test } from "vitest";

import { Refusal } from "./refusal.ts";
import { type Handler, listen } from "./socket-server.ts";

let server: Server | undefined;
afterEach(() => server?.close());

async function start(handle: Handler): Promise<string> {
  const socketPath = path.join(mkdtempSync(path.join(tmpdir(), "fieldseal-signer-")), "run", "signer.sock");
  server = await listen(socketPath, handle, () => undefined);
  return socketPath;
}

const ask = (socketPath: string, text: string) =>
  new Promise<string>((resolve) => {
    let answer = "";
    const socket = connect(socketPath, () => socket.write(text));
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(answer));
  });

const id = "8a6e0804-2bd0-4672-b79d-d97027f9071a";

test("only this account can open the socket", async () => {
  const socketPath = await start(() => Promise.resolve({}));
  expect(statSync(socketPath).mode & 0o777).toBe(0o600);
  expect(statSync(path.dirname(socketPath)).mode & 0o777).toBe(0o700);
});

test.each([
  ["nothing that can be read", "hello\n"],
  ["an unknown operation", `{"op":"sign-anything","tbs":"AA=="}\n`],
  ["bytes instead of an id", `{"op":"sign-certificate","certificateId":"../../etc"}\n`],
  ["a field too many", `{"op":"sign-certificate","certificateId":"${id}","tbsDer":"MAA="}\n`],
  ["no ceremony", `{"op":"first-ceremony","rootPassphrase":"x"}\n`],
])("%s is refused before anything is looked up", async (_, text) => {
  let called = 0;
  const socketPath = await start(() => {
    called += 1;
    return Promise.resolve({});
  });
  expect(JSON.parse(await ask(socketPath, text))).toMatchObject({ ok: false, code: "request-malformed" });
  expect(called).toBe(0);
});

test("a request without end is cut off", async () => {
  const socketPath = await start(() => Promise.resolve({}));
  expect(await ask(socketPath, "x".repeat(20_000))).toBe("");
});

test("a refusal names its reason; a fault does not tell what broke", async () => {
  const refusing = await start(() =>
    Promise.reject(new Refusal("authority-sealed", "root-g1 is sealed: give its passphrase.")),
  );
  const request = `{"op":"sign-certificate","certificateId":"${id}"}\n`;
  expect(JSON.parse(await ask(refusing, request))).toEqual({
    ok: false,
    code: "authority-sealed",
    detail: "root-g1 is sealed: give its passphrase.",
  });
  server?.close();
  const broken = await start(() => Promise.reject(new Error("password=secret")));
  expect(await ask(broken, request)).not.toContain("secret");
});
