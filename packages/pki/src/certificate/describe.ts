import type { Extension } from "../extension.ts";
import { toHex } from "../hex.ts";
import type { KeyUsage } from "../key-usage.ts";
import { formatName } from "../name.ts";
import { oids } from "../oids.ts";
import { formatGeneralName } from "../subject-alt-name.ts";
import type { NameSubtree } from "./name-constraints.ts";
import type { ParsedCertificate } from "./parse.ts";

export type DescribedExtension = { oid: string; name: string; critical: boolean; meaning: string };

const usageWords: Record<KeyUsage, string> = {
  digitalSignature: "sign data and handshakes",
  nonRepudiation: "sign as evidence (non-repudiation)",
  keyEncipherment: "unwrap keys sent to it",
  dataEncipherment: "decrypt data sent to it",
  keyAgreement: "agree on keys",
  keyCertSign: "sign certificates",
  cRLSign: "sign revocation lists",
  encipherOnly: "encrypt only while agreeing on keys",
  decipherOnly: "decrypt only while agreeing on keys",
};

const purposeWords: Readonly<Record<string, string>> = {
  clientAuth: "log in to servers (TLS client)",
  serverAuth: "be a server (TLS server)",
  cmcRA: "act for the authority in enrolment (EST server)",
  ocspSigning: "answer revocation questions (OCSP)",
};

/** Each extension in the order of the certificate, with one sentence in plain words for the console. */
export function describeExtensions(certificate: ParsedCertificate): DescribedExtension[] {
  return certificate.extensions.map((extension) => {
    const { name, meaning } = describe(extension, certificate);
    return { oid: extension.oid, name, critical: extension.critical, meaning };
  });
}

function describe(extension: Extension, certificate: ParsedCertificate): { name: string; meaning: string } {
  switch (extension.oid) {
    case oids.basicConstraints:
      return { name: "Basic constraints", meaning: describeConstraints(certificate) };
    case oids.keyUsage: {
      const words = (certificate.keyUsage ?? []).map((usage) => usageWords[usage]);
      return { name: "Key usage", meaning: `The key may ${joinWords(words)}.` };
    }
    case oids.extKeyUsage: {
      const words = certificate.extKeyUsage.map((usage) => purposeWords[usage] ?? `serve the purpose ${usage}`);
      return { name: "Extended key usage", meaning: `The holder may ${joinWords(words)}.` };
    }
    case oids.subjectKeyIdentifier:
      return {
        name: "Subject key identifier",
        meaning: `Names this key: ${describeKey(certificate.subjectKeyIdentifier)}.`,
      };
    case oids.authorityKeyIdentifier:
      return {
        name: "Authority key identifier",
        meaning: `Signed by the key ${describeKey(certificate.authorityKeyIdentifier)}.`,
      };
    case oids.subjectAltName: {
      const names = certificate.subjectAltNames.map(formatGeneralName);
      return {
        name: "Subject alternative name",
        meaning:
          names.length === 0 ? "Holds names of a kind that is not shown here." : `Belongs to ${joinWords(names)}.`,
      };
    }
    case oids.cRLDistributionPoints:
      return {
        name: "CRL distribution points",
        meaning: `The revocation list is at ${joinWords(certificate.crlUrls)}.`,
      };
    case oids.authorityInfoAccess:
      return { name: "Authority information access", meaning: describeAccess(certificate) };
    case oids.nameConstraints:
      return { name: "Name constraints", meaning: describeNameConstraints(certificate) };
    case oids.ocspNoCheck:
      return { name: "OCSP no check", meaning: "Clients need not ask whether this certificate is revoked." };
    default:
      return { name: extension.oid, meaning: `Not known to Fieldseal, ${extension.valueDer.length} bytes.` };
  }
}

function describeConstraints({ basicConstraints }: ParsedCertificate): string {
  if (!basicConstraints?.ca) return "Not an authority: it cannot sign certificates.";
  const { pathLen } = basicConstraints;
  if (pathLen === null) return "An authority, with any number of authorities below it.";
  if (pathLen === 0) return "An authority that signs end entities only.";
  return `An authority with at most ${pathLen} level${pathLen === 1 ? "" : "s"} of authorities below it.`;
}

function describeNameConstraints({ nameConstraints }: ParsedCertificate): string {
  const words = (subtrees: readonly NameSubtree[]) =>
    joinWords(subtrees.map(({ type, value }) => (typeof value === "string" ? `${type} ${value}` : formatName(value))));
  const { permitted = [], excluded = [] } = nameConstraints ?? {};
  const parts: string[] = [];
  if (permitted.length > 0) parts.push(`Names below it must be within ${words(permitted)}.`);
  if (excluded.length > 0) parts.push(`Names below it must not be within ${words(excluded)}.`);
  return parts.join(" ");
}

function describeAccess({ ocspUrls, caIssuersUrls }: ParsedCertificate): string {
  const parts: string[] = [];
  if (caIssuersUrls.length > 0) parts.push(`The certificate of its authority is at ${joinWords(caIssuersUrls)}.`);
  if (ocspUrls.length > 0) parts.push(`Its state can be asked at ${joinWords(ocspUrls)}.`);
  return parts.length === 0 ? "Names nothing that is shown here." : parts.join(" ");
}

function describeKey(keyIdentifier: Uint8Array | null): string {
  return keyIdentifier === null ? "that is not named" : toHex(keyIdentifier).replace(/(..)(?=.)/g, "$1:");
}

function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? "nothing that is named";
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
