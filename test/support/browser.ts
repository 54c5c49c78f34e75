import { mkdirSync } from "node:fs";
import path from "node:path";

import { type Browser, chromium, type Page } from "@playwright/test";

import { repository } from "./platform.ts";

const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";

/** Debian's Chromium without its talk to the outside. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Kept as an artefact of the run: test-results/screenshots/NAME.png */
export async function shoot(page: Page, name: string): Promise<void> {
  const folder = path.join(repository, "test-results", "screenshots");
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}
