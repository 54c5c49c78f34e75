import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

import type { Platform } from "./platform.ts";
import { mustSh, sh, type ShellResult } from "./shell.ts";

/** The password of the first set-up in tests; both are longer than the platform asks for. */
export const adminPassword = "correct-horse-battery";
export const rootPassphrase = "seven silent pumps under rain";

export type Bench = { platform: Platform; folder: string };

/** Sets the platform up at its command line and puts root.pem into the folder. */
export async function initialise({ platform, folder }: Bench): Promise<Record<string, unknown>> {
  await mustSh("umask 077; printf '%s\\n' \"$PW\" > pw; printf '%s\\n' \"$PP\" > pass", {
    cwd: folder,
    env: { PW: adminPassword, PP: rootPassphrase },
  });
  const result = await platform.cli(
    "init",
    "--organization",
    "Acme Water",
    "--admin-email",
    "ops@acme.example",
    "--admin-password-file",
    path.join(folder, "pw"),
    "--root-passphrase-file",
    path.join(folder, "pass"),
    "--json",
  );
  if (result.code !== 0) throw new Error(`init refused: ${result.stderr}`);
  const exported = await platform.cli("authority", "export", "--root", "--out", path.join(folder, "root.pem"));
  if (exported.code !== 0) throw new Error(`export refused: ${exported.stderr}`);
  return result.json();
}

/** Registers a device and answers with its one-time token. */
export async function addDevice({ platform }: Bench, id: string, ...more: string[]): Promise<string> {
  const result = await platform.cli("device", "add", id, "--site", "Plant Nord", "--json", ...more);
  if (result.code !== 0) throw new Error(`device add refused: ${result.stderr}`);
  const token = result.json()["enrollmentToken"];
  if (typeof token !== "string") throw new Error("no token");
  return token;
}

/** Key and request exactly as the console prints the commands (ux.md S0 step 5). */
export async function makeRequest(folder: string, name: string, subject: string, extra = ""): Promise<void> {
  await mustSh(
    `umask 077
     openssl ecparam -name prime256v1 -genkey -noout -out ${name}.key
     openssl req -new -key ${name}.key -subj "${subject}" ${extra} -outform DER | openssl base64 > ${name}.p10`,
    { cwd: folder },
  );
}

/** simpleenroll with curl; the certificate lands in `out`. */
export function enrol(
  { platform, folder }: Bench,
  input: { device: string; token: string; request: string; out: string; label?: string },
): Promise<ShellResult> {
  return sh(
    `printf 'user = "%s:%s"\\n' "$DEV" "$OTP" | curl -fsS -K - --cacert root.pem \\
       -H 'Content-Type: application/pkcs10' -H 'Content-Transfer-Encoding: base64' \\
       --data-binary @${input.request}.p10 $EST/simpleenroll \\
       | openssl base64 -d | openssl pkcs7 -inform DER -print_certs -out ${input.out}`,
    {
      cwd: folder,
      env: { DEV: input.device, OTP: input.token, EST: platform.estUrl + (input.label ? `/${input.label}` : "") },
    },
  );
}

/** simplereenroll over mutual TLS with the certificate and key of `current`. */
export function renew(
  { platform, folder }: Bench,
  input: { current: string; request: string; out: string },
): Promise<ShellResult> {
  return sh(
    `curl -fsS --cacert root.pem --cert ${input.current}.crt --key ${input.current}.key \\
       -H 'Content-Type: application/pkcs10' -H 'Content-Transfer-Encoding: base64' \\
       --data-binary @${input.request}.p10 $EST/simplereenroll \\
       | openssl base64 -d | openssl pkcs7 -inform DER -print_certs -out ${input.out}`,
    { cwd: folder, env: { EST: platform.estUrl } },
  );
}

/** Status line and body of an EST request, for the refusals. */
export async function est(
  { platform, folder }: Bench,
  input: {
    operation: string;
    request?: string;
    user?: string;
    cert?: string;
    type?: string;
    body?: string;
    method?: string;
  },
): Promise<{ status: number; headers: string; body: string }> {
  const output = await mustSh(
    `curl -sS -i --cacert root.pem ${input.method ? `-X ${input.method}` : ""} ${input.user ? '-u "$USERPASS"' : ""} \\
       ${input.cert ? `--cert ${input.cert}.crt --key ${input.cert}.key` : ""} -H 'Content-Type: ${input.type ?? "application/pkcs10"}' \\
       ${input.request ? `--data-binary @${input.request}.p10` : ""} ${input.body === undefined ? "" : '--data-binary "$BODY"'} $EST/${input.operation}`,
    { cwd: folder, env: { EST: platform.estUrl, USERPASS: input.user ?? "", BODY: input.body ?? "" } },
  );
  const [head = "", ...rest] = output.split("\r\n\r\n");
  return { status: Number(/^HTTP\/[\d.]+ (\d+)/.exec(head)?.[1] ?? 0), headers: head, body: rest.join("\r\n\r\n") };
}

export async function serialOf(folder: string, name: string): Promise<string> {
  return (await mustSh(`openssl x509 -in ${name}.crt -noout -serial`, { cwd: folder }))
    .trim()
    .replace("serial=", "")
    .toLowerCase();
}

export function readText(folder: string, name: string): string {
  const file = path.join(folder, name);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
