import type { Pool } from "pg";

import {
  bind,
  countUpTo,
  likePattern,
  readPage,
  type Choice,
  type Conditions,
  type Page,
  type PageRequest,
  type Scope,
} from "./query.ts";

export type MailFilter = { states: readonly Choice[]; sites: readonly Choice[]; text: readonly string[] };

export type MailRow = {
  id: string;
  kind: string;
  stage: string | null;
  siteId: string | null;
  siteName: string | null;
  recipient: string;
  subject: string;
  state: string;
  tries: number;
  nextTryAt: Date | null;
  lastResponse: string | null;
  createdAt: Date;
  finishedAt: Date | null;
};

export type Mail = MailRow & { textBody: string; htmlBody: string; messageId: string };

const from = "notification n left join site s on s.id = n.site_id";
const select = `n.id, n.kind, n.stage, n.site_id as "siteId", s.name as "siteName", n.recipient, n.subject, n.state, n.tries,
  n.next_try_at as "nextTryAt", n.last_response as "lastResponse", n.created_at as "createdAt", n.finished_at as "finishedAt"`;

function toConditions(filter: MailFilter, scope: Scope): Conditions {
  const conditions: Conditions = { sql: [], values: [] };
  if (scope) conditions.sql.push(`n.site_id = any(${bind(conditions, scope)})`);
  const add = (choices: readonly Choice[], write: (parameter: string) => string) => {
    for (const { values, negated } of choices) {
      const any = values.map((value) => write(bind(conditions, value))).join(" or ");
      conditions.sql.push(negated ? `(${any}) is not true` : `(${any})`);
    }
  };
  add(filter.states, (v) => `n.state = ${v}`);
  add(filter.sites, (v) => `n.site_id = lower(${v}) or lower(s.name) = lower(${v})`);
  for (const word of filter.text) {
    const pattern = bind(conditions, likePattern(word));
    conditions.sql.push(`(n.recipient ilike ${pattern} or n.subject ilike ${pattern})`);
  }
  return conditions;
}

export function createMailReads(pool: Pool) {
  return {
    listMails: (filter: MailFilter, scope: Scope, page: PageRequest): Promise<Page<MailRow>> =>
      readPage<MailRow & Record<string, unknown>, MailRow>(pool, {
        select,
        from,
        conditions: toConditions(filter, scope),
        sort: [
          { expression: "n.created_at", type: "timestamptz" },
          { expression: "n.id", type: "uuid" },
        ],
        descending: true,
        page,
        map: (row) => row,
      }),

    countMails: (filter: MailFilter, scope: Scope): Promise<number> =>
      countUpTo(pool, from, toConditions(filter, scope)),

    findMail: async (id: string, scope: Scope): Promise<Mail | null> => {
      const { rows } = await pool.query<Mail>(
        `select ${select}, n.text_body as "textBody", n.html_body as "htmlBody", n.message_id as "messageId"
         from ${from} where n.id = $1::uuid and ($2::text[] is null or n.site_id = any($2))`,
        [id, scope],
      );
      return rows[0] ?? null;
    },
  };
}
