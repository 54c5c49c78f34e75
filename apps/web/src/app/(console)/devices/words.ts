import { deviceStateNames, certificateLooks } from "@/ui/state-badge.tsx";

const stateWords: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(certificateLooks).map(([state, look]) => [state, look.word])),
  failing: "Renewal failing",
  overdue: "Renewal overdue",
  window: "In renewal window",
  attention: "Needs a hand",
  "not-enrolled": "Not enrolled",
  "never-seen": "Issued, never seen",
  ...deviceStateNames,
};

const keyWords: Readonly<Record<string, string>> = {
  site: "Site",
  state: "State",
  expires: "Expires",
  seen: "Last seen",
  profile: "Profile",
  owner: "Owner",
  issuer: "Issuer",
  device: "Device",
  actor: "Actor",
  action: "Action",
  target: "Target",
  result: "Result",
  after: "After",
  before: "Before",
};

const spaced = (text: string) =>
  text.replace(
    /^([<>])(\d+)([hdw])$/,
    (_, sign: string, amount: string, unit: string) => `${sign === "<" ? "within" : "beyond"} ${amount} ${unit}`,
  );

/** "State is Renewal failing", "Expires within 30 d". */
export function chipWords(term: { key: string; values: readonly string[]; negated: boolean }): {
  key: string;
  value: string;
} {
  const isRange = term.key === "expires" || term.key === "seen";
  const values = term.values.map((value) =>
    term.key === "state" ? (stateWords[value] ?? value) : isRange ? spaced(value) : value,
  );
  const verb = isRange ? "" : term.negated ? " is not" : " is";
  const ago =
    term.key === "seen" && /^[<>]/.test(term.values[0] ?? "") ? (term.values[0]?.startsWith(">") ? " ago" : "") : "";
  return {
    key: `${keyWords[term.key] ?? term.key}${verb}`,
    value: values.join(" or ").replace("beyond", term.key === "seen" ? "more than" : "beyond") + ago,
  };
}
