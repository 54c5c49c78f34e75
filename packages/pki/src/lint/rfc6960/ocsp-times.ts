import { readTime } from "../../der/read.ts";
import type { OcspRule } from "../rule.ts";

export const ocspTimesRule: OcspRule = {
  rule: "ocsp-times",
  severity: "error",
  clause: "RFC 6960 4.2.2.1; RFC 5019 2.2.4 (nextUpdate present)",
  check({ producedAt, responses }) {
    const produced = readTime(producedAt, "producedAt").getTime();
    for (const { thisUpdate, nextUpdate } of responses) {
      if (nextUpdate === null) return "nextUpdate is missing";
      const from = readTime(thisUpdate, "thisUpdate").getTime();
      const to = readTime(nextUpdate, "nextUpdate").getTime();
      if (to <= from) return "nextUpdate is not after thisUpdate";
      if (produced < from || produced >= to) return "producedAt is not from thisUpdate to before nextUpdate";
    }
    return null;
  },
};
