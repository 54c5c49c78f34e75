import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import pg from "pg";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { addDevice, type Bench, enrol, initialise, makeRequest, renew, serialOf } from "../support/device.ts";
import { findPort, type Platform, startPlatform, until } from "../support/platform.ts";

/** Issue 2, point 7: a real SMTP conversation, once per certificate and stage, whatever restarts or is missed. */
describe("mails about certificates that nobody renews", () => {
  const mails: { to: string[]; raw: string }[] = [];
  let isDown = false;
  let bench: Bench;
  let smtp: SMTPServer;

  const query = async (platform: Platform, sql: string, values: unknown[] = []) => {
    const client = new pg.Client({ connectionString: platform.databaseUrl });
    await client.connect();
    try {
      return (await client.query(sql, values)).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  };
  /** Time cannot be moved, so the record is: the guard that forbids it is lifted for this one statement. */
  const endIn = async (serial: string, days: number) => {
    await query(bench.platform, "ALTER TABLE certificate DISABLE TRIGGER certificate_guard");
    await query(
      bench.platform,
      `UPDATE certificate SET not_before = now() + make_interval(days => $2) - (not_after - not_before), not_after = now() + make_interval(days => $2)
       WHERE encode(serial_number, 'hex') = $1`,
      [serial, days],
    );
    await query(bench.platform, "ALTER TABLE certificate ENABLE TRIGGER certificate_guard");
  };
  const enrolDevice = async (id: string) => {
    const token = await addDevice(bench, id);
    await makeRequest(bench.folder, id, `/CN=${id}`);
    expect(await enrol(bench, { device: id, token, request: id, out: `${id}.crt` })).toMatchObject({ code: 0 });
    return serialOf(bench.folder, id);
  };

  beforeAll(async () => {
    smtp = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      onConnect: (_session, done) => done(isDown ? Object.assign(new Error("try later"), { responseCode: 421 }) : null),
      onData: (stream, session, done) => {
        let raw = "";
        stream.on("data", (chunk: Buffer) => (raw += chunk.toString()));
        stream.on("end", () => {
          mails.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw });
          done();
        });
      },
    });
    const port = await findPort();
    await new Promise<void>((resolve) => smtp.listen(port, "127.0.0.1", () => resolve()));
    bench = {
      platform: await startPlatform({ FIELDSEAL_SMTP_URL: `smtp://127.0.0.1:${port}` }),
      folder: mkdtempSync(path.join(tmpdir(), "fieldseal-mail-")),
    };
    await initialise(bench);
  }, 90_000);
  afterAll(async () => {
    await bench.platform.stop();
    await new Promise<void>((resolve) => smtp.close(() => resolve()));
  }, 30_000);

  test("a certificate inside 30 days that was not renewed is mailed once, as text and HTML; a renewed one never", async () => {
    const forgotten = await enrolDevice("pump-001");
    const renewed = await enrolDevice("pump-002");
    await makeRequest(bench.folder, "pump-002b", "/CN=pump-002");
    expect(await renew(bench, { current: "pump-002", request: "pump-002b", out: "pump-002b.crt" })).toMatchObject({
      code: 0,
    });
    await endIn(forgotten, 29);
    await endIn(renewed, 29);
    expect(await bench.platform.cli("job", "run", "notify-expiring")).toMatchObject({ code: 0 });
    await until("the mail", () => Promise.resolve(mails.length > 0));
    expect(mails).toHaveLength(1);
    const [mail] = mails;
    expect(mail?.to).toEqual(["ops@acme.example"]);
    expect(mail?.raw).toContain("text/plain");
    expect(mail?.raw).toContain("text/html");
    expect(mail?.raw).toMatch(/^Subject: .*Plant Nord.*$/m);
    expect(mail?.raw).toContain("pump-001");
    expect(mail?.raw).not.toContain("pump-002");
    expect(mail?.raw).toMatch(/^Auto-Submitted: auto-generated/m);
  });

  test("running again sends nothing new, and the delivery log says who accepted it", async () => {
    expect((await bench.platform.cli("job", "run", "notify-expiring", "--json")).json()).toMatchObject({
      lastOutcome: "done",
      lastDetail: "nothing new",
    });
    expect(mails).toHaveLength(1);
    const [row] = await query(bench.platform, "SELECT state, recipient, tries, last_response FROM notification");
    expect(row).toMatchObject({
      state: "accepted",
      recipient: "ops@acme.example",
      tries: 1,
      last_response: expect.stringContaining("250") as string,
    });
  });

  test("while the mail server is down the mail waits, and goes out when it is back", async () => {
    const serial = await enrolDevice("pump-003");
    await endIn(serial, 5);
    isDown = true;
    await bench.platform.cli("job", "run", "notify-expiring");
    await until(
      "the deferral",
      async () => (await query(bench.platform, "SELECT id FROM notification WHERE state = 'deferred'")).length > 0,
    );
    expect(mails).toHaveLength(1);
    isDown = false;
    await query(bench.platform, "UPDATE notification SET next_try_at = now() WHERE state = 'deferred'");
    await bench.platform.cli("job", "run", "deliver-notifications");
    await until("the late mail", () => Promise.resolve(mails.length === 2));
    expect(mails[1]?.raw).toContain("pump-003");
    const stages = await query(
      bench.platform,
      `SELECT n.stage, n.group_id IS NULL AS covered FROM notice n JOIN certificate c ON c.id = n.certificate_id WHERE c.device_id = 'pump-003' ORDER BY 1`,
    );
    expect(stages).toEqual([
      { stage: "digest", covered: true },
      { stage: "expiring", covered: false },
    ]);
  });
});
