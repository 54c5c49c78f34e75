// Prisma's own schema engine, compiled to WebAssembly: no binary to download, so it works offline.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import type { SchemaEngine } from "@prisma/schema-engine-wasm";

import { CatalogPg } from "./catalog-pg.ts";
import { type Folders, readSchema } from "./folders.ts";

type Glue = typeof import("@prisma/schema-engine-wasm/schema_engine_bg");

/** The little of WebAssembly that is used here; `lib: ES2024` does not know the global. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, unknown>,
  ): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
};

let loading: Promise<Glue> | undefined;

/**
 * The glue keeps one instance in module state and a second one breaks it: instantiate once per process.
 * (Importing the package's entry lets Node do this, with an ExperimentalWarning on the operator's screen.)
 */
function loadEngine(): Promise<Glue> {
  loading ??= instantiate();
  return loading;
}

async function instantiate(): Promise<Glue> {
  // Without this registry a panic of the engine reads "unreachable" and nothing else.
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: { set_message: (text: string) => console.error(`schema engine: ${text}`) },
  });
  const glue = await import("@prisma/schema-engine-wasm/schema_engine_bg");
  const entry = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm");
  const bytes = await readFile(path.join(path.dirname(entry), "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": glue });
  glue.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return glue;
}

export async function withEngine<T>(
  url: string,
  folders: Folders,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const glue = await loadEngine();
  const catalog = new CatalogPg({ connectionString: url, max: 1 });
  const datamodels = readSchema(folders).map((file): [string, string] => [file.path, file.content]);
  const engine = await glue.SchemaEngine.new({ datamodels }, () => {}, bindMigrationAwareSqlAdapterFactory(catalog));
  try {
    return await work(engine);
  } finally {
    engine.free();
    await Promise.all(catalog.opened.map((adapter) => adapter.dispose()));
  }
}
