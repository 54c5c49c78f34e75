import { childrenOf, readObjectIdentifier, readOnly } from "./der/read.ts";
import { tags } from "./der/tag.ts";
import { objectIdentifier, sequence } from "./der/write.ts";
import { PkiError } from "./error.ts";
import { oids } from "./oids.ts";

/** Purposes that profiles may ask for: RFC 5280 4.2.1.12, cmcRA by RFC 6402 2.10 (marks an EST server as RA). */
export const extKeyUsages = ["clientAuth", "serverAuth", "cmcRA", "ocspSigning"] as const;
export type ExtKeyUsage = (typeof extKeyUsages)[number];

const nameByOid: ReadonlyMap<string, ExtKeyUsage> = new Map(extKeyUsages.map((usage) => [oids[usage], usage]));

const encoded: Readonly<Record<ExtKeyUsage, Uint8Array>> = {
  clientAuth: objectIdentifier(oids.clientAuth),
  serverAuth: objectIdentifier(oids.serverAuth),
  cmcRA: objectIdentifier(oids.cmcRA),
  ocspSigning: objectIdentifier(oids.ocspSigning),
};

/** The value of the extKeyUsage extension. */
export function encodeExtKeyUsage(usages: readonly ExtKeyUsage[]): Uint8Array {
  return sequence(...usages.map((usage) => encoded[usage]));
}

/** Our names for the purposes we know, dotted OIDs for the others. @throws PkiError `der-invalid` */
export function parseExtKeyUsage(der: Uint8Array): string[] {
  const purposes = childrenOf(readOnly(der, tags.sequence, "extKeyUsage"), "a key purpose");
  if (purposes.length === 0) throw new PkiError("der-invalid", "extKeyUsage is empty");
  return purposes.map((purpose) => {
    const oid = readObjectIdentifier(purpose, "a key purpose");
    return nameByOid.get(oid) ?? oid;
  });
}
