import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type ExpiryCandidate, type ExpiryStage, expiryStages } from "./alert-records.ts";
import { type ExpiryMailInput, writeExpiryMail } from "./expiry-mail.ts";
import { renderMailHtml } from "./mail-html.ts";
import { renderMailText } from "./mail-text.ts";

const now = new Date("2026-11-20T09:15:00Z");
const dayMs = 86_400_000;
const site = { id: "nord", name: "Plant Nord", timeZone: "Europe/Berlin", contacts: [] };
const leftMs: Record<ExpiryStage, number> = {
  digest: 20 * dayMs,
  expiring: 7 * dayMs - 60_000,
  final: 23.9 * 3_600_000,
  expired: -60_000,
};

function device(stage: ExpiryStage, override: Partial<ExpiryCandidate> = {}): ExpiryCandidate {
  const notAfter = new Date(now.getTime() + leftMs[stage]);
  return {
    certificateId: "0b6c0000-0000-4000-8000-000000000001",
    deviceId: "gw-nord-0417",
    siteId: "nord",
    notBefore: new Date(notAfter.getTime() - 90 * dayMs),
    notAfter,
    revokedAt: null,
    hasSuccessor: false,
    deviceState: "active",
    noticedStages: [],
    serialNumberHex: "20450e6aedc84223",
    authorityName: "Issuing G2",
    deviceDescription: "Line 4 gateway",
    deviceOwner: null,
    failedAttempts: 7,
    failingSince: new Date("2026-11-18T06:20:00Z"),
    lastFailureCode: "client-certificate-missing",
    lastSeenAt: new Date("2026-11-19T06:20:00Z"),
    ...override,
  };
}

function write(
  stage: ExpiryStage,
  certificates: ExpiryMailInput["certificates"],
  override: Partial<ExpiryMailInput> = {},
) {
  const consoleUrl = "https://console.example";
  const content = writeExpiryMail({ site, stage, certificates, because: "contact", consoleUrl, now, ...override });
  return { content, text: renderMailText(content), html: renderMailHtml(content) };
}

function many(
  stage: ExpiryStage,
  count: number,
  override: Partial<ExpiryCandidate> = {},
): ExpiryMailInput["certificates"] {
  const others = Array.from({ length: count - 1 }, (_, index) =>
    device(stage, { deviceId: `gw-${index}`, ...override }),
  );
  return [device(stage, override), ...others];
}

/** Nothing that loads or runs; a name that became markup would add another. */
const ownTags = new Set("html head meta title style body div table tr td th p h1 a span wbr bdi".split(" "));

function checkForm({ content, text, html }: ReturnType<typeof write>) {
  expect(Array.from(content.subject).length).toBeLessThanOrEqual(60);
  expect(content.subject).not.toMatch(/\p{Cc}|\p{Cf}/u);
  const lines = text.split("\n").filter((line) => !line.startsWith("https://"));
  expect(lines.filter((line) => Array.from(line).length > 72)).toEqual([]);
  expect(text).not.toMatch(/(?!\n)\p{Cc}|\p{Cf}/u);
  expect(Buffer.byteLength(html)).toBeLessThanOrEqual(40 * 1024);
  const tags = new Set([...html.matchAll(/<([a-z0-9]+)/g)].map(([, tag]) => tag));
  expect([...tags].filter((tag) => !ownTags.has(tag ?? ""))).toEqual([]);
}

describe("subjects", () => {
  test.each([
    ["digest", 1, "[Plant Nord] gw-nord-0417 needs a hand by 10 Dec"],
    ["expiring", 1, "[Plant Nord] gw-nord-0417 expires in 7 d (27 Nov)"],
    ["final", 1, "[Plant Nord] gw-nord-0417 ends in 23 h, no replacement"],
    ["expired", 1, "[Plant Nord] Expired: gw-nord-0417 (since 09:14 UTC)"],
    ["digest", 6, "[Plant Nord] 6 certificates need a hand by 10 Dec"],
    ["expiring", 14, "[Plant Nord] 14 certificates expire within 7 d"],
    ["final", 14, "[Plant Nord] 14 certificates end within 23 h, no replacement"],
    ["expired", 14, "[Plant Nord] Expired: 14 certificates (since 09:14 UTC)"],
  ] as const)("%s of %d", (stage, count, subject) => {
    expect(write(stage, many(stage, count)).content.subject).toBe(subject);
  });
});

