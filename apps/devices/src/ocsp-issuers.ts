import { createPrivateKey } from "node:crypto";

import type { AuthorityRecord } from "@fieldseal/core/ports";
import { parseCertificate } from "@fieldseal/pki/certificate/parse";
import { equalBytes } from "@fieldseal/pki/hex";
import { createCertIdIssuer } from "@fieldseal/pki/ocsp/cert-id";
import { createOcspResponder } from "@fieldseal/pki/ocsp/response";
import { decodePem } from "@fieldseal/pki/pem";
import { createSigner } from "@fieldseal/pki/signer";
import type { OcspIssuer } from "@fieldseal/protocols/ocsp/handler";

export type OcspMaterial = { keyPem: string; certificatePem: string };

/** Who this process answers for in OCSP; empty until the parent has handed out a delegate. */
export function createOcspIssuers(listAuthorities: () => Promise<readonly AuthorityRecord[]>) {
  let material: OcspMaterial | null = null;
  let issuers: readonly OcspIssuer[] = [];

  async function load({ keyPem, certificatePem }: OcspMaterial): Promise<readonly OcspIssuer[]> {
    const [certificateDer, issuerDer] = decodePem(certificatePem, "CERTIFICATE");
    if (!certificateDer || !issuerDer) throw new Error("the OCSP delegate comes without its issuer");
    const authority = (await listAuthorities()).find((candidate) => equalBytes(candidate.certificateDer, issuerDer));
    if (!authority) return [];
    const responder = createOcspResponder({ signer: createSigner(createPrivateKey(keyPem)), certificateDer });
    return [{ authorityId: authority.id, certIdIssuer: createCertIdIssuer(parseCertificate(issuerDer)), responder }];
  }

  return {
    use(next: OcspMaterial): void {
      material = next;
      issuers = [];
    },
    async list(): Promise<readonly OcspIssuer[]> {
      if (issuers.length === 0 && material) issuers = await load(material);
      return issuers;
    },
  };
}
