import { describe, expect, test } from "vitest";

import type { Actor } from "../actor.ts";
import type { Delivery, DeliveryRecords, DueNotification } from "./alert-records.ts";
import {
  createDeliverNotifications,
  describeDeliverNotifications,
  type MailAnswer,
  type OutgoingMail,
} from "./create-deliver-notifications.ts";
import { decideRetry } from "./decide-retry.ts";

const start = new Date("2026-11-20T09:00:00Z");
const after = (seconds: number) => new Date(start.getTime() + seconds * 1_000);
const actor: Actor = { kind: "system", id: "worker" };
const accepted: MailAnswer = { accepted: true, response: "250 2.0.0 queued as 4711" };
const busy: MailAnswer = { accepted: false, permanent: false, response: "450 try later", isServerDown: false };
const refused: MailAnswer = { accepted: false, permanent: true, response: "550 no such user", isServerDown: false };
const down: MailAnswer = { accepted: false, permanent: false, response: "connect ECONNREFUSED", isServerDown: true };

type Stored = DueNotification & { state: string; nextTryAt: Date | null; response: string | null };

function createWorld(count: number, answer: (mail: OutgoingMail, sent: number) => MailAnswer, hasMailer = true) {
  const stored: Stored[] = Array.from({ length: count }, (_, index) => ({
    id: `n${index}`,
    recipient: `r${index}@example.com`,
    subject: "s",
    textBody: "t",
    htmlBody: "h",
    messageId: `<n${index}@h>`,
    tries: 0,
    createdAt: start,
    state: "queued",
    nextTryAt: null,
    response: null,
  }));
  const records: DeliveryRecords = {
    claimDueNotifications: async ({ at, claimedUntil, limit }) => {
      const due = stored
        .filter(({ state, nextTryAt }) => ["queued", "deferred"].includes(state) && (!nextTryAt || nextTryAt <= at))
        .slice(0, limit);
      for (const mail of due) Object.assign(mail, { tries: mail.tries + 1, nextTryAt: claimedUntil });
      return due.map((mail) => ({ ...mail }));
    },
    recordDelivery: async ({ id, delivery }) => {
      const mail = stored.find((one) => one.id === id);
      if (mail) Object.assign(mail, toStored(delivery));
    },
    moveToMailbox: async () => {
      for (const mail of stored) mail.state = "mailbox";
      return stored.length;
    },
  };
  const sent: OutgoingMail[] = [];
  const mailer = {
    send: async (mail: OutgoingMail) => {
      sent.push(mail);
      return answer(mail, sent.length);
    },
  };
  const random = { bytes: () => new Uint8Array([0]), uuid: () => "" };
  const clock = { now: () => start };
  const deliver = createDeliverNotifications({ records, mailer: hasMailer ? mailer : null, clock, random });
  return { stored, sent, run: (now: Date) => deliver({ actor, now }) };
}

const toStored = (delivery: Delivery) => ({
  state: delivery.state,
  response: delivery.response,
  nextTryAt: delivery.state === "deferred" ? delivery.nextTryAt : null,
});

test("a backlog is drained in one run, each mail once", async () => {
  const { sent, run } = createWorld(105, () => accepted);
  expect(describeDeliverNotifications(await run(start))).toBe("105 accepted, 0 deferred, 0 failed");
  expect(new Set(sent.map(({ messageId }) => messageId)).size).toBe(105);
  expect(describeDeliverNotifications(await run(after(30)))).toBe("nothing due");
});

test("a temporary refusal is tried again with the same Message-ID, later each time", async () => {
  const { sent, stored, run } = createWorld(1, (_mail, tries) => (tries < 3 ? busy : accepted));
  await run(start);
  expect(stored[0]).toMatchObject({ state: "deferred", nextTryAt: after(30), response: "450 try later" });
  await run(after(29));
  expect(sent.length).toBe(1);
  await run(after(30));
  expect(stored[0]?.nextTryAt).toEqual(after(30 + 60));
  await run(after(90));
  expect(stored[0]).toMatchObject({ state: "accepted", response: "250 2.0.0 queued as 4711" });
  expect(new Set(sent.map(({ messageId }) => messageId))).toEqual(new Set(["<n0@h>"]));
});

test("a permanent refusal is final and keeps the server's words", async () => {
  const { stored, sent, run } = createWorld(1, () => refused);
  expect(describeDeliverNotifications(await run(start))).toBe("0 accepted, 0 deferred, 1 failed (550 no such user)");
  await run(after(86_400));
  expect(stored[0]?.state).toBe("failed");
  expect(sent.length).toBe(1);
});

test("a server that is down is asked for one batch only, nothing is lost", async () => {
  const { sent, stored, run } = createWorld(50, () => down);
  await run(start);
  expect(sent.length).toBe(10);
  expect(stored.every(({ state }) => state === "deferred" || state === "queued")).toBe(true);
});

test("after three days of trying it gives up and says so", async () => {
  const { stored, run } = createWorld(1, () => busy);
  for (let seconds = 0; seconds <= 4 * 86_400; seconds += 1_800) await run(after(seconds));
  expect(stored[0]).toMatchObject({ state: "failed", response: "given up after 3 d: 450 try later" });
});

test("without a mail server everything goes to the mailbox page", async () => {
  const { stored, sent, run } = createWorld(3, () => accepted, false);
  expect(describeDeliverNotifications(await run(start))).toBe("3 to the mailbox page (no mail server is set)");
  expect(stored.map(({ state }) => state)).toEqual(["mailbox", "mailbox", "mailbox"]);
  expect(sent).toEqual([]);
});

test("hostile words of a server are shown, not obeyed", async () => {
  const { stored, run } = createWorld(1, () => ({ ...refused, response: "550 \u001b[2J\u202Eno\r\nline" }));
  await run(start);
  expect(stored[0]?.response).toBe("550 ⟨U+001B⟩[2J⟨U+202E⟩no line");
});

describe("the delay doubles from 30 s to 1 h and is shortened by at most a quarter", () => {
  test.each([
    [1, 30],
    [2, 60],
    [3, 120],
    [7, 1_920],
    [8, 3_600],
    [500, 3_600],
  ])("try %d", (tries, seconds) => {
    const input = { tries, createdAt: start, at: start };
    expect(decideRetry({ ...input, jitter: 0 })).toEqual(after(seconds));
    expect(decideRetry({ ...input, jitter: 1 })).toEqual(after(seconds * 0.75));
  });
});
