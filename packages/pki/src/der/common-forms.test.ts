import { describe, expect, test } from "vitest";

import { parseCertificate } from "../certificate/parse.ts";
import { assembleSigned } from "../certificate/sign.ts";
import { parseCsr } from "../csr/parse.ts";
import { oids } from "../oids.ts";
import { signatureAlgorithmDer } from "../signer.ts";
import { createTestRoot, createTestSigner } from "../testing/authority.ts";
import { codeOf } from "../testing/refusal.ts";
import { assertAlgorithmForm, assertPublicKeyForm } from "./common-forms.ts";
import { childrenOf, derOf, readOnly } from "./read.ts";
import { tags } from "./tag.ts";
import { bitString, constructed, integer, nullValue, objectIdentifier, primitive, sequence, tlv } from "./write.ts";

const id = objectIdentifier(oids.ecPublicKey);
const algorithm = sequence(id, objectIdentifier(oids.secp256r1));
const key = bitString(Uint8Array.of(1));

/** Found by the mutator: OpenSSL refused certificates with these keys, and we did not. */
const badKeys: [string, Uint8Array][] = [
  ["an empty SEQUENCE", sequence()],
  ["no algorithm", sequence(key)],
  ["no key", sequence(algorithm)],
  ["the algorithm twice", sequence(algorithm, algorithm, key)],
  ["a key behind the key", sequence(algorithm, key, key)],
  ["an algorithm without OID", sequence(sequence(), key)],
  ["an OID that is a number", sequence(sequence(integer(1)), key)],
  ["two parameters", sequence(sequence(id, nullValue, nullValue), key)],
  ["a key that is an OCTET STRING", sequence(algorithm, tlv(4, Uint8Array.of(1)))],
  ["a key without octets", sequence(algorithm, tlv(3, new Uint8Array()))],
];

describe("the form of keys and algorithms", () => {
  test.each(badKeys)("a public key with %s is refused", (_, der) => {
    expect(codeOf(() => assertPublicKeyForm(readOnly(der, tags.sequence, "the key")))).toBe("der-invalid");
  });

  test("any kind of key and parameters passes: what it is worth is judged elsewhere", () => {
    for (const parameters of [[], [nullValue], [sequence(integer(1))]]) {
      const der = sequence(sequence(objectIdentifier("1.2.3.4"), ...parameters), key);
      expect(codeOf(() => assertPublicKeyForm(readOnly(der, tags.sequence, "the key")))).toBe("accepted");
    }
    expect(codeOf(() => assertAlgorithmForm(readOnly(sequence(), tags.sequence, "it"), "it"))).toBe("der-invalid");
  });

  test.each<[string, number[]]>([
    ["nothing", []],
    ["48 unused bits", [0x30, 1]],
  ])("a unique identifier of %s is refused", (_, content) => {
    const {
      tbsDer,
      signature,
      signatureAlgorithmDer: algorithmDer,
    } = parseCertificate(createTestRoot(createTestSigner("ec-p256")).certificateDer);
    const fields = childrenOf(readOnly(tbsDer, tags.sequence, "it"), "a field").map(derOf);
    const tbs = sequence(...fields.slice(0, 7), primitive(1, Uint8Array.from(content)), ...fields.slice(7));
    expect(codeOf(() => parseCertificate(assembleSigned(tbs, algorithmDer, signature)))).toBe("certificate-malformed");
  });

  test.each(badKeys)("so are requests and certificates around one with %s", (_, spki) => {
    const info = sequence(integer(0), sequence(), spki, constructed(0));
    const csr = assembleSigned(info, signatureAlgorithmDer("ec-p256"), Uint8Array.of(0));
    expect(codeOf(() => parseCsr(csr))).toBe("csr-malformed");
    const { certificateDer } = createTestRoot(createTestSigner("ec-p256"));
    const { spkiDer, tbsDer, signature, signatureAlgorithmDer: algorithmDer } = parseCertificate(certificateDer);
    const content = tbsDer.subarray(4);
    const at = Buffer.from(content).indexOf(spkiDer);
    const tbs = sequence(content.subarray(0, at), spki, content.subarray(at + spkiDer.length));
    expect(codeOf(() => parseCertificate(assembleSigned(tbs, algorithmDer, signature)))).toBe("certificate-malformed");
  });
});
