import type { MailAnswer, Mailer, OutgoingMail } from "@fieldseal/core/alerts/create-deliver-notifications";
import nodemailer from "nodemailer";

import { describeError } from "./log.ts";

export type MailerConfig = { smtpUrl: string; mailFrom: string };

/** In nodemailer's words: connection is until TCP and TLS stand, socket is silence in between. */
const connectMs = 10_000;
const silenceMs = 30_000;
/** For a whole conversation: a server that answers one byte a second is never silent (security.md F14). */
const conversationMs = 60_000;

/** Talks SMTP. STARTTLS is used when offered; smtps:// starts with TLS. */
export function createMailer(config: MailerConfig, limits = { connectMs, silenceMs, conversationMs }): Mailer {
  const transport = nodemailer.createTransport({
    url: config.smtpUrl,
    connectionTimeout: limits.connectMs,
    greetingTimeout: limits.connectMs,
    socketTimeout: limits.silenceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(mail) {
      try {
        const message = { ...toMessage(mail, config.mailFrom), signal: AbortSignal.timeout(limits.conversationMs) };
        const { response } = await transport.sendMail(message);
        return { accepted: true, response: response ?? "" };
      } catch (error) {
        return toRefusal(error);
      }
    },
  };
}

/** Addresses go as objects, never as text that nodemailer would parse into several (security.md T35). */
function toMessage({ to, subject, text, html, messageId }: OutgoingMail, from: string) {
  return {
    from: { name: "Fieldseal", address: from },
    to: { name: "", address: to },
    envelope: { from, to: [to] },
    subject: subject.replaceAll(/[\p{Cc}\u2028\u2029]/gu, " "),
    messageId,
    headers: { "Auto-Submitted": "auto-generated" },
    text,
    html,
  };
}

/** Commands that carry the mail itself. A 5xx to anything else (AUTH, EHLO) is a fault of the settings and may be cured. */
const mailCommands = new Set(["MAIL FROM", "RCPT TO", "DATA"]);

function toRefusal(error: unknown): Extract<MailAnswer, { accepted: false }> {
  const code = readField(error, "responseCode");
  const command = readField(error, "command");
  const response = readField(error, "response");
  const isPermanent =
    typeof code === "number" && code >= 500 && code < 600 && typeof command === "string" && mailCommands.has(command);
  return {
    accepted: false,
    permanent: isPermanent,
    response: typeof response === "string" && response !== "" ? response : describeError(error),
    isServerDown: typeof code !== "number" || code === 421,
  };
}

function readField(error: unknown, field: string): unknown {
  return typeof error === "object" && error !== null ? Reflect.get(error, field) : undefined;
}
