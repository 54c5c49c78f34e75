import { describe, expect, test } from "vitest";

import { constructed, integer, objectIdentifier, sequence, setOf } from "../der/write.ts";
import { oids } from "../oids.ts";
import { decodePem } from "../pem.ts";
import { createTestIssuing, createTestRoot } from "../testing/authority.ts";
import { makeWithOpenssl, runOpenssl } from "../testing/openssl.ts";
import { codeOf } from "../testing/refusal.ts";
import { encodeCertsOnly, parseCertsOnly } from "./certs-only.ts";

const root = createTestRoot();
const issuing = createTestIssuing(root);
const chain = [issuing.certificateDer, root.certificateDer];

describe("certs-only messages", () => {
  test("openssl prints the certificates in our order", () => {
    const text = runOpenssl(["pkcs7", "-inform", "DER", "-in", "p7", "-print_certs"], { p7: encodeCertsOnly(chain) });
    expect(decodePem(text, "CERTIFICATE")).toEqual(chain);
    expect(text.indexOf("subject=O = Test Works, CN = Test Works Issuing CA 1")).toBeLessThan(
      text.indexOf("subject=O = Test Works, CN = Test Works Root CA"),
    );
  });

  test.each([0, 1, 2])("%i certificates round trip", (count) => {
    expect(parseCertsOnly(encodeCertsOnly(chain.slice(0, count)))).toEqual(chain.slice(0, count));
  });

  test("a message made by openssl is read", () => {
    const pem = runOpenssl(["x509", "-inform", "DER", "-in", "c"], { c: root.certificateDer });
    const der = makeWithOpenssl(["crl2pkcs7", "-nocrl", "-certfile", "c", "-outform", "DER"], { c: pem });
    expect(parseCertsOnly(der)).toEqual([root.certificateDer]);
  });

  const signedData = (...fields: Uint8Array[]) =>
    sequence(objectIdentifier(oids.signedData), constructed(0, sequence(...fields)));
  const data = sequence(objectIdentifier(oids.data));
  test.each<[string, Uint8Array]>([
    ["trailing bytes", Uint8Array.from([...encodeCertsOnly(chain), 0])],
    ["another content type", sequence(objectIdentifier(oids.data), constructed(0, sequence()))],
    ["another version", signedData(integer(3), setOf(), data, setOf())],
    ["a signer", signedData(integer(1), setOf(), data, setOf(sequence()))],
    ["a digest algorithm", signedData(integer(1), setOf(sequence()), data, setOf())],
    [
      "content",
      signedData(integer(1), setOf(), sequence(objectIdentifier(oids.data), constructed(0, sequence())), setOf()),
    ],
    ["something that is not a certificate", signedData(integer(1), setOf(), data, constructed(0, integer(1)), setOf())],
    ["nothing", new Uint8Array()],
  ])("with %s are refused", (_, der) => {
    expect(codeOf(() => parseCertsOnly(der))).toBe("cms-malformed");
  });
});
