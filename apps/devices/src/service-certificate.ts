import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

import type { ServiceProfile } from "@fieldseal/core/issuance/issue-service-certificate";
import { parseCertificate } from "@fieldseal/pki/certificate/parse";
import { buildCsr } from "@fieldseal/pki/csr/build";
import { equalBytes } from "@fieldseal/pki/hex";
import { sha256 } from "@fieldseal/pki/key-identifier";
import { decodePem, encodePem } from "@fieldseal/pki/pem";
import { createSigner } from "@fieldseal/pki/signer";

import type { Composition } from "./compose.ts";

/** `certificatePem` holds the certificate and, behind it, that of its issuing authority. */
export type ServiceCertificate = { keyPem: string; certificatePem: string; notAfter: Date };

const fileNames: Record<ServiceProfile, string> = { "est-server": "tls.pem", "ocsp-responder": "ocsp.pem" };

/** Key and chain lie in one file, so that a crash can never leave a key beside the certificate of another. */
const fileOf = (dataDir: string, profile: ServiceProfile) => path.join(dataDir, "devices", fileNames[profile]);

function read(file: string): ServiceCertificate | null {
  if (!existsSync(file)) return null;
  const text = readFileSync(file, "utf8");
  const start = text.indexOf("-----BEGIN CERTIFICATE-----");
  const [leaf] = start < 0 ? [] : decodePem(text.slice(start), "CERTIFICATE");
  if (!leaf) return null;
  return { keyPem: text.slice(0, start), certificatePem: text.slice(start), notAfter: parseCertificate(leaf).notAfter };
}

/** Good while a third of its life is left, a server's names the present host, its issuer is active and nobody revoked it. */
async function isGood(
  { records }: Composition,
  certificate: ServiceCertificate,
  profile: ServiceProfile,
): Promise<boolean> {
  const [leafDer, issuerDer] = decodePem(certificate.certificatePem, "CERTIFICATE");
  if (!leafDer || !issuerDer) return false;
  const leaf = parseCertificate(leafDer);
  return records.transaction(async (tx) => {
    const record = await tx.findCertificateByDer(sha256(leafDer));
    const issuer = await tx.findIssuingAuthority();
    const { hostName } = await tx.findInstallation();
    const thirdMs = (leaf.notAfter.getTime() - leaf.notBefore.getTime()) / 3;
    const isNamed =
      profile === "ocsp-responder" ||
      leaf.subjectAltNames.some(({ value }) => value.toLowerCase() === hostName.toLowerCase());
    const now = await tx.now();
    return (
      record?.state === "issued" &&
      issuer !== null &&
      equalBytes(issuer.certificateDer, issuerDer) &&
      isNamed &&
      leaf.notAfter.getTime() - now.getTime() > thirdMs
    );
  });
}

async function renew(composition: Composition, file: string, profileSlug: ServiceProfile): Promise<ServiceCertificate> {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { hostName } = await composition.records.transaction((tx) => tx.findInstallation());
  const csrDer = buildCsr({ subject: [{ type: "CN", value: hostName }], signer: createSigner(privateKey) });
  const { certificateDer } = await composition.issueServiceCertificate({
    actor: { kind: "system", id: "devices" },
    profileSlug,
    csrDer,
  });
  const issuer = await composition.records.transaction((tx) => tx.findIssuingAuthority());
  if (!issuer) throw new Error("there is no issuing authority");
  const keyPem = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
  const certificatePem = encodePem("CERTIFICATE", certificateDer) + encodePem("CERTIFICATE", issuer.certificateDer);
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const part = `${file}.${process.pid}`;
  writeFileSync(part, keyPem + certificatePem, { mode: 0o600 });
  renameSync(part, file);
  return { keyPem, certificatePem, notAfter: parseCertificate(certificateDer).notAfter };
}

/**
 * A certificate of the device API itself, as TLS server or as OCSP delegate: what lies on disk if it is still good, else
 * a new one with a new key.
 */
export async function getServiceCertificate(
  composition: Composition,
  dataDir: string,
  profile: ServiceProfile,
): Promise<ServiceCertificate> {
  const file = fileOf(dataDir, profile);
  const known = read(file);
  return known && (await isGood(composition, known, profile)) ? known : renew(composition, file, profile);
}
