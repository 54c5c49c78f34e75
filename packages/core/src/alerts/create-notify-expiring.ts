import { type Actor, assertMay } from "../actor.ts";
import type { Random } from "../random.ts";
import type { ExpiryCandidate, ExpiryCursor, ExpiryRecords, ExpiryStage, NewNotification } from "./alert-records.ts";
import { decideExpiryNotices, type ExpiryDecision } from "./decide-expiry-notices.ts";
import { writeExpiryMail } from "./expiry-mail.ts";
import { decideRecipients, type ExpiryGroup, groupExpiryNotices, type Recipient } from "./group-expiry-notices.ts";
import { renderMailHtml } from "./mail-html.ts";
import { renderMailText } from "./mail-text.ts";

const dayMs = 86_400_000;
const batchSize = 1_000;
/** No stage of decideThresholds starts earlier than this before the end. */
const horizonMs = 30 * dayMs;
/** Whoever was not told for this long (the worker was off) finds it on the screens; bounds what every run reads. */
const longestSilenceMs = 400 * dayMs;

export type NotifyExpiringDeps = {
  records: ExpiryRecords;
  random: Random;
  /** Address of the console without a slash at the end. */
  consoleUrl: string;
  /** Right-hand side of Message-ID. */
  mailDomain: string;
};

/** Plain values only, so that a command line can print it as JSON. */
export type NotifyExpiringResult = {
  isDryRun: boolean;
  mails: {
    siteId: string;
    siteName: string;
    stage: ExpiryStage;
    certificates: number;
    recipients: string[];
    subject: string;
    text: string;
  }[];
  /** Stages that a more urgent one stood for. */
  covered: number;
  /** Certificates about which there is nobody to tell; decided again at the next run. */
  unaddressed: { siteId: string; siteName: string; stage: ExpiryStage; certificates: number }[];
};

/** Decides who has to be told of which certificates and queues the mails, once per certificate and stage. */
export function createNotifyExpiring(deps: NotifyExpiringDeps) {
  return async (input: {
    actor: Actor;
    now: Date;
    /** Only says what would be queued; stores nothing. */
    dryRun?: boolean;
    signal?: AbortSignal;
  }): Promise<NotifyExpiringResult> => {
    assertMay(input.actor, "job.run");
    const decisions = await gatherDecisions(deps.records, input.now);
    const siteIds = [...new Set(decisions.map(({ certificate }) => certificate.siteId))];
    const groups =
      decisions.length === 0 ? [] : groupExpiryNotices(decisions, await deps.records.listAlertSites(siteIds));
    const owners = groups.length === 0 ? [] : await deps.records.listOwnerAddresses();
    const result: NotifyExpiringResult = { isDryRun: input.dryRun ?? false, mails: [], covered: 0, unaddressed: [] };
    for (const group of groups) {
      if (input.signal?.aborted) break;
      await tellOfGroup(deps, { group, recipients: decideRecipients(group, owners), now: input.now, result });
    }
    return result;
  };
}

async function gatherDecisions(records: ExpiryRecords, now: Date): Promise<ExpiryDecision<ExpiryCandidate>[]> {
  const decisions: ExpiryDecision<ExpiryCandidate>[] = [];
  let after: ExpiryCursor | null = null;
  for (;;) {
    const candidates: ExpiryCandidate[] = await records.listExpiryCandidates({
      endsAfter: new Date(now.getTime() - longestSilenceMs),
      endsBefore: new Date(now.getTime() + horizonMs),
      after,
      limit: batchSize,
    });
    decisions.push(...decideExpiryNotices(candidates, now));
    const last = candidates.at(-1);
    if (!last || candidates.length < batchSize) return decisions;
    after = { notAfter: last.notAfter, certificateId: last.certificateId };
  }
}

type GroupWork = { group: ExpiryGroup; recipients: Recipient[]; now: Date; result: NotifyExpiringResult };

async function tellOfGroup(deps: NotifyExpiringDeps, { group, recipients, now, result }: GroupWork): Promise<void> {
  const about = { siteId: group.site.id, siteName: group.site.name, stage: group.stage };
  if (recipients.length === 0) {
    result.unaddressed.push({ ...about, certificates: group.decisions.length });
    return;
  }
  const groupId = deps.random.uuid();
  const report = (certificates: readonly ExpiryCandidate[], mails: readonly NewNotification[]) => {
    const [first] = mails;
    if (!first) return;
    const told = mails.map(({ recipient }) => recipient);
    const { subject, textBody: text } = first;
    result.mails.push({ ...about, certificates: certificates.length, recipients: told, subject, text });
  };
  const compose = (certificates: readonly ExpiryCandidate[]) =>
    recipients.flatMap((recipient) => writeNotification(deps, { group, groupId, certificates, recipient, now }) ?? []);

  result.covered += group.decisions.reduce((sum, { covered }) => sum + covered.length, 0);
  if (result.isDryRun) {
    const certificates = group.decisions.map(({ certificate }) => certificate);
    return report(certificates, compose(certificates));
  }
  const notices = group.decisions.flatMap(({ certificate: { certificateId }, stage, covered }) => [
    { certificateId, stage, groupId },
    ...covered.map((milder) => ({ certificateId, stage: milder, groupId: null })),
  ]);
  await deps.records.recordNotices({ at: now, notices }, (storedIds) => {
    // Another worker may have been faster with some of them: its mail tells of those, ours of the rest.
    const ours = group.decisions.flatMap(({ certificate }) =>
      storedIds.has(certificate.certificateId) ? [certificate] : [],
    );
    const mails = compose(ours);
    report(ours, mails);
    return mails;
  });
}

function writeNotification(
  { random, consoleUrl, mailDomain }: NotifyExpiringDeps,
  input: {
    group: ExpiryGroup;
    groupId: string;
    certificates: readonly ExpiryCandidate[];
    recipient: Recipient;
    now: Date;
  },
): NewNotification | null {
  const { group, groupId, recipient, now } = input;
  const [first, ...others] = input.certificates;
  if (!first) return null;
  const { site, stage } = group;
  const { because } = recipient;
  const content = writeExpiryMail({ site, stage, certificates: [first, ...others], because, consoleUrl, now });
  const id = random.uuid();
  return {
    id,
    groupId,
    kind: "expiry",
    stage,
    siteId: site.id,
    recipient: recipient.address,
    subject: content.subject,
    textBody: renderMailText(content),
    htmlBody: renderMailHtml(content),
    messageId: `<${id}@${mailDomain}>`,
  };
}

/** The one line that a log or a command line shows. */
export function describeNotifyExpiring({ mails, covered, unaddressed }: NotifyExpiringResult): string {
  const sum = (counts: readonly { certificates: number }[]) => counts.reduce((all, one) => all + one.certificates, 0);
  const recipients = mails.reduce((all, { recipients: told }) => all + told.length, 0);
  const parts = [
    mails.length === 0 ? "nothing new" : `${count(recipients, "mail")} about ${count(sum(mails), "certificate")}`,
  ];
  if (covered > 0) parts.push(`${count(covered, "milder stage")} covered`);
  if (unaddressed.length > 0) {
    const sites = [...new Set(unaddressed.map(({ siteName }) => siteName))];
    const named = sites.length > 3 ? `${sites.slice(0, 3).join(", ")} and ${sites.length - 3} more` : sites.join(", ");
    parts.push(`nobody to tell about ${count(sum(unaddressed), "certificate")} at ${named}: add a site contact`);
  }
  return parts.join("; ");
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
