import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";

import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import {
  addDevice,
  type Bench,
  enrol,
  est,
  initialise,
  makeRequest,
  readText,
  renew,
  serialOf,
} from "../support/device.ts";
import { startPlatform, until } from "../support/platform.ts";
import { mustSh, sh } from "../support/shell.ts";

/** Issue 2, points 2, 3, 5, 6 and 9, with openssl and curl as a fitter has them. One platform, in the order of a life. */
describe("a device gets, uses, renews and loses its certificate", () => {
  let bench: Bench;
  let token: string;
  const device = "pump-017";
  const cwd = () => ({ cwd: bench.folder });
  const query = async (sql: string, values: unknown[] = []) => {
    const client = new pg.Client({ connectionString: bench.platform.databaseUrl });
    await client.connect();
    try {
      return (await client.query(sql, values)).rows as Record<string, unknown>[];
    } finally {
      await client.end();
    }
  };
  const crlNumber = async () =>
    Number.parseInt(
      (
        await mustSh(
          `curl -fsS ${bench.platform.publicUrl}/crl/issuing-g1.crl | openssl crl -inform DER -noout -crlnumber`,
          cwd(),
        )
      ).replace(/crlNumber=(0x)?/, ""),
      16,
    );

  beforeAll(async () => {
    bench = { platform: await startPlatform(), folder: mkdtempSync(path.join(tmpdir(), "fieldseal-device-")) };
  }, 60_000);
  afterAll(async () => {
    expect(await bench.platform.stop()).toBe(0);
  }, 30_000);

  test("before set-up a device cannot be added and the repository already answers", async () => {
    const refused = await bench.platform.cli("device", "add", device, "--site", "Plant Nord");
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain("fieldseal init");
    expect(await mustSh(`curl -fsS ${bench.platform.publicUrl}/healthz`, cwd())).toBe("ok\n");
  });

  test("init makes a sealed root and an issuing CA with the promised fields, and opens the device API", async () => {
    const result = await initialise(bench);
    expect(result).toMatchObject({
      rootAuthorityId: "root-g1",
      issuingAuthorityId: "issuing-g1",
      deviceApiReady: true,
    });
    const root = await mustSh("openssl x509 -in root.pem -noout -text", cwd());
    expect(root).toContain("NIST CURVE: P-384");
    expect(root).toContain("CA:TRUE, pathlen:1");
    await bench.platform.cli("authority", "export", "issuing-g1", "--out", path.join(bench.folder, "issuing.pem"));
    const issuing = await mustSh("openssl x509 -in issuing.pem -noout -text", cwd());
    expect(issuing).toContain("NIST CURVE: P-256");
    expect(issuing).toContain("CA:TRUE, pathlen:0");
    const rows = await query(
      "SELECT a.id, a.key_custody, k.envelope->'wrapping'->>'kind' AS wrapping FROM authority a JOIN authority_key k ON k.authority_id = a.id ORDER BY a.id",
    );
    expect(rows).toEqual([
      { id: "issuing-g1", key_custody: "signer", wrapping: "kek" },
      { id: "root-g1", key_custody: "sealed", wrapping: "scrypt" },
    ]);
  });

  test("init a second time refuses and changes nothing", async () => {
    const [before] = await query(
      'SELECT (SELECT count(*) FROM audit_event) AS audit, (SELECT count(*) FROM certificate) AS certificates, (SELECT min(id) FROM "user") AS owner',
    );
    const again = await bench.platform.cli(
      "init",
      "--organization",
      "Other",
      "--admin-email",
      "x@y.example",
      "--admin-password-file",
      path.join(bench.folder, "pw"),
      "--root-passphrase-file",
      path.join(bench.folder, "pass"),
    );
    expect(again).toMatchObject({ code: 1, stderr: "This installation is already set up. Nothing was changed.\n" });
    const [after] = await query(
      'SELECT (SELECT count(*) FROM audit_event) AS audit, (SELECT count(*) FROM certificate) AS certificates, (SELECT min(id) FROM "user") AS owner',
    );
    expect(after).toEqual(before);
  });

  test("the token is shown once, 256 bits, and stored only as its hash", async () => {
    token = await addDevice(bench, device);
    expect(Buffer.from(token, "base64url")).toHaveLength(32);
    const [row] = await query(
      "SELECT encode(token_hash, 'hex') AS hash, extract(epoch FROM expires_at - created_at)::int AS life FROM enrollment_token WHERE device_id = $1",
      [device],
    );
    const digest = await mustSh(`printf '%s' "$T" | openssl dgst -sha256 -r | cut -d' ' -f1`, {
      ...cwd(),
      env: { T: token },
    });
    expect(row?.["hash"]).toBe(digest.trim());
    expect(Math.abs(Number(row?.["life"]) - 72 * 3600)).toBeLessThanOrEqual(1);
  });

  test("the printed commands enrol it, and openssl verifies the chain from the exported root", async () => {
    await makeRequest(bench.folder, device, `/CN=${device}`);
    expect(await enrol(bench, { device, token, request: device, out: `${device}.crt` })).toMatchObject({ code: 0 });
    await mustSh(
      `curl -fsS --cacert root.pem ${bench.platform.estUrl}/cacerts | openssl base64 -d | openssl pkcs7 -inform DER -print_certs -out ca-chain.pem`,
      cwd(),
    );
    expect(await mustSh(`openssl verify -CAfile root.pem -untrusted ca-chain.pem ${device}.crt`, cwd())).toBe(
      `${device}.crt: OK\n`,
    );
    const text = await mustSh(`openssl x509 -in ${device}.crt -noout -text`, cwd());
    expect(text).toContain("Subject: CN = pump-017");
    expect(text).toContain("TLS Web Client Authentication");
    expect(text).toContain(`URI:${bench.platform.publicUrl}/crl/issuing-g1.crl`);
    expect(text).not.toContain("CA:TRUE");
  });

  test("the same request sent again gets the same bytes; the token with another request gets 401", async () => {
    expect(await enrol(bench, { device, token, request: device, out: "again.crt" })).toMatchObject({ code: 0 });
    expect(readText(bench.folder, "again.crt")).toBe(readText(bench.folder, `${device}.crt`));
    await makeRequest(bench.folder, "other", `/CN=${device}`);
    const answer = await est(bench, { operation: "simpleenroll", user: `${device}:${token}`, request: "other" });
    expect(answer).toMatchObject({ status: 401, body: "" });
    expect(answer.headers).toContain('WWW-Authenticate: Basic realm="est"');
    expect(await query("SELECT count(*)::int AS n FROM certificate WHERE device_id = $1", [device])).toEqual([
      { n: 1 },
    ]);
  });

  test("a request for more than the profile gives is refused with the reason and does not burn the token", async () => {
    const secret = await addDevice(bench, "pump-018");
    const user = `pump-018:${secret}`;
    await makeRequest(bench.folder, "ca", "/CN=pump-018", '-addext "basicConstraints=critical,CA:TRUE"');
    await makeRequest(bench.folder, "sign", "/CN=pump-018", '-addext "keyUsage=critical,keyCertSign"');
    await makeRequest(bench.folder, "server", "/CN=pump-018", '-addext "extendedKeyUsage=serverAuth"');
    await makeRequest(bench.folder, "name", "/CN=pump-017");
    await makeRequest(bench.folder, "san", "/CN=pump-018", '-addext "subjectAltName=DNS:broker.acme.example"');
    await mustSh(
      "openssl genrsa -out weak.key 1024 && openssl req -new -key weak.key -subj /CN=pump-018 -outform DER | openssl base64 > weak.p10",
      cwd(),
    );
    for (const [request, status, reason] of [
      ["ca", 400, /certification authority/],
      ["sign", 400, /key ?usage/i],
      ["server", 400, /usage/i],
      ["name", 403, /another name/],
      ["san", 400, /name/i],
      ["weak", 400, /RSA|key/],
    ] as const) {
      const answer = await est(bench, { operation: "simpleenroll", user, request });
      expect({ request, status: answer.status }).toEqual({ request, status });
      expect(answer.body).toMatch(reason);
      expect(answer.headers).toContain("Content-Type: text/plain");
    }
    expect((await est(bench, { operation: "simpleenroll", user, body: "!!!" })).status).toBe(400);
    expect((await est(bench, { operation: "simpleenroll", user, request: "ca", type: "text/plain" })).status).toBe(415);
    expect(await query("SELECT count(*)::int AS n FROM certificate WHERE device_id = 'pump-018'")).toEqual([{ n: 0 }]);
    await makeRequest(bench.folder, "pump-018", "/CN=pump-018");
    expect(
      await enrol(bench, { device: "pump-018", token: secret, request: "pump-018", out: "pump-018.crt" }),
    ).toMatchObject({ code: 0 });
  });

  test("a key that another device has is refused without saying whose it is", async () => {
    const secret = await addDevice(bench, "pump-019");
    await mustSh(
      `openssl req -new -key ${device}.key -subj /CN=pump-019 -outform DER | openssl base64 > stolen.p10`,
      cwd(),
    );
    const answer = await est(bench, { operation: "simpleenroll", user: `pump-019:${secret}`, request: "stolen" });
    expect(answer.status).toBe(400);
    expect(answer.body).not.toContain(device);
  });

  test("edges of EST: no credential 401, unknown operation 404 and empty, wrong method 405, large body 413", async () => {
    expect(await est(bench, { operation: "simpleenroll", request: device })).toMatchObject({ status: 401, body: "" });
    expect(await est(bench, { operation: "nothing" })).toMatchObject({ status: 404, body: "" });
    expect(await est(bench, { operation: "unknown-label/cacerts" })).toMatchObject({ status: 404, body: "" });
    expect((await est(bench, { operation: "cacerts", method: "DELETE" })).headers).toContain("Allow: GET, HEAD");
    expect((await est(bench, { operation: "simplereenroll", request: device })).status).toBe(401);
    writeFileSync(path.join(bench.folder, "big.p10"), "A".repeat(70_000));
    expect((await est(bench, { operation: "simpleenroll", request: "big", user: "x:y" })).status).toBe(413);
    const legacy = await sh(
      `openssl s_client -connect localhost:${bench.platform.devicePort} -tls1_1 -cipher DEFAULT@SECLEVEL=0 </dev/null`,
      cwd(),
    );
    expect(legacy.stdout + legacy.stderr).toMatch(/protocol version|alert/);
  });

  test("renewal over mutual TLS with a new key gives the successor and starts the grace period of the old one", async () => {
    await makeRequest(bench.folder, "next", `/CN=${device}`);
    expect(await renew(bench, { current: device, request: "next", out: "next.crt" })).toMatchObject({ code: 0 });
    expect(await renew(bench, { current: device, request: "next", out: "next2.crt" })).toMatchObject({ code: 0 });
    expect(readText(bench.folder, "next2.crt")).toBe(readText(bench.folder, "next.crt"));
    expect(await mustSh("openssl verify -CAfile root.pem -untrusted ca-chain.pem next.crt", cwd())).toBe(
      "next.crt: OK\n",
    );
    const reused = await est(bench, { operation: "simplereenroll", cert: "next", request: "next" });
    expect(reused).toMatchObject({ status: 400 });
    expect(reused.body).toContain("new key");
    const [old] = await query(
      "SELECT extract(epoch FROM grace_ends_at - now())::int AS grace FROM certificate WHERE encode(serial_number, 'hex') = $1",
      [await serialOf(bench.folder, device)],
    );
    expect(Math.abs(Number(old?.["grace"]) - 7 * 86_400)).toBeLessThan(60);
  });

  test("a certificate of one device cannot renew as another, and a look-alike is nobody", async () => {
    await makeRequest(bench.folder, "foreign", "/CN=pump-018");
    expect((await est(bench, { operation: "simplereenroll", cert: "next", request: "foreign" })).status).toBe(403);
    await mustSh(
      `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout fake.key -out fake.crt -subj /CN=${device} -days 30`,
      cwd(),
    );
    expect((await est(bench, { operation: "simplereenroll", cert: "fake", request: "foreign" })).status).toBe(403);
  });

  test("the worker retires the old certificate once its grace period is over, and the CRL says superseded", async () => {
    const serial = await serialOf(bench.folder, device);
    await query(
      "UPDATE certificate SET grace_ends_at = now() - interval '1 second' WHERE encode(serial_number, 'hex') = $1",
      [serial],
    );
    const preview = await bench.platform.cli("job", "run", "retire-superseded", "--dry-run", "--json");
    expect(preview.stdout).toContain(serial);
    expect(await bench.platform.cli("job", "run", "retire-superseded")).toMatchObject({ code: 0 });
    const listed = await until("the retired certificate on the CRL", async () => {
      const text = await mustSh(
        `curl -fsS ${bench.platform.publicUrl}/crl/issuing-g1.crl | openssl crl -inform DER -noout -text`,
        cwd(),
      );
      return text.includes(serial.toUpperCase()) ? text : null;
    });
    expect(listed).toMatch(new RegExp(`${serial.toUpperCase()}[\\s\\S]{0,200}Superseded`));
    expect((await est(bench, { operation: "simplereenroll", cert: device, request: "next" })).status).toBe(403);
  });

  test("quarantine stops an open connection at its next request, and release lets it go on", async () => {
    const agent = new Agent({
      keepAlive: true,
      maxSockets: 1,
      ca: readFileSync(path.join(bench.folder, "root.pem")),
      cert: readFileSync(path.join(bench.folder, "next.crt")),
      key: readFileSync(path.join(bench.folder, "next.key")),
    });
    await makeRequest(bench.folder, "third", `/CN=${device}`);
    const body = readFileSync(path.join(bench.folder, "third.p10"));
    const sockets = new Set<unknown>();
    const post = () =>
      new Promise<{ status: number; text: string }>((resolve, reject) => {
        const call = request(
          `${bench.platform.estUrl}/simplereenroll`,
          { agent, method: "POST", headers: { "Content-Type": "application/pkcs10", "Content-Length": body.length } },
          (answer) => {
            let text = "";
            answer.on("data", (chunk: Buffer) => (text += chunk.toString()));
            answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
          },
        );
        call.on("socket", (socket) => sockets.add(socket));
        call.on("error", reject);
        call.end(body);
      });
    expect((await post()).status).toBe(200);
    await bench.platform.cli("device", "quarantine", device, "--reason", "test");
    expect(await post()).toMatchObject({ status: 403, text: expect.stringContaining("quarantine") as string });
    await bench.platform.cli("device", "release", device);
    expect((await post()).status).toBe(200);
    expect(sockets.size).toBe(1);
    agent.destroy();
  });

  test("revoking publishes CRL n+1 within 10 s, openssl refuses the certificate, and it cannot renew", async () => {
    const before = await crlNumber();
    const serial = await serialOf(bench.folder, "next");
    const started = performance.now();
    const colons = serial.toUpperCase().replaceAll(/(..)(?!$)/g, "$1:");
    const revoked = await bench.platform.cli("certificate", "revoke", colons, "--reason", "keyCompromise", "--json");
    expect(revoked.json()).toMatchObject({ serialNumberHex: serial, published: true });
    expect(await until("CRL n+1", async () => (await crlNumber()) === before + 1, 10)).toBe(true);
    expect(performance.now() - started).toBeLessThan(10_000);
    await mustSh(`curl -fsS ${bench.platform.publicUrl}/crl/all.crl.pem > crl.pem`, cwd());
    const verify = await sh(
      "openssl verify -crl_check_all -CAfile root.pem -untrusted ca-chain.pem -CRLfile crl.pem next.crt",
      cwd(),
    );
    expect(verify.code).not.toBe(0);
    expect(verify.stderr + verify.stdout).toContain("certificate revoked");
    expect((await est(bench, { operation: "simplereenroll", cert: "next", request: "third" })).status).toBe(403);
    expect(await bench.platform.cli("certificate", "revoke", serial, "--reason", "keyCompromise")).toMatchObject({
      code: 1,
    });
    expect(await bench.platform.cli("certificate", "revoke", serial, "--reason", "nonsense")).toMatchObject({
      code: 2,
    });
  });

  test("OCSP says good, revoked with the reason, and unknown, by POST and GET, signed by a delegate of the issuing authority", async () => {
    const url = `${bench.platform.publicUrl}/ocsp`;
    const ask = (what: string) =>
      mustSh(`openssl ocsp -issuer issuing.pem ${what} -url ${url} -CAfile ca-chain.pem 2>&1`, cwd());
    expect(
      await mustSh(
        "openssl x509 -in third.crt -noout -ocsp_uri 2>/dev/null || openssl x509 -in pump-018.crt -noout -ocsp_uri",
        cwd(),
      ),
    ).toContain(url);
    const good = await ask("-cert pump-018.crt");
    expect(good).toContain("Response verify OK");
    expect(good).toContain("pump-018.crt: good");
    const revoked = await ask("-sha256 -cert next.crt");
    expect(revoked).toContain("next.crt: revoked");
    expect(revoked).toContain("Reason: keyCompromise");
    expect(await ask("-serial 0x0123456789abcdef0123456789abcdef")).toContain(": unknown");
    const both = await ask("-cert pump-018.crt -cert next.crt");
    expect(both).toContain("pump-018.crt: good");
    expect(both).toContain("next.crt: revoked");
    await mustSh("openssl ocsp -issuer issuing.pem -cert next.crt -no_nonce -reqout q.der 2>/dev/null", cwd());
    const head = await mustSh(
      `curl -fsS -D head.txt -o a.der "${url}/$(openssl base64 -A -in q.der | sed 's/+/%2B/g; s#/#%2F#g; s/=/%3D/g')" && cat head.txt`,
      cwd(),
    );
    expect(head).toContain("Content-Type: application/ocsp-response");
    expect(head).toMatch(/Cache-Control: max-age=300, public/);
    const byGet = "openssl ocsp -issuer issuing.pem -cert next.crt -no_nonce -respin a.der -CAfile ca-chain.pem 2>&1";
    expect(await mustSh(byGet, cwd())).toContain("next.crt: revoked");
    await mustSh(`curl -fsS -o a.der "${url}/$(openssl base64 -A -in q.der)"`, cwd());
    expect(await mustSh(byGet, cwd())).toContain("next.crt: revoked");
    const foreign = await sh(
      `openssl ocsp -issuer root.pem -cert issuing.pem -url ${url} -CAfile root.pem 2>&1`,
      cwd(),
    );
    expect(foreign.stdout).toContain("unauthorized");
    const broken = await mustSh(
      `printf 'x' | curl -fsS -H 'Content-Type: application/ocsp-request' --data-binary @- ${url} | openssl base64`,
      cwd(),
    );
    expect(broken.trim()).toBe("MAMKAQE=");
  });

  test("the CRL is served with validators: 304 for what is unchanged, and HEAD without a body", async () => {
    const url = `${bench.platform.publicUrl}/crl/issuing-g1.crl`;
    const head = await mustSh(`curl -fsSI ${url}`, cwd());
    expect(head).toContain("Content-Type: application/pkix-crl");
    const etag = /ETag: (.*)\r/.exec(head)?.[1] ?? "";
    expect(await mustSh(`curl -s -o /dev/null -w '%{http_code}' -H 'If-None-Match: ${etag}' ${url}`, cwd())).toBe(
      "304",
    );
    expect(
      await mustSh(
        `curl -fsS ${bench.platform.publicUrl}/ca/issuing-g1.cer | openssl x509 -inform DER -noout -subject`,
        cwd(),
      ),
    ).toContain("Issuing G1");
  });

  test("a sealed root publishes its CRL only with its passphrase", async () => {
    expect(await bench.platform.cli("crl", "publish", "root-g1")).toMatchObject({ code: 1 });
    writeFileSync(path.join(bench.folder, "wrong"), "this is not the passphrase");
    const wrong = await bench.platform.cli(
      "crl",
      "publish",
      "root-g1",
      "--root-passphrase-file",
      path.join(bench.folder, "wrong"),
    );
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("passphrase") as string });
    expect(
      await bench.platform.cli("crl", "publish", "root-g1", "--root-passphrase-file", path.join(bench.folder, "pass")),
    ).toMatchObject({ code: 0 });
  });

  test("every change is in the audit log, the chain holds, and a changed row is found", async () => {
    const verified = await bench.platform.cli("audit", "verify", "--json");
    expect(verified.json()).toMatchObject({ brokenAt: null });
    const actions = (await query("SELECT DISTINCT action FROM audit_event")).map(({ action }) => action);
    for (const action of [
      "installation.claim",
      "authority.create",
      "device.add",
      "certificate.issue",
      "certificate.revoke",
      "crl.publish",
      "device.quarantine",
      "device.release",
    ])
      expect(actions).toContain(action);
    const missing = await query(
      `SELECT encode(c.serial_number, 'hex') FROM certificate c WHERE c.purpose = 'device' AND c.state IN ('issued', 'revoked')
         AND NOT EXISTS (SELECT FROM audit_event a WHERE a.action = 'certificate.issue' AND a.target_id = encode(c.serial_number, 'hex'))`,
    );
    expect(missing).toEqual([]);
    await expect(query("UPDATE audit_event SET outcome = 'refused' WHERE seq = 3")).rejects.toThrow("append-only");
    await query("ALTER TABLE audit_event DISABLE TRIGGER audit_event_append_only");
    await query("UPDATE audit_event SET outcome = 'refused' WHERE seq = 3");
    const broken = await bench.platform.cli("audit", "verify");
    expect(broken).toMatchObject({ code: 1, stderr: expect.stringContaining("broken at entry 3") as string });
    await query("UPDATE audit_event SET outcome = 'done' WHERE seq = 3");
    await query("ALTER TABLE audit_event ENABLE TRIGGER audit_event_append_only");
    expect(await bench.platform.cli("audit", "verify")).toMatchObject({ code: 0 });
  });

  test("nothing was signed that was not recorded before, and no secret lies in the records in the clear", async () => {
    expect(
      await query(
        `SELECT s.id FROM signing_log s LEFT JOIN certificate c ON c.authority_id = s.authority_id AND c.serial_number = s.serial_number
         WHERE s.kind = 'certificate' AND (c.serial_number IS NULL OR c.tbs_sha256 <> s.tbs_sha256
           OR (c.purpose <> 'authority' AND c.precommit_at > s.signed_at))`,
      ),
    ).toEqual([]);
    const dump = (
      await query(
        "SELECT string_agg(t::text, ' ') AS all FROM (SELECT authority_key::text AS t FROM authority_key UNION ALL SELECT enrollment_token::text FROM enrollment_token UNION ALL SELECT audit_event::text FROM audit_event) x",
      )
    )[0];
    expect(String(dump?.["all"])).not.toContain(token);
    expect(String(dump?.["all"])).not.toContain("PRIVATE KEY");
  });
});
