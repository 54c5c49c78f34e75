import { expect, test } from "vitest";

import type { Actor } from "../actor.ts";
import type { AlertSite, ExpiryCandidate, ExpiryRecords, NewNotice, NewNotification } from "./alert-records.ts";
import { createNotifyExpiring, describeNotifyExpiring } from "./create-notify-expiring.ts";

const dayMs = 86_400_000;
const notAfter = new Date("2027-03-01T09:14:00Z");
const before = (days: number) => new Date(notAfter.getTime() - days * dayMs);
const actor: Actor = { kind: "system", id: "worker" };

function device(deviceId: string, override: Partial<ExpiryCandidate> = {}): ExpiryCandidate {
  return {
    certificateId: `certificate-of-${deviceId}`,
    deviceId,
    siteId: "nord",
    notBefore: before(365),
    notAfter,
    revokedAt: null,
    hasSuccessor: false,
    deviceState: "active",
    noticedStages: [],
    serialNumberHex: "20450e6a",
    authorityName: "Issuing G2",
    deviceDescription: null,
    deviceOwner: null,
    failedAttempts: 0,
    failingSince: null,
    lastFailureCode: null,
    lastSeenAt: null,
    ...override,
  };
}

type World = { devices?: ExpiryCandidate[]; sites?: AlertSite[]; owners?: string[] };

const nord: AlertSite = { id: "nord", name: "Plant Nord", timeZone: "UTC", contacts: ["ops@example.com"] };

/** Keeps what the real store keeps: one notice per certificate and stage. */
function createMemory({ devices = [device("gw-1")], sites = [nord], owners = ["owner@example.com"] }: World = {}) {
  const notices: NewNotice[] = [];
  const mails: NewNotification[] = [];
  const has = ({ certificateId, stage }: NewNotice) =>
    notices.some((notice) => notice.certificateId === certificateId && notice.stage === stage);
  const records: ExpiryRecords = {
    listExpiryCandidates: async ({ endsAfter, endsBefore, after, limit }) =>
      devices
        .filter(({ notAfter: end }) => end > endsAfter && end < endsBefore)
        .toSorted((one, other) => (one.certificateId < other.certificateId ? -1 : 1))
        .filter(({ certificateId }) => !after || certificateId > after.certificateId)
        .slice(0, limit)
        .map((one) => ({
          ...one,
          noticedStages: notices
            .filter(({ certificateId }) => certificateId === one.certificateId)
            .map(({ stage }) => stage),
        })),
    listAlertSites: async () => sites,
    listOwnerAddresses: async () => owners,
    recordNotices: async (input, compose) => {
      const fresh = input.notices.filter((notice) => !has(notice));
      notices.push(...fresh);
      const grouped = fresh.filter(({ groupId }) => groupId !== null);
      mails.push(...compose(new Set(grouped.map(({ certificateId }) => certificateId))));
    },
  };
  let next = 0;
  const random = { bytes: (count: number) => new Uint8Array(count), uuid: () => `id-${(next += 1)}` };
  const notify = createNotifyExpiring({ records, random, consoleUrl: "https://c.example", mailDomain: "h.example" });
  return { records, notices, mails, notify, run: (now: Date) => notify({ actor, now }) };
}

test("one mail per stage over a year of runs every six hours, and none after", async () => {
  const { mails, run } = createMemory();
  for (let days = 60; days > -60; days -= 0.25) await run(before(days));
  expect(mails.map(({ stage }) => stage)).toEqual(["digest", "expiring", "final", "expired"]);
});

test("a run that comes after everything sends one mail, not four, and marks the rest", async () => {
  const { mails, notices, run } = createMemory();
  const result = await run(before(-20));
  expect(mails.map(({ stage }) => stage)).toEqual(["expired"]);
  expect(notices.filter(({ groupId }) => groupId === null).map(({ stage }) => stage)).toEqual([
    "digest",
    "expiring",
    "final",
  ]);
  expect(describeNotifyExpiring(result)).toBe("1 mail about 1 certificate; 3 milder stages covered");
  await run(before(-21));
  expect(mails.length).toBe(1);
});

