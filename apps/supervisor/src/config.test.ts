import { expect, test } from "vitest";

import { parseConfig } from "./config.ts";

test("everything has a default", () => {
  expect(parseConfig({ PATH: "/bin", npm_lifecycle_event: "start", DATABASE_URL: "" }, "/clone")).toEqual({
    databaseUrl: null,
    dataDir: "/clone/.fieldseal",
    webPort: 3000,
    devicePort: 8443,
    publicPort: 8080,
    adminPort: null,
    host: "localhost",
    publicUrl: "http://localhost:8080",
    consoleUrl: "http://localhost:3000",
    smtpUrl: null,
    mailFrom: null,
    kekFile: "/clone/.fieldseal/kek",
    deviceProcesses: null,
    signingCeiling: null,
    inherited: { PATH: "/bin" },
    isStartedByNpm: true,
  });
});

test("names every problem at once", () => {
  const env = {
    DATABASE_URL: "mysql://localhost/x",
    FIELDSEAL_WEB_PORT: "70000",
    FIELDSEAL_DEVICE_PORT: "https",
    FIELDSEAL_HOST: "https://pki.example.com",
    FIELDSEAL_PUBLIC_URL: "pki.example.com",
    FIELDSEAL_SMTP_URL: "mail.example.com:25",
  };
  for (const name of Object.keys(env)) expect(() => parseConfig(env, "/clone")).toThrow(name);
});

test("two listeners cannot share a port", () => {
  expect(() => parseConfig({ FIELDSEAL_PUBLIC_PORT: "3000" }, "/clone")).toThrow(
    "FIELDSEAL_PUBLIC_PORT must differ from FIELDSEAL_WEB_PORT",
  );
});

test("an address in front of the installation overrides the one made of host and port", () => {
  const env = { FIELDSEAL_HOST: "2001:db8::1", FIELDSEAL_PUBLIC_PORT: "80" };
  expect(parseConfig(env, "/clone").publicUrl).toBe("http://[2001:db8::1]:80");
  expect(parseConfig({ ...env, FIELDSEAL_PUBLIC_URL: "http://pki.example.com/" }, "/clone").publicUrl).toBe(
    "http://pki.example.com",
  );
});
