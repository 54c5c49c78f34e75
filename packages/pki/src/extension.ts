import {
  assertAtEnd,
  childrenOf,
  contentOf,
  openElement,
  readBoolean,
  readObjectIdentifier,
  take,
  takeOptional,
} from "./der/read.ts";
import type { Element } from "./der/read.ts";
import { tags } from "./der/tag.ts";
import { boolean, objectIdentifier, octetString, sequence } from "./der/write.ts";
import { PkiError } from "./error.ts";
import { oids } from "./oids.ts";

/** Extension of RFC 5280 4.1; `valueDer` is the content of extnValue. */
export type Extension = { oid: string; critical: boolean; valueDer: Uint8Array };

const isCritical = boolean(true);
/** Encoded once: an issuance writes eight of them. */
const encodedIds: ReadonlyMap<string, Uint8Array> = new Map(
  Object.values(oids).map((oid) => [oid, objectIdentifier(oid)]),
);

/** Encodes one Extension; `critical` FALSE is the default and therefore absent (X.690 11.5). */
export function encodeExtension(oid: string, critical: boolean, valueDer: Uint8Array): Uint8Array {
  const id = encodedIds.get(oid) ?? objectIdentifier(oid);
  const value = octetString(valueDer);
  return critical ? sequence(id, isCritical, value) : sequence(id, value);
}

/** Reads an Extensions SEQUENCE in order, duplicates included. @throws PkiError `der-invalid` */
export function readExtensions(extensions: Element): Extension[] {
  if (extensions.tag !== tags.sequence) throw new PkiError("der-invalid", "extensions are not a SEQUENCE");
  return childrenOf(extensions, "an extension").map(readExtension);
}

function readExtension(element: Element): Extension {
  if (element.tag !== tags.sequence) throw new PkiError("der-invalid", "an extension is not a SEQUENCE");
  const fields = openElement(element);
  const oid = readObjectIdentifier(take(fields, tags.objectIdentifier, "an extension id"), "an extension id");
  const flag = takeOptional(fields, tags.boolean, "critical");
  const critical = flag !== null && readBoolean(flag, "critical");
  if (flag !== null && !critical) throw new PkiError("der-invalid", `extension ${oid} encodes the default of critical`);
  const valueDer = contentOf(take(fields, tags.octetString, "an extension value"));
  assertAtEnd(fields, "an extension");
  return { oid, critical, valueDer };
}

/** @throws PkiError `der-invalid` when an extension appears twice (RFC 5280 4.2) */
export function assertNoDuplicates(extensions: readonly Extension[]): void {
  const seen = new Set<string>();
  for (const { oid } of extensions) {
    if (seen.has(oid)) throw new PkiError("der-invalid", `extension ${oid} appears twice`);
    seen.add(oid);
  }
}

/** The value of the first extension with this id, or null. */
export function findExtension(extensions: readonly Extension[], oid: string): Extension | null {
  return extensions.find((extension) => extension.oid === oid) ?? null;
}
