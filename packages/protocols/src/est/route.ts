export const estOperations = {
  cacerts: "GET",
  csrattrs: "GET",
  simpleenroll: "POST",
  simplereenroll: "POST",
  serverkeygen: "POST",
  fullcmc: "POST",
} as const;
export type EstOperation = keyof typeof estOperations;

export type EstRoute = { operation: EstOperation; label: string | null };

const root = "/.well-known/est/";

function isOperation(text: string | undefined): text is EstOperation {
  return text !== undefined && Object.hasOwn(estOperations, text);
}

/**
 * `/.well-known/est[/LABEL]/OPERATION` (RFC 7030 3.2.2), or null. Nothing is decoded or normalised: a label is a
 * profile's slug, so an escape or a doubled slash can only be a mistake or a trick.
 */
export function findEstRoute(path: string): EstRoute | null {
  if (!path.startsWith(root)) return null;
  const parts = path.slice(root.length).split("/");
  const operation = parts.at(-1);
  if (!isOperation(operation)) return null;
  if (parts.length === 1) return { operation, label: null };
  const [label] = parts;
  const wellFormed =
    parts.length === 2 && label !== undefined && /^[a-z0-9-]{1,64}$/.test(label) && !isOperation(label);
  return wellFormed ? { operation, label } : null;
}
