import { Glyph } from "@/ui/glyph.tsx";
import type { GlyphName } from "@/ui/sprite.tsx";

/** Never "delivered" or "read": a mail server only says that it accepted. */
const looks: Readonly<Record<string, { word: string; glyph: GlyphName; className: string }>> = {
  queued: { word: "Queued", glyph: "awaiting", className: "quiet" },
  accepted: { word: "Accepted by mail server", glyph: "check", className: "quiet" },
  deferred: { word: "Deferred", glyph: "renewal-overdue", className: "warning" },
  failed: { word: "Failed", glyph: "cross", className: "critical" },
  mailbox: { word: "In mailbox", glyph: "mail", className: "quiet" },
};

export function MailBadge({ state }: { state: string }) {
  const look = looks[state] ?? { word: state, glyph: "unknown" as const, className: "neutral" };
  return (
    <span className={`badge ${look.className}`}>
      <Glyph name={look.glyph} />
      {look.word}
    </span>
  );
}

export function NoMailServer() {
  return (
    <p className="note mb-3">
      <Glyph name="mail" />
      <span>Mails stay in this mailbox because FIELDSEAL_SMTP_URL is not set. Nobody is told by e-mail.</span>
    </p>
  );
}
