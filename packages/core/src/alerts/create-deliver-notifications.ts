import { type Actor, assertMay } from "../actor.ts";
import type { Clock } from "../clock.ts";
import type { Random } from "../random.ts";
import type { Delivery, DeliveryRecords, DueNotification } from "./alert-records.ts";
import { decideRetry } from "./decide-retry.ts";
import { cutText, showDeviceText } from "./device-text.ts";

export type OutgoingMail = { to: string; subject: string; text: string; html: string; messageId: string };

export type MailAnswer =
  | { accepted: true; response: string }
  /** `permanent`: the server refused this mail for good (5xx); everything else may work later. */
  | { accepted: false; permanent: boolean; response: string; isServerDown: boolean };

export type Mailer = { send(mail: OutgoingMail): Promise<MailAnswer> };

const batchSize = 10;
/** Longer than a batch can take, so that a live worker is never overtaken; a crashed one costs this much delay. */
const claimMs = 5 * 60_000;

export type DeliverNotificationsDeps = {
  records: DeliveryRecords;
  /** Null: no mail server is set, mails land in the mailbox page of the console. */
  mailer: Mailer | null;
  /** Only for how long a run takes; the time of records is `now` of the input. */
  clock: Clock;
  random: Random;
};

export type DeliverNotificationsResult = {
  accepted: number;
  deferred: number;
  failed: number;
  mailbox: number;
  /** Last words of the server about a mail it did not take. */
  lastRefusal: string | null;
};

/** Sends every mail that is due. Each is claimed first; a crash between sending and recording may send it twice. */
export function createDeliverNotifications(deps: DeliverNotificationsDeps) {
  return async (input: { actor: Actor; now: Date; signal?: AbortSignal }): Promise<DeliverNotificationsResult> => {
    assertMay(input.actor, "job.run");
    const startedAt = deps.clock.now().getTime();
    const tellTime = () => new Date(input.now.getTime() + deps.clock.now().getTime() - startedAt);
    const result: DeliverNotificationsResult = { accepted: 0, deferred: 0, failed: 0, mailbox: 0, lastRefusal: null };
    const { mailer, records } = deps;
    if (!mailer) return { ...result, mailbox: await records.moveToMailbox(input.now) };
    while (!input.signal?.aborted) {
      const at = tellTime();
      const claimedUntil = new Date(at.getTime() + claimMs);
      const due = await records.claimDueNotifications({ at, claimedUntil, limit: batchSize });
      const outcomes = await Promise.all(due.map((mail) => deliver({ ...deps, mailer, tellTime }, mail)));
      for (const { state, refusal } of outcomes) {
        result[state] += 1;
        result.lastRefusal = refusal ?? result.lastRefusal;
      }
      const isServerDown = outcomes.length > 0 && outcomes.every((outcome) => outcome.isServerDown);
      // The rest of a backlog would only knock at the same closed door; the next run tries again.
      if (due.length < batchSize || isServerDown) break;
    }
    return result;
  };
}

type Outcome = { state: Delivery["state"]; refusal: string | null; isServerDown: boolean };

async function deliver(
  deps: { records: DeliveryRecords; mailer: Mailer; random: Random; tellTime: () => Date },
  mail: DueNotification,
): Promise<Outcome> {
  const answer = await deps.mailer.send({
    to: mail.recipient,
    subject: mail.subject,
    text: mail.textBody,
    html: mail.htmlBody,
    messageId: mail.messageId,
  });
  const at = deps.tellTime();
  const jitter = (deps.random.bytes(1)[0] ?? 0) / 256;
  const delivery = decideDelivery(answer, { mail, at, jitter });
  await deps.records.recordDelivery({ id: mail.id, tries: mail.tries, at, delivery });
  return {
    state: delivery.state,
    refusal: answer.accepted ? null : delivery.response,
    isServerDown: !answer.accepted && answer.isServerDown,
  };
}

export function decideDelivery(
  answer: MailAnswer,
  { mail, at, jitter }: { mail: Pick<DueNotification, "tries" | "createdAt">; at: Date; jitter: number },
): Delivery {
  const response = showDeviceText(answer.response.trim().replaceAll(/\s+/g, " "), 500);
  if (answer.accepted) return { state: "accepted", response };
  if (answer.permanent) return { state: "failed", response };
  const nextTryAt = decideRetry({ tries: mail.tries, createdAt: mail.createdAt, at, jitter });
  if (!nextTryAt) return { state: "failed", response: cutText(`given up after 3 d: ${response}`, 500) };
  return { state: "deferred", response, nextTryAt };
}

/** The one line that a log or a command line shows. */
export function describeDeliverNotifications(result: DeliverNotificationsResult): string {
  if (result.mailbox > 0) return `${result.mailbox} to the mailbox page (no mail server is set)`;
  const { accepted, deferred, failed, lastRefusal } = result;
  if (accepted + deferred + failed === 0) return "nothing due";
  const counts = `${accepted} accepted, ${deferred} deferred, ${failed} failed`;
  return lastRefusal ? `${counts} (${cutText(lastRefusal, 120)})` : counts;
}
