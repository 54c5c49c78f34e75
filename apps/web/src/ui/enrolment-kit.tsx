"use client";

import { countLines, writeEnrolCommands, type EnrolmentPlace } from "../commands.ts";
import { inGroups } from "../format.ts";
import { TokenOnce } from "./action-dialog.tsx";
import { CodeBlock } from "./code-block.tsx";
import { LiveLine } from "./live-line.tsx";

type Token = { deviceId: string; value: string; expires: string };

/** Everything for the first certificate of one device, on one page and with its real values. */
export function EnrolmentKit({ token, place }: { token: Token; place: EnrolmentPlace }) {
  const commands = writeEnrolCommands(token.deviceId, place.estUrl);
  return (
    <>
      <LiveLine deviceId={token.deviceId} />
      <div className="cols mt-4">
        <div className="stack">
          <CodeBlock
            title="root.pem"
            aside={`SHA-256 ${inGroups(place.rootSha256Hex)}`}
            value={place.rootPem}
            copyLabel="Copy file"
            isShort
          />
          <CodeBlock
            title="On the device"
            aside="your values are filled in"
            value={commands}
            copyLabel={`Copy ${countLines(commands)} lines`}
          />
        </div>
        <div className="stack">
          <section className="panel">
            <div className="sect">
              <h2>One-time token</h2>
              <TokenOnce token={token} />
              <p className="meta mt-2">
                Type it when the script asks. It appears neither in the process list nor in the shell history.
              </p>
            </div>
            <div className="sect">
              <h2>If nothing arrives in 60 s</h2>
              <ol className="warns">
                <li>
                  <span>
                    <b>Name not found.</b> The device must resolve {new URL(place.estUrl).hostname}.
                  </span>
                </li>
                <li>
                  <span>
                    <b>Port {new URL(place.estUrl).port || "443"} closed</b> between device and here.
                  </span>
                </li>
                <li>
                  <span>
                    <b>Device clock is wrong.</b> A clock before today sees every certificate as not yet valid.
                  </span>
                </li>
              </ol>
            </div>
          </section>
          <section className="panel">
            <div className="sect">
              <h2>Before you use Mosquitto</h2>
              <ol className="warns">
                <li>
                  <span>A new CRL does nothing until the broker reloads.</span>
                </li>
                <li>
                  <span>A reload does not end sessions that are already open.</span>
                </li>
                <li>
                  <span>A CRL past its date locks out every device.</span>
                </li>
              </ol>
            </div>
          </section>
        </div>
      </div>
    </>
  );
}
