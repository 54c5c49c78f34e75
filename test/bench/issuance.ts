import "reflect-metadata";
import { generateKeyPairSync } from "node:crypto";

import { checkCsr } from "@fieldseal/core/enrolment/check-csr";
import { decideNames } from "@fieldseal/pki/certificate/names";
import { signTbs } from "@fieldseal/pki/certificate/sign";
import { buildTbsCertificate } from "@fieldseal/pki/certificate/template";
import { keyIdentifierOf } from "@fieldseal/pki/key-identifier";
import { encodeName } from "@fieldseal/pki/name";
import { createProfile, defaultProfiles } from "@fieldseal/pki/profile";
import { createSerialNumber } from "@fieldseal/pki/serial-number";
import { createSigner } from "@fieldseal/pki/signer";
import * as x509 from "@peculiar/x509";

import { makeCsr } from "../support/world.ts";
import { cpuPerOperation, type Row } from "./measure.ts";

const notBefore = new Date("2026-11-21T00:00:00Z");
const notAfter = new Date("2027-11-21T00:00:00Z");

/** CSR DER to certificate DER, in process: gate, key policy, proof of possession, template, signature and its check. */
async function ours(): Promise<number> {
  const profile = createProfile(defaultProfiles.find(({ slug }) => slug === "device"));
  const signer = createSigner(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey);
  const issuer = {
    subjectDer: encodeName([{ type: "CN", value: "Bench Issuing G1" }]),
    subjectKeyIdentifier: keyIdentifierOf(signer.spkiDer),
    algorithm: "ec-p256" as const,
  };
  const identity = { deviceId: "pump-017", organization: null, dnsNames: [], ipAddresses: [], applicationUri: null };
  const csr = makeCsr("pump-017");
  const random = new Uint8Array(16).fill(7);
  return cpuPerOperation(1_000, async () => {
    const checked = await checkCsr(csr, profile);
    const tbsDer = buildTbsCertificate({
      profile,
      keyAlgorithm: checked.keyAlgorithm,
      issuer,
      serialNumber: createSerialNumber(1, random),
      ...decideNames(profile, identity),
      spkiDer: checked.csr.spkiDer,
      notBefore,
      notAfter,
      crlUrl: "http://localhost:8080/crl/issuing-g1.crl",
      caIssuersUrl: "http://localhost:8080/ca/issuing-g1.cer",
      ocspUrl: null,
    });
    signTbs(tbsDer, signer);
  });
}

/** The same certificate with the library, as its documentation suggests. */
async function library(): Promise<number> {
  x509.cryptoProvider.set(crypto);
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const csrDer = makeCsr("pump-017");
  return cpuPerOperation(40, async () => {
    const csr = new x509.Pkcs10CertificateRequest(new Uint8Array(csrDer));
    if (!(await csr.verify())) throw new Error("the request does not verify");
    await x509.X509CertificateGenerator.create({
      serialNumber: "01020304050607080910",
      subject: "CN=pump-017",
      issuer: "CN=Bench Issuing G1",
      notBefore,
      notAfter,
      signingAlgorithm: algorithm,
      publicKey: csr.publicKey,
      signingKey: keys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth]),
        await x509.SubjectKeyIdentifierExtension.create(csr.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
        new x509.SubjectAlternativeNameExtension([{ type: "dns", value: "pump-017" }]),
        new x509.CRLDistributionPointsExtension(["http://localhost:8080/crl/issuing-g1.crl"]),
      ],
    });
  });
}

export async function benchIssuance(limit: number): Promise<Row[]> {
  const [own, other] = [await ours(), await library()];
  return [
    {
      id: "P1",
      work: "CSR to certificate, in process",
      value: `${own.toFixed(0)} µs CPU`,
      beside: "L",
      ratio: 1e6 / own / limit,
      floor: 0.45,
      goal: 0.6,
    },
    {
      id: "P2",
      work: "the same",
      value: `${own.toFixed(0)} µs CPU`,
      beside: `@peculiar/x509 ${other.toFixed(0)} µs`,
      ratio: other / own,
      floor: 20,
      goal: 35,
    },
  ];
}
