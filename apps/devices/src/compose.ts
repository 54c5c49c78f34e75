import { setTimeout as wait } from "node:timers/promises";

import { createEnrol } from "@fieldseal/core/enrolment/enrol";
import { createIssueServiceCertificate } from "@fieldseal/core/issuance/issue-service-certificate";
import { createLintSigner } from "@fieldseal/core/issuance/lint-signer";
import { systemRandom } from "@fieldseal/core/random";
import { createRenew } from "@fieldseal/core/renewal/renew";
import { createSignerClient } from "@fieldseal/db/signer-client";
import { createPool, createRecords } from "@fieldseal/db/stores";
import { listen } from "@fieldseal/db/stores/listen";
import { createOcspStore } from "@fieldseal/db/stores/ocsp-store";
import { createHeartbeat } from "@fieldseal/db/stores/process-store";
import { createPublicationReader } from "@fieldseal/db/stores/publication-reader";
import { createFailureLimiter } from "@fieldseal/protocols/est/failure-limiter";
import { createEstHandler } from "@fieldseal/protocols/est/handler";
import { createOcspHandler } from "@fieldseal/protocols/ocsp/handler";
import { createRepositoryHandler } from "@fieldseal/protocols/repository/handler";

import { createChainReader } from "./chain-reader.ts";
import type { Config } from "./config.ts";
import { log, reportFault } from "./log.ts";
import { createOcspIssuers } from "./ocsp-issuers.ts";

/** Everything one process of the device API is made of. */
export function compose(config: Config) {
  const pool = createPool(config.databaseUrl, { max: 10, application: "fieldseal-devices" });
  const records = createRecords(pool);
  const issuance = {
    records,
    signer: createSignerClient(config.signerSocket),
    lintSigner: createLintSigner(),
    random: systemRandom,
    wait: (ms: number) => wait(ms),
  };
  const monotonic = () => performance.now();
  const chain = createChainReader(records, monotonic);
  const ocspIssuers = createOcspIssuers(chain.listAuthorities);
  const publications = createPublicationReader(pool, monotonic);
  const stopListening = listen(pool, "fieldseal_crl_published", {
    onNotice: () => publications.forget(),
    onLost: () => undefined, // the cache of the reader is short
  });
  return {
    records,
    chain,
    ocspIssuers,
    issueServiceCertificate: createIssueServiceCertificate(issuance),
    beat: createHeartbeat(pool, { id: `devices:${process.pid}`, kind: "devices" }),
    isReady: () => publications.isReady(),
    handleEst: createEstHandler({
      enrol: createEnrol(issuance),
      renew: createRenew(issuance),
      listChain: chain.listChain,
      hasLabel: chain.hasLabel,
      limiter: createFailureLimiter(monotonic),
      reportFault,
    }),
    handleRepository: createRepositoryHandler({
      ...publications,
      handleOcsp: createOcspHandler({
        listIssuers: () => ocspIssuers.list(),
        findStatuses: createOcspStore(pool),
        now: () => new Date(),
        reportFault,
      }),
      now: () => new Date(),
    }),
    close: () => {
      stopListening();
      return pool.end().catch((error: unknown) => log({ close: String(error) }));
    },
  };
}

export type Composition = ReturnType<typeof compose>;
