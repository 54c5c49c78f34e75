import { findAnyKeyAlgorithm } from "../algorithms.ts";
import type { AnyKeyAlgorithm } from "../algorithms.ts";
import { constructed, integer, nullValue, sequence, time, unsignedInteger } from "../der/write.ts";
import { PkiError } from "../error.ts";
import { encodeExtKeyUsage } from "../ext-key-usage.ts";
import { encodeExtension } from "../extension.ts";
import { keyIdentifierOf } from "../key-identifier.ts";
import { encodeKeyUsage } from "../key-usage.ts";
import { encodeName } from "../name.ts";
import type { DistinguishedName } from "../name.ts";
import { oids } from "../oids.ts";
import { isOcspDelegate, keyUsageFor } from "../profile.ts";
import type { Profile } from "../profile.ts";
import type { PssScheme } from "../signature-algorithms.ts";
import { signatureAlgorithmDer } from "../signer.ts";
import { encodeSubjectAltNames } from "../subject-alt-name.ts";
import type { GeneralName } from "../subject-alt-name.ts";
import {
  encodeAuthorityInfoAccess,
  encodeAuthorityKeyIdentifier,
  encodeBasicConstraints,
  encodeCrlDistributionPoints,
  encodeSubjectKeyIdentifier,
} from "./extensions.ts";
import { encodeNameConstraints } from "./name-constraints.ts";
import type { NameConstraints } from "./name-constraints.ts";

/** What a certificate says about its issuer; for a root, its own name and key. */
export type IssuerFacts = {
  subjectDer: Uint8Array;
  subjectKeyIdentifier: Uint8Array;
  algorithm: AnyKeyAlgorithm;
  /** Only for an RSA key that signs with PSS. */
  pssScheme?: PssScheme;
};

type Body = {
  issuer: IssuerFacts;
  serialNumber: Uint8Array;
  subject: DistinguishedName;
  spkiDer: Uint8Array;
  notBefore: Date;
  notAfter: Date;
};

export type CertificateTemplate = Body & {
  profile: Profile;
  keyAlgorithm: AnyKeyAlgorithm;
  subjectAltNames: readonly GeneralName[];
  crlUrl: string | null;
  caIssuersUrl: string | null;
  ocspUrl?: string | null;
};

export type AuthorityTemplate = Body & {
  pathLenConstraint: number | null;
  /** What certificates below this authority may be named; not for a root (RFC 5280 6.1: anchors are not processed). */
  nameConstraints?: NameConstraints | null;
  crlUrl: string | null;
  caIssuersUrl: string | null;
};

/**
 * TBSCertificate of an end entity (RFC 5280 4.1). Deterministic: the signer rebuilds it from the records and compares
 * bytes. Every field comes from the arguments; nothing is read from a CSR but the key.
 * @throws PkiError `template-invalid`, `name-invalid`, `validity-invalid`
 */
export function buildTbsCertificate(template: CertificateTemplate): Uint8Array {
  const { profile, keyAlgorithm, issuer, spkiDer, subject, subjectAltNames } = template;
  if (profile.purpose === "authority") refuse("a profile for authorities does not make end entities");
  if (!profile.keyAlgorithms.some((allowed) => allowed === keyAlgorithm))
    refuse("the profile does not allow this key algorithm");
  if (findAnyKeyAlgorithm(spkiDer) !== keyAlgorithm) refuse("the key is not of the algorithm that is stated");
  const hasNames = subjectAltNames.length > 0 || !isOcspDelegate(profile);
  return encodeTbs(template, [
    encodeExtension(oids.basicConstraints, true, encodeBasicConstraints({ ca: false, pathLen: null })),
    encodeExtension(oids.keyUsage, true, encodeKeyUsage(keyUsageFor(profile, keyAlgorithm))),
    encodeExtension(oids.extKeyUsage, false, encodeExtKeyUsage(profile.extKeyUsage)),
    ...encodeKeyIdentifiers(spkiDer, issuer),
    ...(hasNames
      ? [encodeExtension(oids.subjectAltName, subject.length === 0, encodeSubjectAltNames(subjectAltNames))]
      : []),
    ...encodePointers(template.crlUrl, { ocsp: template.ocspUrl ?? null, caIssuers: template.caIssuersUrl }),
    ...(profile.extKeyUsage.includes("ocspSigning") ? [encodeExtension(oids.ocspNoCheck, false, nullValue)] : []),
  ]);
}

