import { readOnly } from "../../der/read.ts";
import { tags } from "../../der/tag.ts";
import { findExtension } from "../../extension.ts";
import { oids } from "../../oids.ts";
import { isOcspDelegateCertificate } from "../rule.ts";
import type { CertificateRule } from "../rule.ts";

export const ocspNoCheckRule: CertificateRule = {
  rule: "ocsp-no-check",
  severity: "error",
  clause: "RFC 6960 4.2.2.2.1",
  check(certificate) {
    const extension = findExtension(certificate.extensions, oids.ocspNoCheck);
    if (extension === null) return null;
    readOnly(extension.valueDer, tags.null, "id-pkix-ocsp-nocheck");
    return isOcspDelegateCertificate(certificate) ? null : "only an OCSP delegate may go unchecked";
  },
};
