import { assembleSigned } from "../certificate/sign.ts";
import { constructed, integer, objectIdentifier, sequence, setOf } from "../der/write.ts";
import { encodeExtension } from "../extension.ts";
import { encodeName } from "../name.ts";
import type { DistinguishedName } from "../name.ts";
import { oids } from "../oids.ts";
import { signatureAlgorithmDer } from "../signer.ts";
import type { AnySigner } from "../signer.ts";
import { encodeSubjectAltNames } from "../subject-alt-name.ts";
import type { GeneralName } from "../subject-alt-name.ts";

/**
 * A PKCS #10 request (RFC 2986) signed by its own key; the attributes field is always present, as section 4.1 demands.
 * @throws PkiError `name-invalid`
 */
export function buildCsr(input: {
  subject: DistinguishedName;
  subjectAltNames?: readonly GeneralName[];
  signer: AnySigner;
}): Uint8Array {
  const { subject, subjectAltNames = [], signer } = input;
  const attributes = subjectAltNames.length === 0 ? [] : [encodeExtensionRequest(subjectAltNames)];
  const info = sequence(integer(0), encodeName(subject), signer.spkiDer, constructed(0, ...attributes));
  return assembleSigned(info, signatureAlgorithmDer(signer.algorithm, signer.pssScheme), signer.sign(info));
}

function encodeExtensionRequest(subjectAltNames: readonly GeneralName[]): Uint8Array {
  const extension = encodeExtension(oids.subjectAltName, false, encodeSubjectAltNames(subjectAltNames));
  return sequence(objectIdentifier(oids.extensionRequest), setOf(sequence(extension)));
}
