import { assertAlgorithmForm, assertPublicKeyForm } from "../der/common-forms.ts";
import { checkStrictDer } from "../der/gate.ts";
import {
  assertAtEnd,
  childrenOf,
  contentOf,
  derOf,
  openElement,
  readBitStringOctets,
  readElement,
  readObjectIdentifier,
  readOnly,
  readSmallInteger,
  readText,
  take,
  takeOptional,
} from "../der/read.ts";
import type { Element } from "../der/read.ts";
import { constructedTag, tags } from "../der/tag.ts";
import { asFault, PkiError } from "../error.ts";
import { readExtensions } from "../extension.ts";
import type { Extension } from "../extension.ts";
import { parseName } from "../name.ts";
import type { DistinguishedName } from "../name.ts";
import { oids } from "../oids.ts";

export type RequestedExtension = Extension;

/** A certification request, RFC 2986. All byte fields are views into `der`. */
export type ParsedCsr = {
  der: Uint8Array;
  /** CertificationRequestInfo, the signed part */
  tbsDer: Uint8Array;
  subject: DistinguishedName;
  subjectDer: Uint8Array;
  spkiDer: Uint8Array;
  signatureAlgorithmDer: Uint8Array;
  signature: Uint8Array;
  requestedExtensions: RequestedExtension[];
  attributeOids: string[];
  challengePassword: string | null;
};

/**
 * Reads a PKCS #10 request (RFC 2986 section 4) after the strict DER gate. The signature is not verified
 * (`verifyCsr`), the key not judged (`assertKeyAllowed`), and duplicates among the requested extensions are left for
 * `decideRequestedExtensions` to refuse. A missing attributes field is accepted: some device stacks leave it out.
 * @throws PkiError `csr-malformed`
 */
export function parseCsr(der: Uint8Array): ParsedCsr {
  return asFault("csr-malformed", () => {
    checkStrictDer(der);
    const outer = openElement(readOnly(der, tags.sequence, "the request"));
    const info = take(outer, tags.sequence, "the request information");
    const algorithm = take(outer, tags.sequence, "the signature algorithm");
    const signature = readBitStringOctets(take(outer, tags.bitString, "the signature"), "the signature");
    assertAtEnd(outer, "the request");

    const fields = openElement(info);
    if (readSmallInteger(take(fields, tags.integer, "the version"), "the version") !== 0)
      throw new PkiError("csr-malformed", "the request is not version 1");
    const subjectDer = derOf(take(fields, tags.sequence, "the subject"));
    const spki = take(fields, tags.sequence, "the public key");
    const attributes = takeOptional(fields, constructedTag(0), "the attributes");
    assertAtEnd(fields, "the request information");
    assertPublicKeyForm(spki);
    assertAlgorithmForm(algorithm, "the signature algorithm");

    return {
      der,
      tbsDer: derOf(info),
      subject: parseName(subjectDer),
      subjectDer,
      spkiDer: derOf(spki),
      signatureAlgorithmDer: derOf(algorithm),
      signature,
      ...readAttributes(attributes),
    };
  });
}

function readAttributes(
  attributes: Element | null,
): Pick<ParsedCsr, "requestedExtensions" | "attributeOids" | "challengePassword"> {
  const attributeOids: string[] = [];
  let requestedExtensions: RequestedExtension[] = [];
  let challengePassword: string | null = null;
  for (const attribute of attributes ? childrenOf(attributes, "an attribute") : []) {
    const { oid, values } = readAttribute(attribute);
    if (attributeOids.includes(oid)) throw new PkiError("csr-malformed", `attribute ${oid} appears twice`);
    attributeOids.push(oid);
    if (oid === oids.extensionRequest) requestedExtensions = readRequestedExtensions(readSingle(values, oid));
    if (oid === oids.challengePassword) challengePassword = readText(readSingle(values, oid), "challengePassword");
  }
  return { requestedExtensions, attributeOids, challengePassword };
}

function readAttribute(attribute: Element): { oid: string; values: Element } {
  if (attribute.tag !== tags.sequence) throw new PkiError("csr-malformed", "an attribute is not a SEQUENCE");
  const fields = openElement(attribute);
  const oid = readObjectIdentifier(take(fields, tags.objectIdentifier, "an attribute type"), "an attribute type");
  const values = take(fields, tags.set, "the attribute values");
  assertAtEnd(fields, "an attribute");
  return { oid, values };
}

/** RFC 2985 5.4: both attributes are single-valued. */
function readSingle(values: Element, oid: string): Element {
  const content = contentOf(values);
  if (content.length === 0) throw new PkiError("csr-malformed", `attribute ${oid} has no value`);
  const value = readElement(values.bytes, values.contentStart, values.end);
  if (value.end !== values.end) throw new PkiError("csr-malformed", `attribute ${oid} has several values`);
  return value;
}

function readRequestedExtensions(extensions: Element): RequestedExtension[] {
  const requested = readExtensions(extensions);
  if (requested.length === 0) throw new PkiError("csr-malformed", "the list of requested extensions is empty");
  return requested;
}