test("a thousand and more devices of one site are one mail per person", async () => {
  const devices = Array.from({ length: 2_500 }, (_, index) => device(`gw-${String(index).padStart(5, "0")}`));
  const { mails, notices, run } = createMemory({ devices });
  await run(before(20));
  expect(mails.map(({ subject }) => subject)).toEqual(["[Plant Nord] 2500 certificates need a hand by 1 Mar"]);
  expect(notices.length).toBe(2_500);
});

test("sites and stages are told apart, the most urgent first", async () => {
  const süd = { id: "sued", name: "Plant Süd", timeZone: "UTC", contacts: ["sued@example.com"] };
  const devices = [
    device("a"),
    device("b", { siteId: "sued" }),
    device("c", { notAfter: before(16), notBefore: before(400) }),
  ];
  const { mails, run } = createMemory({ devices, sites: [nord, süd] });
  await run(before(20));
  expect(mails.map(({ stage, recipient }) => [stage, recipient])).toEqual([
    ["expiring", "ops@example.com"],
    ["digest", "ops@example.com"],
    ["digest", "sued@example.com"],
  ]);
});

test("recipients: contacts and device owners once each, addresses that are none are left out", async () => {
  const devices = [
    device("a", { deviceOwner: "OPS@example.com" }),
    device("b", { deviceOwner: "ina@example.com" }),
    device("c", { deviceOwner: "line 4\r\nBcc: x@example.com" }),
    device("d", { deviceOwner: "a@example.com, b@example.com" }),
  ];
  const { mails, run } = createMemory({ devices });
  await run(before(20));
  expect(mails.map(({ recipient }) => recipient)).toEqual(["ops@example.com", "ina@example.com"]);
  expect(mails[0]?.textBody).toContain("you are a contact");
  expect(mails[1]?.textBody).toContain("own a device");
  expect(new Set(mails.map(({ groupId }) => groupId)).size).toBe(1);
  expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(2);
});

test("without contacts and owners the owners of the installation are told", async () => {
  const { mails, run } = createMemory({ sites: [{ ...nord, contacts: [] }] });
  await run(before(20));
  expect(mails.map(({ recipient }) => recipient)).toEqual(["owner@example.com"]);
});

test("with nobody to tell the result says so and nothing counts as noticed", async () => {
  const { notices, run } = createMemory({ sites: [{ ...nord, contacts: ["not an address"] }], owners: [] });
  const result = await run(before(20));
  expect(notices).toEqual([]);
  expect(describeNotifyExpiring(result)).toBe(
    "nothing new; nobody to tell about 1 certificate at Plant Nord: add a site contact",
  );
});

test("a dry run says what it would send, stores nothing, and can be printed", async () => {
  const { notices, mails, notify } = createMemory();
  const result = await notify({ actor, now: before(5), dryRun: true });
  expect(notices).toEqual([]);
  expect(mails).toEqual([]);
  expect(JSON.parse(JSON.stringify(result))).toMatchObject({
    isDryRun: true,
    covered: 1,
    mails: [{ siteId: "nord", stage: "expiring", certificates: 1, recipients: ["ops@example.com"] }],
  });
});

test("certificates that another worker told of meanwhile are not in our mail", async () => {
  const { records, mails, notices, run } = createMemory({ devices: [device("a"), device("b")] });
  const gather = records.listExpiryCandidates.bind(records);
  records.listExpiryCandidates = async (input) => {
    const candidates = await gather(input);
    notices.push({ certificateId: "certificate-of-a", stage: "digest", groupId: "other" });
    return candidates;
  };
  await run(before(20));
  expect(mails.map(({ subject }) => subject)).toEqual(["[Plant Nord] b needs a hand by 1 Mar"]);
});

test("a person without the right to run jobs is refused", async () => {
  const { notify } = createMemory();
  const person: Actor = { kind: "person", id: "p", name: "P", role: "auditor", siteIds: [], sourceAddress: null };
  await expect(notify({ actor: person, now: before(5) })).rejects.toMatchObject({ code: "actor-forbidden" });
});
