import "server-only";
import { describeExtensions, type DescribedExtension } from "@fieldseal/pki/certificate/describe";
import { parseCertificate, type ParsedCertificate } from "@fieldseal/pki/certificate/parse";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";

import { loadPlace } from "@/app/(console)/devices/place.ts";
import { getConsole } from "@/compose.ts";
import { requirePerson, scopeOf } from "@/session.ts";

type Decoded = { parsed: ParsedCertificate; extensions: DescribedExtension[] } | { failure: string };

function decode(der: Uint8Array | null): Decoded {
  if (!der) return { failure: "Its bytes are not recorded." };
  try {
    const parsed = parseCertificate(new Uint8Array(der));
    return { parsed, extensions: describeExtensions(parsed) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : "It could not be decoded." };
  }
}

/** By uuid, serial number with or without colons, or the beginning of the SHA-256. */
export const loadCertificate = cache(async (name: string) => {
  const person = await requirePerson();
  const { reads } = getConsole();
  const key = name.toLowerCase().includes("-") ? name.toLowerCase() : name.toLowerCase().replaceAll(/[:\s]/g, "");
  const [id, ...others] = await reads.findCertificateIds(key, scopeOf(person));
  if (!id) {
    const authority = (await reads.listAuthorities()).find(
      ({ serialNumberHex, sha256Hex }) => key.length >= 8 && (serialNumberHex === key || sha256Hex.startsWith(key)),
    );
    if (authority) redirect(`/authorities/${authority.id}`);
    notFound();
  }
  if (others.length > 0) redirect(`/search?q=${encodeURIComponent(name)}`);
  const certificate = await reads.findCertificate(id);
  if (!certificate) notFound();
  const [chain, place] = await Promise.all([reads.listChain(certificate.authorityId), loadPlace()]);
  return { person, certificate, chain, place, decoded: decode(certificate.der) };
});

export type CertificateView = Awaited<ReturnType<typeof loadCertificate>>;
