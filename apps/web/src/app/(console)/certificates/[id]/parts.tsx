import { formatName } from "@fieldseal/pki/name";
import type { ReactNode } from "react";

import { inGroups, shorten, withColons } from "@/format.ts";
import { keyWords } from "@/key-words.ts";
import { getFormat } from "@/preferences.ts";
import { CodeBlock } from "@/ui/code-block.tsx";
import { CopyButton } from "@/ui/copy-button.tsx";
import { LifeBar } from "@/ui/life-bar.tsx";
import { Link } from "@/ui/link.tsx";
import { Panel } from "@/ui/panel.tsx";
import { Foreign } from "@/ui/text.tsx";

import { CompareBox } from "./compare-box.tsx";
import type { CertificateView } from "./queries.ts";

export async function Chain({ view }: { view: CertificateView }) {
  const { certificate, chain } = view;
  const format = await getFormat();
  return (
    <Panel title="Chain">
      <ol className="spine">
        {chain.toReversed().map((node) => (
          <li key={node.id}>
            <i className="nd" />
            <div className="min-w-0">
              <p className="flex flex-wrap gap-2">
                <Link href={`/authorities/${node.id}`}>
                  <b>{node.name}</b>
                </Link>
                <span className="t2">
                  {node.role}
                  {node.keyCustody === "sealed" ? ", sealed" : ""}
                </span>
              </p>
              <LifeBar from={node.notBefore} to={node.notAfter} now={format.now} size="full" />
              <p className="meta flex justify-between">
                <span>{keyWords(node.keyAlgorithm)}</span>
                <span>{format.day(node.notAfter)}</span>
              </p>
              <p className="mono t2">
                {shorten(node.sha256Hex)} <CopyButton value={node.sha256Hex} what={`the fingerprint of ${node.name}`} />
              </p>
            </div>
          </li>
        ))}
        <li className="leaf">
          <i className="nd" />
          <div className="min-w-0">
            <p className="flex flex-wrap gap-2">
              <b>
                <Foreign limit={40}>{certificate.commonName}</Foreign>
              </b>
              <span className="t2">{certificate.purpose}</span>
            </p>
            <LifeBar
              from={certificate.notBefore}
              to={certificate.notAfter}
              now={format.now}
              state={certificate.state}
              revokedAt={certificate.revokedAt}
              size="full"
            />
            <p className="meta flex justify-between">
              <span>{keyWords(certificate.keyAlgorithm)}</span>
              <span>{format.day(certificate.notAfter)}</span>
            </p>
          </div>
        </li>
      </ol>
    </Panel>
  );
}

function Field({ name, children, meaning }: { name: ReactNode; children: ReactNode; meaning?: ReactNode }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        {children}
        {meaning && <span className="meaning">{meaning}</span>}
      </td>
    </tr>
  );
}

