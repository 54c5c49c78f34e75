/* oxlint-disable jsx-a11y/control-has-associated-label -- a cell of a plain table is no control */
import type { Metadata } from "next";
import { redirect } from "next/navigation";

import { plural } from "@/format.ts";
import { Link } from "@/ui/link.tsx";
import { Panel } from "@/ui/panel.tsx";
import { Foreign } from "@/ui/text.tsx";

import { hrefOf, search } from "./queries.ts";

export const metadata: Metadata = { title: "Search" };

const kinds = { device: "Device", certificate: "Certificate", authority: "Authority", site: "Site" } as const;

export default async function SearchPage({ searchParams }: { searchParams: Promise<{ q?: string | string[] }> }) {
  const { q } = await searchParams;
  const text = typeof q === "string" ? q.replaceAll("\0", "").trim().slice(0, 8_000) : "";
  if (text === "") redirect("/devices");
  const { matches, direct, problem } = await search(text);
  if (direct) redirect(hrefOf(direct));
  return (
    <>
      <div className="page-head">
        <h1>Search</h1>
      </div>
      <Panel title={matches.length > 0 ? `${plural(matches.length, "match", "matches")}` : "Nothing found"}>
        {matches.length === 0 ? (
          <div className="state">
            <p>
              {problem ?? (
                <>
                  No device, certificate, authority or site is called <Foreign>{text}</Foreign>. Serial numbers and
                  SHA-256 fingerprints are found whole or by their first 8 characters.
                </>
              )}
            </p>
          </div>
        ) : (
          <div className="table-wrap">
            <table>
              <tbody>
                {matches.map((match) => (
                  <tr key={`${match.kind}-${match.id}`}>
                    <th scope="row">
                      <Link href={hrefOf(match)}>
                        <Foreign>
                          {match.kind === "certificate"
                            ? match.commonName
                            : match.kind === "device"
                              ? match.id
                              : match.name}
                        </Foreign>
                      </Link>
                    </th>
                    <td className="t2">{kinds[match.kind]}</td>
                    <td className="t2">
                      {"siteName" in match && match.siteName ? <Foreign>{match.siteName}</Foreign> : ""}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Panel>
    </>
  );
}
