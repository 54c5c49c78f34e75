import { parseCertificate } from "../../certificate/parse.ts";
import { verifyIssuedBy } from "../../certificate/verify.ts";
import { readTime } from "../../der/read.ts";
import { PkiError } from "../../error.ts";
import { findExtension } from "../../extension.ts";
import { oids } from "../../oids.ts";
import { isOcspDelegate } from "../../profile.ts";
import type { OcspRule } from "../rule.ts";

export const ocspDelegateRule: OcspRule = {
  rule: "ocsp-delegate",
  severity: "error",
  clause: "RFC 6960 4.2.2.2; protocols.md O5 (its certificate inside, issued by that very authority)",
  check({ certificates, producedAt }, { issuer }) {
    const [der, ...others] = certificates;
    if (der === undefined || others.length > 0) return "the response must hold exactly the certificate of its delegate";
    const delegate = parseCertificate(der);
    if (!isOcspDelegate(delegate)) return "the delegate is not certified for OCSPSigning alone";
    if (findExtension(delegate.extensions, oids.ocspNoCheck) === null)
      return "the certificate of the delegate has no id-pkix-ocsp-nocheck";
    const at = readTime(producedAt, "producedAt").getTime();
    if (at < delegate.notBefore.getTime() || at > delegate.notAfter.getTime())
      return "the delegate is not valid when the response is made";
    try {
      if (issuer) verifyIssuedBy(delegate, issuer);
      return null;
    } catch (cause) {
      if (cause instanceof PkiError) return "the delegate is not issued by the authority that is asked about";
      throw cause;
    }
  },
};
