import type { Pool } from "pg";

/** Sites whose records may be seen; null = all. Every count obeys it too. */
export type Scope = readonly string[] | null;

export type Range = { from: Date | null; to: Date | null };
export type Choice = { values: readonly string[]; negated: boolean };

/** Counting stops here; beyond it a list says "10 000+". */
export const countCap = 10_000;

export type PageRequest = { size: number; after?: string | undefined; before?: string | undefined };
export type Page<T> = { rows: T[]; next: string | null; previous: string | null };

/** Conditions and their values, in step. */
export type Conditions = { sql: string[]; values: unknown[] };

export function bind(conditions: Conditions, value: unknown): string {
  conditions.values.push(value);
  return `$${conditions.values.length}`;
}

/** One of the values, or none of them. */
export function addChoice(conditions: Conditions, choice: Choice, write: (value: string) => string): void {
  const any = choice.values.map(write).join(" or ");
  conditions.sql.push(choice.negated ? `(${any}) is not true` : `(${any})`);
}

/** By the address or the name of the site, whose table is `s` in every list. */
export function addSites(conditions: Conditions, choices: readonly Choice[]): void {
  for (const choice of choices)
    addChoice(conditions, choice, (site) => {
      const value = bind(conditions, site.toLowerCase());
      return `s.id = ${value} or lower(s.name) = ${value}`;
    });
}

export function addRange(conditions: Conditions, expression: string, range: Range): void {
  if (range.from) conditions.sql.push(`${expression} >= ${bind(conditions, range.from)}`);
  if (range.to) conditions.sql.push(`${expression} < ${bind(conditions, range.to)}`);
}

export function whereClause(conditions: Conditions): string {
  return conditions.sql.length > 0 ? `where ${conditions.sql.join(" and ")}` : "";
}

/** `%`, `_` and `\` mean themselves in a search text. */
export function likePattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
}

export type SortKey = { expression: string; type: string };

const encodeCursor = (keys: readonly string[]) => Buffer.from(JSON.stringify(keys)).toString("base64url");

function decodeCursor(cursor: string, length: number): string[] | null {
  try {
    const keys: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
    if (!Array.isArray(keys) || keys.length !== length || keys.some((key) => typeof key !== "string")) return null;
    return keys as string[];
  } catch {
    return null;
  }
}

/** Class 22: a cursor that somebody made up does not fit the types of the sort keys. */
const isDataException = (error: unknown) =>
  error instanceof Error && "code" in error && typeof error.code === "string" && error.code.startsWith("22");

/**
 * One page by key. The sort keys must end with a unique one and must not be null. A cursor that is no cursor gives the first page.
 */
export async function readPage<Row extends Record<string, unknown>, T>(
  pool: Pool,
  query: PageQuery<Row, T>,
): Promise<Page<T>> {
  try {
    return await readPageAt(pool, query);
  } catch (error) {
    if (!isDataException(error) || !(query.page.after ?? query.page.before)) throw error;
    return readPageAt(pool, { ...query, page: { size: query.page.size } });
  }
}

type PageQuery<Row extends Record<string, unknown>, T> = {
  select: string;
  from: string;
  conditions: Conditions;
  sort: readonly SortKey[];
  descending: boolean;
  page: PageRequest;
  map: (row: Row) => T;
};

async function readPageAt<Row extends Record<string, unknown>, T>(
  pool: Pool,
  query: PageQuery<Row, T>,
): Promise<Page<T>> {
  const { sort, page } = query;
  const cursor = page.before ?? page.after;
  const from = cursor ? decodeCursor(cursor, sort.length) : null;
  const backwards = from !== null && page.before !== undefined;
  const descending = query.descending !== backwards;
  const conditions: Conditions = { sql: [...query.conditions.sql], values: [...query.conditions.values] };
  if (from) {
    const keys = from.map((key, index) => `${bind(conditions, key)}::${sort[index]?.type ?? "text"}`);
    const left = sort.map((key) => key.expression).join(", ");
    conditions.sql.push(`(${left}) ${descending ? "<" : ">"} (${keys.join(", ")})`);
  }
  const order = sort.map((key) => `${key.expression} ${descending ? "desc" : "asc"}`).join(", ");
  const keyColumns = sort.map((key, index) => `(${key.expression})::text as key_${index}`).join(", ");
  const { rows: found } = await pool.query<Row>(
    `select ${query.select}, ${keyColumns} from ${query.from} ${whereClause(conditions)} order by ${order} limit ${page.size + 1}`,
    conditions.values,
  );
  const hasMore = found.length > page.size;
  const rows = found.slice(0, page.size);
  if (backwards) rows.reverse();
  const cursorOf = (row: Row | undefined) =>
    row ? encodeCursor(sort.map((_, index) => String(row[`key_${index}`]))) : null;
  return {
    rows: rows.map(query.map),
    next: (backwards ? from !== null : hasMore) ? cursorOf(rows.at(-1)) : null,
    previous: (backwards ? hasMore : from !== null) ? cursorOf(rows[0]) : null,
  };
}

export async function countUpTo(pool: Pool, from: string, conditions: Conditions, cap = countCap): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from (select 1 from ${from} ${whereClause(conditions)} limit ${cap + 1}) as counted`,
    conditions.values,
  );
  return rows[0]?.count ?? 0;
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
