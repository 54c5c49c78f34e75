import { contentOf, childrenOf, readOnly } from "../../der/read.ts";
import { constructedTag, primitiveTag, tags } from "../../der/tag.ts";
import { findExtension } from "../../extension.ts";
import { parseName } from "../../name.ts";
import { oids } from "../../oids.ts";
import { hasUnsafeCharacter } from "../../text.ts";
import type { CertificateRule } from "../rule.ts";

export const hiddenCharactersRule: CertificateRule = {
  rule: "hidden-characters",
  severity: "error",
  clause: "security.md 5.2 (no NUL, controls, bidirectional or zero-width characters)",
  check({ subjectDer, extensions }) {
    if (parseName(subjectDer).some(({ value }) => hasUnsafeCharacter(value))) return "the subject holds one";
    const extension = findExtension(extensions, oids.subjectAltName);
    if (extension === null) return null;
    const names = childrenOf(readOnly(extension.valueDer, tags.sequence, "subjectAltName"), "a name");
    const texts = names
      .filter(({ tag }) => tag !== primitiveTag(7) && tag !== constructedTag(0))
      .map((name) => Buffer.from(contentOf(name)).toString("latin1"));
    return texts.some(hasUnsafeCharacter) ? "an alternative name holds one" : null;
  },
};
