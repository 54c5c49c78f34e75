import type { EnrolInput, EnrolResult } from "@fieldseal/core/enrolment/enrol";
import { assertNever, DomainError } from "@fieldseal/core/errors";
import type { RenewInput } from "@fieldseal/core/renewal/renew";

import { emptyResponse, type ProtocolRequest, type ProtocolResponse, textResponse } from "../message.ts";
import { certsOnlyResponse, decodeBasic, decodeBody } from "./codec.ts";
import { toEstError } from "./errors.ts";
import { type EstRoute, estOperations, findEstRoute } from "./route.ts";

export type EstDeps = {
  enrol: (input: EnrolInput) => Promise<EnrolResult>;
  renew: (input: RenewInput) => Promise<EnrolResult>;
  /** Issuing authority first, then up to the root (E23). */
  listChain: () => Promise<readonly Uint8Array[]>;
  hasLabel: (label: string) => Promise<boolean>;
  /** Counts failed credentials of an address. @throws DomainError `rate-limited` */
  limiter: { assertMayTry(address: string | null): void; recordFailure(address: string | null): void };
  /** Told of every fault that is not a DomainError; answers with the name of the incident. */
  reportFault: (error: unknown) => string;
};

/** RFC 8951 3.2: the type decides, its parameters do not. */
function assertPkcs10(request: ProtocolRequest): void {
  const type = (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/pkcs10") throw new UnsupportedType();
}

class UnsupportedType extends Error {}

async function enrol(deps: EstDeps, request: ProtocolRequest, { label }: EstRoute): Promise<ProtocolResponse> {
  deps.limiter.assertMayTry(request.sourceAddress);
  const credential = decodeBasic(request.headers["authorization"]);
  if (credential) assertPkcs10(request);
  const { certificateDer } = await deps.enrol({
    credential,
    csrDer: () => decodeBody(request.body),
    label,
    sourceAddress: request.sourceAddress,
  });
  return certsOnlyResponse(request, [certificateDer]);
}

async function renew(deps: EstDeps, request: ProtocolRequest, { label }: EstRoute): Promise<ProtocolResponse> {
  const { clientCertificateDer } = request;
  if (clientCertificateDer) assertPkcs10(request);
  const { certificateDer } = await deps.renew({
    clientCertificateDer,
    csrDer: () => decodeBody(request.body),
    label,
    sourceAddress: request.sourceAddress,
  });
  return certsOnlyResponse(request, [certificateDer]);
}

async function dispatch(deps: EstDeps, request: ProtocolRequest, route: EstRoute): Promise<ProtocolResponse> {
  switch (route.operation) {
    case "cacerts":
      return certsOnlyResponse(request, await deps.listChain());
    case "csrattrs":
      return emptyResponse(204); // nothing is asked: names come from the record, the key from the profile (E60)
    case "simpleenroll":
      return enrol(deps, request, route);
    case "simplereenroll":
      return renew(deps, request, route);
    case "serverkeygen":
      return emptyResponse(404); // keys are made on the device (E69)
    case "fullcmc":
      return textResponse(501, "Full CMC is not offered. Use simpleenroll or simplereenroll."); // E73
    default:
      return assertNever(route.operation);
  }
}

/** EST (RFC 7030, 8951) over any server: authenticate, decode, one use case, encode. */
export function createEstHandler(deps: EstDeps) {
  return async (request: ProtocolRequest): Promise<ProtocolResponse> => {
    try {
      const route = findEstRoute(request.path);
      if (!route || (route.label !== null && !(await deps.hasLabel(route.label)))) return emptyResponse(404);
      const method = estOperations[route.operation];
      const isHead = method === "GET" && request.method === "HEAD";
      if (request.method !== method && !isHead)
        return emptyResponse(405, [["Allow", method === "GET" ? "GET, HEAD" : method]]);
      return await dispatch(deps, request, route);
    } catch (error) {
      if (error instanceof UnsupportedType)
        return textResponse(415, "Send the request with Content-Type: application/pkcs10.");
      if (error instanceof DomainError) {
        if (error.code === "credential-invalid") deps.limiter.recordFailure(request.sourceAddress);
        return toEstError(error, "");
      }
      return toEstError(error, deps.reportFault(error));
    }
  };
}
