import { decideNames } from "@fieldseal/pki/certificate/names";
import { parseCertificate } from "@fieldseal/pki/certificate/parse";
import { parseCsr } from "@fieldseal/pki/csr/parse";
import { lintCertificate } from "@fieldseal/pki/lint/index";
import { createProfile, defaultProfiles } from "@fieldseal/pki/profile";
import { createTestIssuing, createTestRoot, issueTestCertificate } from "@fieldseal/pki/testing/authority";
import { expect, test } from "vitest";

import { nameCases } from "./b-name.ts";
import { fingerprintOf, judgeCsr } from "./case.ts";

const issuing = createTestIssuing(createTestRoot());
const profile = createProfile({ ...defaultProfiles[0], keyAlgorithms: ["ed25519"] });
const identity = { deviceId: "pump-017", organization: null, dnsNames: [], ipAddresses: [], applicationUri: null };

test("200 cases, the same in every run", () => {
  expect(nameCases.length).toBe(200);
  expect(fingerprintOf(nameCases)).toBe("052e8789d72a00d3");
});

test.each(nameCases)("$id", async ({ bytes, expected }) => {
  expect(await judgeCsr(bytes)).toBe(expected);
});

test.each(nameCases.filter(({ expected }) => expected === "accepted"))(
  "$id: the certificate has our name",
  ({ bytes }) => {
    const { spkiDer } = parseCsr(bytes);
    const holder = { algorithm: "ed25519" as const, spkiDer, sign: () => new Uint8Array() };
    const { der } = issueTestCertificate(issuing, holder, { profile, ...decideNames(profile, identity) });
    expect(parseCertificate(der)).toMatchObject({
      subject: [{ type: "CN", value: "pump-017" }],
      subjectAltNames: [{ type: "dns", value: "pump-017" }],
    });
    expect(lintCertificate(der)).toEqual([]);
  },
);