test("the mail about one says what, why, what to do and where, in UTC and in the time of the site", () => {
  expect(write("expiring", [device("expiring")]).text)
    .toBe(`gw-nord-0417 (Line 4 gateway) expires on 27 Nov 09:14 UTC (10:14 Plant
Nord) and has no replacement. After that it cannot connect.

Why     Renewal refused 7 times since 18 Nov 06:20 UTC: the device does
        not show its certificate when it asks.
Fix     Run the renewal command on the device (shown on its page). It
        must use the certificate and key that the device holds now.
Issuer  Issuing G2

Open the device   https://console.example/devices/gw-nord-0417

Life    [======================>..]  92 % used

Serial  20:45:0e:6a:ed:c8:42:23

Checked 20 Nov 09:15 UTC (10:15 Plant Nord). You get this because you
are a contact for Plant Nord. Next mail only if it gets worse: 26 Nov
09:14 UTC.
`);
});

test.each(expiryStages)("%s: one and many keep the limits in both parts", (stage) => {
  checkForm(write(stage, [device(stage)]));
  checkForm(write(stage, many(stage, 12)));
});

test("a thousand devices are one mail with ten rows and a count", () => {
  const mail = write("digest", many("digest", 1_000));
  checkForm(mail);
  expect(mail.text).toContain("1000 certificates at Plant Nord");
  expect(mail.text).toContain("+ 990 more");
  expect(mail.html).toContain("+ 990 more");
  expect(mail.text.match(/gw-/g)?.length).toBe(10);
});

describe("the why line comes from the device", () => {
  test.each([
    ["never seen", { failedAttempts: 0, lastSeenAt: null }, "Never seen"],
    [
      "silent",
      { failedAttempts: 0, lastSeenAt: new Date("2026-11-03T00:00:00Z") },
      "No contact since 3 Nov 00:00 UTC.",
    ],
    ["seen", { failedAttempts: 0 }, "The device has not asked to renew."],
    ["quarantined", { deviceState: "quarantined" as const }, "The device is quarantined"],
    ["unknown code", { lastFailureCode: "constructor" }, "constructor."],
    ["no code", { lastFailureCode: null }, "Renewal refused 7 times since 18 Nov 06:20 UTC."],
  ])("%s", (_name, override, expected) => {
    expect(write("digest", [device("digest", override)]).text.replaceAll(/\s+/g, " ")).toContain(expected);
  });
});

test("an unknown time zone leaves UTC, a local day that differs is named", () => {
  const where = (timeZone: string) => ({ site: { ...site, timeZone } });
  expect(write("expiring", [device("expiring")], where("Mars/Olympus")).text).not.toContain("Plant Nord)");
  expect(write("expiring", [device("expiring")], where("Pacific/Auckland")).text).toContain("22:14 Plant");
  expect(write("expiring", [device("expiring")], where("Pacific/Kiritimati")).text).toContain("(23:14 Plant");
});

test("links carry the identifier encoded and never act", () => {
  const { text, html } = write("expired", [device("expired", { deviceId: 'a/b?c="><script>' })]);
  expect(text).toContain("/devices/a%2Fb%3Fc%3D%22%3E%3Cscript%3E");
  expect(html).not.toContain("<script>");
  expect(write("expired", many("expired", 3)).text).toContain(
    "https://console.example/devices?q=site:nord+state:expired",
  );
});

describe("hostile names", () => {
  const hostile = [
    "gw\r\nBcc: victim@example.com",
    "gw\u0000\u001b[31m",
    "gw\u202Etxt.exe",
    "gw\u200b\u2066x\u2069",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt;",
    "x".repeat(500),
    "😀".repeat(80),
    "\ud800",
    `${"word ".repeat(40)}`,
  ];
  test.each(hostile)("%j", (name) => {
    const override = { deviceId: name, deviceDescription: name, authorityName: name, lastFailureCode: name };
    const where = { site: { ...site, name } };
    for (const stage of expiryStages) {
      checkForm(write(stage, [device(stage, override)], where));
      checkForm(write(stage, many(stage, 11, override), where));
    }
  });

  test("a control character is shown, not obeyed", () => {
    const { content, text } = write("digest", [device("digest", { deviceId: "gw\u202Etxt" })]);
    expect(text).toContain("gw⟨U+202E⟩txt");
    expect(content.subject).toContain("gw⟨U+202E⟩txt");
  });

  test("property: no text breaks the form", () => {
    const text = fc.string({ unit: "binary", maxLength: 120 });
    fc.assert(
      fc.property(text, text, fc.constantFrom(...expiryStages), (name, place, stage) => {
        const override = { deviceId: name, deviceDescription: place };
        checkForm(write(stage, [device(stage, override)], { site: { ...site, name: place } }));
      }),
      { numRuns: 300 },
    );
  });
});
