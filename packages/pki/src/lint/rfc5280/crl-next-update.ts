import { readTime } from "../../der/read.ts";
import type { CrlRule } from "../rule.ts";

export const crlNextUpdateRule: CrlRule = {
  rule: "crl-next-update",
  severity: "error",
  clause: "RFC 5280 5.1.2.5",
  check({ thisUpdate, nextUpdate }) {
    if (nextUpdate === null) return "nextUpdate is missing";
    const isOrdered = readTime(thisUpdate, "thisUpdate").getTime() < readTime(nextUpdate, "nextUpdate").getTime();
    return isOrdered ? null : "nextUpdate is not after thisUpdate";
  },
};
