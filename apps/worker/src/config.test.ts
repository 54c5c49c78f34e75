import { expect, test } from "vitest";

import { parseConfig } from "./config.ts";

const least = {
  DATABASE_URL: "postgresql://u:secret@localhost:5432/fieldseal",
  FIELDSEAL_SIGNER_SOCKET: "/run/signer.sock",
};

test("the least that is needed, with its defaults; an empty variable is an unset one", () => {
  expect(parseConfig({ ...least, FIELDSEAL_SMTP_URL: "" })).toEqual({
    databaseUrl: least.DATABASE_URL,
    signerSocket: "/run/signer.sock",
    smtpUrl: null,
    mailFrom: "fieldseal@localhost",
    mailDomain: "localhost",
    consoleUrl: "http://localhost:3000",
  });
});

test("everything set", () => {
  const config = parseConfig({
    ...least,
    FIELDSEAL_SMTP_URL: "smtps://user:pw@mail.example:465",
    FIELDSEAL_MAIL_FROM: "pki@example.com",
    FIELDSEAL_HOST: "10.0.0.5",
    FIELDSEAL_CONSOLE_URL: "https://console.example/",
  });
  expect(config).toMatchObject({
    mailFrom: "pki@example.com",
    mailDomain: "[10.0.0.5]",
    consoleUrl: "https://console.example",
  });
});

test("every problem is named at once, no value is shown", () => {
  const bad = {
    DATABASE_URL: "mysql://u:secret@h/d",
    FIELDSEAL_SMTP_URL: "mail.example:secret",
    FIELDSEAL_MAIL_FROM: "a@b, c@d",
    FIELDSEAL_CONSOLE_URL: "ftp://x",
    FIELDSEAL_HOST: "a\nb",
  };
  expect(() => parseConfig(bad)).toThrow(
    /DATABASE_URL must .*FIELDSEAL_SIGNER_SOCKET is missing.*SMTP_URL must.*MAIL_FROM must.*HOST must.*CONSOLE_URL must/s,
  );
  expect(() => parseConfig(bad)).not.toThrow(/secret/);
});
