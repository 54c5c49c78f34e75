import cluster, { type Worker } from "node:cluster";
import { randomBytes } from "node:crypto";

import { encodePem } from "@fieldseal/pki/pem";

import { startAdminListener } from "./admin-listener.ts";
import { compose } from "./compose.ts";
import type { Config } from "./config.ts";
import { log } from "./log.ts";
import { addCounts, type Counts, formatMetrics } from "./metrics.ts";
import type { FromServer, ToServer } from "./server-process.ts";
import { getServiceCertificate, type ServiceCertificate } from "./service-certificate.ts";

const lookMs = 1_000;
const checkCertificateMs = 3_600_000;
const rotateTicketsMs = 12 * 3_600_000;
const ticketKeyBytes = 48;

/**
 * Keeps one serving process per core alive and hands them the TLS certificate: once set-up is done, and again after
 * each renewal. It serves no device itself.
 */
export function runParentProcess(config: Config): void {
  const composition = compose(config);
  const total: Counts = {};
  const state = {
    certificate: null as ServiceCertificate | null,
    delegate: null as ServiceCertificate | null,
    issuersPem: [] as string[],
    checkedAt: Number.NEGATIVE_INFINITY,
  };
  let ticketKeys = randomBytes(ticketKeyBytes);
  let ticketsAt = performance.now();
  let stopping = false;
  let isReadyTold = false;

  /** Null until there is something to hand out. */
  const message = (): ToServer | null => {
    const { certificate, delegate, issuersPem } = state;
    if (!certificate || !delegate) return null;
    const { keyPem, certificatePem } = certificate;
    return {
      tls: { keyPem, certificatePem, issuersPem, ticketKeysBase64: ticketKeys.toString("base64") },
      ocsp: { keyPem: delegate.keyPem, certificatePem: delegate.certificatePem },
    };
  };
  const servers = () => Object.values(cluster.workers ?? {}).filter((worker): worker is Worker => worker !== undefined);
  const handOut = () => {
    const text = message();
    if (text) for (const server of servers()) server.send(text);
  };

  function onMessage(message: FromServer): void {
    if ("counts" in message) return addCounts(total, message.counts);
    if ("failed" in message) {
      console.error(message.failed);
      return void stop(1);
    }
    if (message.listening === "public" && !isReadyTold) {
      isReadyTold = true;
      process.send?.("ready");
    }
    if (message.listening === "est") log({ listening: "est", port: config.devicePort });
  }

  function fork(): void {
    const server = cluster.fork();
    server.on("message", onMessage);
    server.on("online", () => {
      const text = message();
      if (text) server.send(text);
    });
  }

  cluster.on("exit", (server, code, signal) => {
    if (stopping) return;
    log({ died: server.process.pid, code, signal });
    setTimeout(() => {
      if (!stopping) fork();
    }, 200);
  });

  /** Looks whether set-up is done, whether the certificate is still good, and whether the issuers changed. */
  async function look(): Promise<void> {
    const { setupState } = await composition.records.transaction((tx) => tx.findInstallation());
    if (setupState !== "complete") return;
    const issuersPem = (await composition.chain.listChain()).map((der) => encodePem("CERTIFICATE", der));
    const isDue = performance.now() - state.checkedAt > checkCertificateMs;
    const isRotation = performance.now() - ticketsAt > rotateTicketsMs;
    const isSame = issuersPem.join("") === state.issuersPem.join("");
    if (state.certificate && !isDue && !isRotation && isSame) return;
    const certificate = await getServiceCertificate(composition, config.dataDir, "est-server");
    const delegate = await getServiceCertificate(composition, config.dataDir, "ocsp-responder");
    if (isRotation) {
      ticketKeys = randomBytes(ticketKeyBytes);
      ticketsAt = performance.now();
    }
    state.certificate = certificate;
    state.delegate = delegate;
    state.issuersPem = issuersPem;
    state.checkedAt = performance.now();
    handOut();
  }

  let lastFault = "";
  async function tick(): Promise<void> {
    try {
      await look();
      lastFault = "";
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      if (fault !== lastFault) log({ waiting: fault }); // once, not every second of an outage
      lastFault = fault;
    }
    if (!stopping) timer = setTimeout(() => void tick(), lookMs);
  }
  let timer = setTimeout(() => void tick(), 0);
  const heart = setInterval(
    () => void composition.beat({ processes: servers().length, est: state.certificate !== null }),
    10_000,
  );
  void composition.beat({ processes: config.processes, est: false });

  const admin = startAdminListener(config.adminPort, {
    isReady: composition.isReady,
    metrics: () =>
      formatMetrics(total, {
        processes: servers().length,
        serverCertificateNotAfter: state.certificate?.notAfter ?? null,
      }),
  });

  async function stop(code: number): Promise<void> {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(code), 9_500).unref();
    clearTimeout(timer);
    clearInterval(heart);
    admin?.close();
    const gone = servers().map((server) => new Promise((resolve) => server.once("exit", resolve)));
    for (const server of servers()) server.process.kill("SIGTERM");
    await Promise.all(gone);
    await composition.close();
    process.exit(code);
  }
  process.once("SIGTERM", () => void stop(0));
  process.once("SIGINT", () => void stop(0));
  process.once("disconnect", () => void stop(0));
  process.on("SIGHUP", () => {
    state.checkedAt = Number.NEGATIVE_INFINITY;
  });

  for (let i = 0; i < config.processes; i++) fork();
}
