import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { addDevice, type Bench, enrol, initialise, makeRequest, serialOf } from "../support/device.ts";
import { findPort, startPlatform, until } from "../support/platform.ts";
import { mustSh, sh } from "../support/shell.ts";

/** Issue 2, points 4 and 6: a real Mosquitto with our chain, our CRL and its server certificate from us. */
describe("certificates at a real MQTT broker", () => {
  let bench: Bench;
  let broker: ChildProcess;
  let brokerLog = "";
  let mqttPort = 0;
  const cwd = () => ({ cwd: bench.folder });
  const publish = (name: string, more = "") =>
    sh(
      `timeout 10 mosquitto_pub -h localhost -p ${mqttPort} --cafile root.pem --cert ${name}.crt --key ${name}.key -t plant/nord -m hello -q 1 ${more}`,
      cwd(),
    );
  const fetchCrl = () =>
    mustSh(
      `curl -fsS ${bench.platform.publicUrl}/crl/issuing-g1.crl.pem -o crl.new && openssl crl -in crl.new -noout && mv crl.new crl.pem`,
      cwd(),
    );

  beforeAll(async () => {
    bench = { platform: await startPlatform(), folder: mkdtempSync(path.join(tmpdir(), "fieldseal-mqtt-")) };
    await initialise(bench);
    const brokerToken = await addDevice(bench, "broker-1", "--profile", "broker", "--dns", "localhost");
    await makeRequest(bench.folder, "broker", "/CN=broker-1");
    await mustSh(
      `curl -fsS --cacert root.pem ${bench.platform.estUrl}/cacerts | openssl base64 -d | openssl pkcs7 -inform DER -print_certs -out ca-chain.pem`,
      cwd(),
    );
    expect(
      await enrol(bench, {
        device: "broker-1",
        token: brokerToken,
        request: "broker",
        out: "broker.crt",
        label: "broker",
      }),
    ).toMatchObject({ code: 0 });
    await mustSh("cat broker.crt ca-chain.pem > broker-fullchain.pem", cwd());
    await fetchCrl();
    mqttPort = await findPort();
    writeFileSync(
      path.join(bench.folder, "mosquitto.conf"),
      [
        ...(process.getuid?.() === 0 ? ["user root"] : []),
        `listener ${mqttPort} 127.0.0.1`,
        `cafile ${bench.folder}/ca-chain.pem`,
        `certfile ${bench.folder}/broker-fullchain.pem`,
        `keyfile ${bench.folder}/broker.key`,
        "require_certificate true",
        "use_identity_as_username true",
        "allow_anonymous false",
        `crlfile ${bench.folder}/crl.pem`,
        "log_type all",
        "",
      ].join("\n"),
    );
    broker = spawn("mosquitto", ["-c", path.join(bench.folder, "mosquitto.conf")], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: `${process.env["PATH"]}:/usr/sbin` },
    });
    broker.stdout?.on("data", (chunk: Buffer) => (brokerLog += chunk.toString()));
    broker.stderr?.on("data", (chunk: Buffer) => (brokerLog += chunk.toString()));
    await until("the broker", () => Promise.resolve(brokerLog.includes("running")), 10);
    for (const id of ["pump-017", "pump-018"]) {
      const token = await addDevice(bench, id);
      await makeRequest(bench.folder, id, `/CN=${id}`);
      expect(await enrol(bench, { device: id, token, request: id, out: `${id}.crt` })).toMatchObject({ code: 0 });
    }
  }, 90_000);
  afterAll(async () => {
    broker.kill("SIGTERM");
    await bench.platform.stop();
  }, 30_000);

  test("an enrolled device publishes over mutual TLS, and the broker knows it by its id", async () => {
    expect(await publish("pump-017")).toMatchObject({ code: 0 });
    expect(brokerLog).toContain("u'pump-017'");
  });

  test("a self-signed look-alike with the same name is refused", async () => {
    await mustSh(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout fake.key -out fake.crt -subj /CN=pump-017 -days 30",
      cwd(),
    );
    expect((await publish("fake")).code).not.toBe(0);
  });

  test("a revoked device is refused after the broker has reloaded the new CRL; others go on", async () => {
    expect(await publish("pump-018")).toMatchObject({ code: 0 });
    const revoked = await bench.platform.cli(
      "certificate",
      "revoke",
      await serialOf(bench.folder, "pump-018"),
      "--reason",
      "keyCompromise",
      "--json",
    );
    expect(revoked.json()).toMatchObject({ published: true });
    await fetchCrl();
    const before = brokerLog.length;
    broker.kill("SIGHUP");
    await until("the reload", () => Promise.resolve(brokerLog.slice(before).includes("Reloading config")), 10);
    await until("the refusal", async () => (await publish("pump-018")).code !== 0, 10);
    expect(await publish("pump-017")).toMatchObject({ code: 0 });
  });
});
