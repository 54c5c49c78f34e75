import { PrismaPg } from "@prisma/adapter-pg";
import { ColumnTypeEnum, DriverAdapterError, type SqlDriverAdapter } from "@prisma/driver-adapter-utils";
import pg from "pg";

/** PostgreSQL's internal one-byte type "char", which only pg_catalog uses. */
const CATALOG_CHAR = 18;
const TEXT = 25;

/**
 * adapter-pg, corrected in the two places where the schema engine needs more than the Prisma client does:
 *
 * 1. The engine reads pg_catalog, whose "char" columns the adapter refuses ("Column type 'char' could not be
 *    deserialized"). They are shown to the adapter as text, and to the engine as characters; text makes it panic.
 * 2. The adapter's executeScript splits at every semicolon, which tears function bodies apart and leaves half a
 *    migration behind when a later statement fails. One simple query is one implicit transaction instead.
 */
export class CatalogPg extends PrismaPg {
  /** The engine never closes what it opened: its owner must, or the engine's advisory lock stays. */
  readonly opened: SqlDriverAdapter[] = [];

  override async connect() {
    const adapter = await super.connect();
    this.opened.push(adapter);
    const pool = adapter.underlyingDriver();
    let chars: number[] = [];

    const query: (options: unknown) => Promise<pg.QueryArrayResult> = pool.query.bind(pool);
    const queryWithCharsAsText = async (options: unknown) => {
      const result = await query(options);
      const charFields = result.fields.filter((field) => field.dataTypeID === CATALOG_CHAR);
      chars = charFields.map((field) => result.fields.indexOf(field));
      for (const field of charFields) field.dataTypeID = TEXT;
      return result;
    };
    Object.assign(pool, { query: queryWithCharsAsText });

    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (text) => {
      const result = await queryRaw(text); // the engine asks one question at a time, so `chars` is this answer's
      for (const index of chars) result.columnTypes[index] = ColumnTypeEnum.Character;
      return result;
    };
    adapter.executeScript = async (script) => {
      await query(script).catch((error: unknown) => {
        throw error instanceof pg.DatabaseError ? toAdapterError(error) : error;
      });
    };
    return adapter;
  }
}

function toAdapterError(error: pg.DatabaseError): DriverAdapterError {
  return new DriverAdapterError({
    kind: "postgres",
    code: error.code ?? "",
    severity: error.severity ?? "ERROR",
    message: error.message,
    detail: error.detail,
    column: error.column,
    hint: error.hint,
  });
}