/**
 * TBSCertificate of a certification authority: basicConstraints and keyUsage critical (RFC 5280 4.2.1.9, 4.2.1.3). A
 * root passes its own name and key identifier as issuer, and null for both addresses.
 * @throws PkiError `template-invalid`, `name-invalid`, `validity-invalid`
 */
export function buildTbsAuthority(template: AuthorityTemplate): Uint8Array {
  const { issuer, spkiDer, subject, pathLenConstraint, nameConstraints = null } = template;
  if (subject.length === 0) refuse("an authority needs a name");
  if (pathLenConstraint !== null && !(Number.isInteger(pathLenConstraint) && pathLenConstraint >= 0))
    refuse("the path length must be a whole number from 0");
  return encodeTbs(template, [
    encodeExtension(oids.basicConstraints, true, encodeBasicConstraints({ ca: true, pathLen: pathLenConstraint })),
    encodeExtension(oids.keyUsage, true, encodeKeyUsage(["keyCertSign", "cRLSign"])),
    ...(nameConstraints === null
      ? []
      : [encodeExtension(oids.nameConstraints, true, encodeNameConstraints(nameConstraints))]),
    ...encodeKeyIdentifiers(spkiDer, issuer),
    ...encodePointers(template.crlUrl, { ocsp: null, caIssuers: template.caIssuersUrl }),
  ]);
}

function refuse(detail: string): never {
  throw new PkiError("template-invalid", detail);
}

const version3 = constructed(0, integer(2));

function encodeTbs(body: Body, extensions: readonly Uint8Array[]): Uint8Array {
  const { issuer, serialNumber, subject, spkiDer, notBefore, notAfter } = body;
  assertSerialNumber(serialNumber);
  if (notAfter.getTime() <= notBefore.getTime())
    throw new PkiError("validity-invalid", "the certificate would end before it begins");
  return sequence(
    version3,
    unsignedInteger(serialNumber),
    signatureAlgorithmDer(issuer.algorithm, issuer.pssScheme),
    issuer.subjectDer,
    sequence(time(notBefore), time(notAfter)),
    encodeName(subject),
    spkiDer,
    constructed(3, sequence(...extensions)),
  );
}

/** RFC 5280 4.1.2.2: positive and at most 20 octets as encoded, sign octet included. */
function assertSerialNumber(serialNumber: Uint8Array): void {
  const encodedLength = serialNumber.length + ((serialNumber[0] ?? 0) >= 0x80 ? 1 : 0);
  if (serialNumber.length === 0 || encodedLength > 20 || (serialNumber[0] ?? 0) === 0)
    refuse("the serial number must be positive, without leading zeroes, and at most 20 octets");
}

function encodeKeyIdentifiers(spkiDer: Uint8Array, issuer: IssuerFacts): Uint8Array[] {
  return [
    encodeExtension(oids.subjectKeyIdentifier, false, encodeSubjectKeyIdentifier(keyIdentifierOf(spkiDer))),
    encodeExtension(oids.authorityKeyIdentifier, false, encodeAuthorityKeyIdentifier(issuer.subjectKeyIdentifier)),
  ];
}

function encodePointers(
  crlUrl: string | null,
  access: { ocsp: string | null; caIssuers: string | null },
): Uint8Array[] {
  const accessDer = encodeAuthorityInfoAccess(access);
  return [
    ...(crlUrl === null
      ? []
      : [encodeExtension(oids.cRLDistributionPoints, false, encodeCrlDistributionPoints(crlUrl))]),
    ...(accessDer === null ? [] : [encodeExtension(oids.authorityInfoAccess, false, accessDer)]),
  ];
}