export async function Decoded({ view }: { view: CertificateView }) {
  const { certificate, decoded } = view;
  const format = await getFormat();
  if ("failure" in decoded)
    return (
      <Panel title="Decoded">
        <div className="state">
          <p>
            <b>This certificate cannot be decoded here.</b> <Foreign limit={200}>{decoded.failure}</Foreign> Its bytes
            can still be downloaded.
          </p>
        </div>
      </Panel>
    );
  const { parsed, extensions } = decoded;
  const days = Math.round((parsed.notAfter.getTime() - parsed.notBefore.getTime()) / 86_400_000);
  return (
    <Panel title="Decoded" aside="X.509 v3" flush>
      <table className="dec">
        <tbody>
          <Field name="Subject">
            <Foreign limit={200}>{formatName(parsed.subject)}</Foreign>
          </Field>
          <Field name="Issuer">
            <Foreign limit={200}>{formatName(parsed.issuer)}</Foreign>
          </Field>
          <Field
            name="Alternative names"
            meaning={
              parsed.subjectAltNames.length === 0 ? "None: clients that check names refuse it as a server." : undefined
            }
          >
            {parsed.subjectAltNames.map((name) => (
              <div key={`${name.type}:${name.value}`}>
                {name.type.toUpperCase()} <Foreign limit={200}>{name.value}</Foreign>
              </div>
            ))}
          </Field>
          <Field
            name="Validity"
            meaning={`${days} d${certificate.windowOpensAt ? `; renewal window from ${format.day(certificate.windowOpensAt)}` : ""}`}
          >
            {format.full(parsed.notBefore)} to {format.full(parsed.notAfter)}
          </Field>
          <Field name="Serial number" meaning={`${parsed.serialNumber.length} octets`}>
            <span className="mono">
              {withColons(certificate.serialNumberHex)}{" "}
              <CopyButton value={withColons(certificate.serialNumberHex)} what="the serial number" />
            </span>
          </Field>
          <Field name="Public key">{keyWords(parsed.keyAlgorithm)}</Field>
          {extensions.map((extension) => (
            <Field key={extension.oid} name={extension.name} meaning={<span className="mono">{extension.oid}</span>}>
              <Foreign limit={600}>{extension.meaning}</Foreign>
              {extension.critical && <span className="critmark">critical</span>}
            </Field>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

export function Fingerprints({ view }: { view: CertificateView }) {
  const { sha256Hex, spkiSha256Hex, serialNumberHex } = view.certificate;
  return (
    <Panel title="Fingerprints">
      <div className="panel-body grid gap-3">
        {sha256Hex && (
          <div>
            <p className="meta">
              SHA-256 <CopyButton value={sha256Hex} what="SHA-256, raw" />{" "}
              <CopyButton value={withColons(sha256Hex).toUpperCase()} what="SHA-256 with colons" />
            </p>
            <span className="hex">{inGroups(sha256Hex)}</span>
          </div>
        )}
        <div>
          <p className="meta">
            SHA-256 of the key <CopyButton value={spkiSha256Hex} what="SHA-256 of the key" />
          </p>
          <span className="hex">{inGroups(spkiSha256Hex)}</span>
        </div>
        <CompareBox sha256Hex={sha256Hex ?? ""} spkiSha256Hex={spkiSha256Hex} serialNumberHex={serialNumberHex} />
      </div>
    </Panel>
  );
}

export function Downloads({ id }: { id: string }) {
  return (
    <Panel title="Download">
      <div className="panel-body grid gap-2">
        <p className="dl">
          {(
            [
              ["pem", "PEM"],
              ["chain", "PEM + chain"],
              ["chain-only", "Chain only"],
              ["der", "DER"],
            ] as const
          ).map(([kind, name]) => (
            <a key={kind} className="btn s" href={`/certificates/${id}/download/${kind}`} download>
              {name}
            </a>
          ))}
        </p>
        <p className="meta">There is no private key to download: it was made on the device and never left it.</p>
      </div>
    </Panel>
  );
}

export function CheckYourself({ view }: { view: CertificateView }) {
  const { certificate, chain, place } = view;
  const file = `${certificate.serialNumberHex.slice(0, 16)}-certificate`;
  const issuer = chain[0]?.id ?? certificate.authorityId;
  // The sealed root has no OCSP delegate.
  const isAnsweredByOcsp = certificate.deviceId !== null;
  const ocsp = `

# what OCSP says at this moment
curl -fsS ${place.publicUrl}/ca/${issuer}.cer | openssl x509 -inform DER -out issuer.pem
openssl ocsp -issuer issuer.pem -cert ${file}.pem -url ${place.publicUrl}/ocsp -CAfile check.pem`;
  const value = `# the chain, with root.pem compared by its fingerprint
openssl verify -CAfile root.pem -untrusted ca-chain.pem ${file}.pem

# the CRL of its issuer, fresh from the address in the certificate
curl -fsS ${place.publicUrl}/crl/${issuer}.crl | openssl crl -inform DER -out crl.pem
cat root.pem ca-chain.pem crl.pem > check.pem
openssl verify -crl_check -CAfile check.pem ${file}.pem

# is the serial number on it?
openssl crl -in crl.pem -noout -text | grep -A2 -i ${certificate.serialNumberHex}${isAnsweredByOcsp ? ocsp : ""}`;
  return (
    <div>
      <CodeBlock
        title="Check it yourself"
        aside={certificate.revokedAt ? "expected: certificate revoked" : "expected: OK, and no line from grep"}
        value={value}
        copyLabel="Copy"
      />
    </div>
  );
}
