import { findAnyKeyAlgorithm } from "../algorithms.ts";
import type { AnyKeyAlgorithm } from "../algorithms.ts";
import { checkStrictDer } from "../der/gate.ts";
import { readTime, readUnsigned } from "../der/read.ts";
import { asFault, PkiError } from "../error.ts";
import { parseExtKeyUsage } from "../ext-key-usage.ts";
import { assertNoDuplicates, findExtension } from "../extension.ts";
import type { Extension } from "../extension.ts";
import { equalBytes } from "../hex.ts";
import { parseKeyUsage } from "../key-usage.ts";
import type { KeyUsage } from "../key-usage.ts";
import { parseName } from "../name.ts";
import type { DistinguishedName } from "../name.ts";
import { oids } from "../oids.ts";
import { readGeneralNames } from "../subject-alt-name.ts";
import type { GeneralName } from "../subject-alt-name.ts";
import {
  parseAuthorityInfoAccess,
  parseAuthorityKeyIdentifier,
  parseBasicConstraints,
  parseCrlDistributionPoints,
  parseSubjectKeyIdentifier,
} from "./extensions.ts";
import type { BasicConstraints } from "./extensions.ts";
import { readCertificateFields } from "./fields.ts";
import { parseNameConstraints } from "./name-constraints.ts";
import type { NameConstraints } from "./name-constraints.ts";

/** A certificate of RFC 5280 section 4. Byte fields are views into `der`. */
export type ParsedCertificate = {
  der: Uint8Array;
  tbsDer: Uint8Array;
  /** Unsigned, without the sign octet. */
  serialNumber: Uint8Array;
  issuer: DistinguishedName;
  issuerDer: Uint8Array;
  subject: DistinguishedName;
  subjectDer: Uint8Array;
  notBefore: Date;
  notAfter: Date;
  spkiDer: Uint8Array;
  /** Null for a kind of key that we do not know. */
  keyAlgorithm: AnyKeyAlgorithm | null;
  signatureAlgorithmDer: Uint8Array;
  signature: Uint8Array;
  extensions: Extension[];
  /** Names of the kinds we use; others (directoryName, …) are only in `extensions`. */
  subjectAltNames: GeneralName[];
  keyUsage: KeyUsage[] | null;
  /** Our names of the purposes we know, dotted OIDs of the others; empty when the extension is absent. */
  extKeyUsage: string[];
  basicConstraints: BasicConstraints | null;
  nameConstraints: NameConstraints | null;
  subjectKeyIdentifier: Uint8Array | null;
  authorityKeyIdentifier: Uint8Array | null;
  crlUrls: string[];
  ocspUrls: string[];
  caIssuersUrls: string[];
};

/**
 * Reads any X.509 certificate that is strict DER; signatures, dates and chains are not judged here.
 * @throws PkiError `certificate-malformed`; also when an extension appears twice, an extension that we read is
 *   malformed, the serial number is negative or longer than 20 octets, or the two signature algorithms differ
 */
export function parseCertificate(der: Uint8Array): ParsedCertificate {
  return asFault("certificate-malformed", () => {
    const fields = readCertificateFields(der);
    const serialNumber = readUnsigned(fields.serialNumber, "the serial number");
    if (serialNumber.length > 20) throw new PkiError("certificate-malformed", "the serial number is too long");
    if (!equalBytes(fields.innerAlgorithmDer, fields.outerAlgorithmDer))
      throw new PkiError("certificate-malformed", "the signature algorithms inside and outside differ");
    if (fields.extensions.length > 0 && fields.version !== 2)
      throw new PkiError("certificate-malformed", "extensions need version 3");
    assertNoDuplicates(fields.extensions);
    return {
      der,
      tbsDer: fields.tbsDer,
      serialNumber,
      issuer: parseName(fields.issuerDer),
      issuerDer: fields.issuerDer,
      subject: parseName(fields.subjectDer),
      subjectDer: fields.subjectDer,
      notBefore: readTime(fields.notBefore, "notBefore"),
      notAfter: readTime(fields.notAfter, "notAfter"),
      spkiDer: fields.spkiDer,
      keyAlgorithm: findAnyKeyAlgorithm(fields.spkiDer),
      signatureAlgorithmDer: fields.outerAlgorithmDer,
      signature: fields.signature,
      extensions: fields.extensions,
      ...readKnownExtensions(fields.extensions),
    };
  });
}

function readKnownExtensions(extensions: readonly Extension[]) {
  const read = <T>(oid: string, parse: (der: Uint8Array) => T): T | null => {
    const extension = findExtension(extensions, oid);
    if (extension === null) return null;
    checkStrictDer(extension.valueDer);
    return parse(extension.valueDer);
  };
  const access = read(oids.authorityInfoAccess, parseAuthorityInfoAccess);
  return {
    subjectAltNames: read(oids.subjectAltName, readGeneralNames)?.names ?? [],
    keyUsage: read(oids.keyUsage, parseKeyUsage),
    extKeyUsage: read(oids.extKeyUsage, parseExtKeyUsage) ?? [],
    basicConstraints: read(oids.basicConstraints, parseBasicConstraints),
    nameConstraints: read(oids.nameConstraints, parseNameConstraints),
    subjectKeyIdentifier: read(oids.subjectKeyIdentifier, parseSubjectKeyIdentifier),
    authorityKeyIdentifier: read(oids.authorityKeyIdentifier, parseAuthorityKeyIdentifier),
    crlUrls: read(oids.cRLDistributionPoints, parseCrlDistributionPoints) ?? [],
    ocspUrls: access?.ocspUrls ?? [],
    caIssuersUrls: access?.caIssuersUrls ?? [],
  };
}
