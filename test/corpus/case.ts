import { createHash } from "node:crypto";

import { keyAlgorithms } from "@fieldseal/pki/algorithms";
import { parseCsr } from "@fieldseal/pki/csr/parse";
import { decideRequestedExtensions } from "@fieldseal/pki/csr/requested";
import { verifyCsr } from "@fieldseal/pki/csr/verify";
import { PkiError } from "@fieldseal/pki/error";
import type { PkiErrorCode } from "@fieldseal/pki/error";
import { assertKeyAllowed } from "@fieldseal/pki/key-policy";
import { createProfile, defaultProfiles } from "@fieldseal/pki/profile";

/** What must become of a case: a fault of the package, a refusal by the profile, or a certificate with our own names. */
export type Outcome = PkiErrorCode | "profile-refused" | "accepted";

export type Case = { id: string; bytes: Uint8Array; expected: Outcome };

/** Numbers the cases of a group: "B-DER-017 trailing bytes". */
export function numberCases(group: string, cases: readonly Omit<Case, "id">[], names: readonly string[]): Case[] {
  return cases.map((given, at) => ({ ...given, id: `${group}-${String(at + 1).padStart(3, "0")} ${names[at] ?? ""}` }));
}

/** SHA-256 over all ids, bytes and expectations: a group that changes by accident is noticed. */
export function fingerprintOf(cases: readonly Case[]): string {
  const hash = createHash("sha256");
  for (const { id, bytes, expected } of cases) hash.update(`${id}\n${bytes.length}\n${expected}\n`).update(bytes);
  return hash.digest("hex").slice(0, 16);
}

const profile = createProfile({ ...defaultProfiles[0], keyAlgorithms: [...keyAlgorithms] });
const subjectAltNames = [{ type: "dns" as const, value: "pump-017" }];

/** The way of a request through the package, in the order of an enrolment: form, key, possession, wishes. */
export async function judgeCsr(bytes: Uint8Array): Promise<Outcome> {
  try {
    const csr = parseCsr(bytes);
    await assertKeyAllowed(csr.spkiDer, { algorithms: profile.keyAlgorithms });
    verifyCsr(csr);
    return decideRequestedExtensions(csr, { profile, subjectAltNames }).accepted ? "accepted" : "profile-refused";
  } catch (error) {
    if (error instanceof PkiError) return error.code;
    throw error;
  }
}
