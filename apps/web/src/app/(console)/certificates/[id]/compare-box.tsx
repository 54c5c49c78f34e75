"use client";

import { useState } from "react";

import { Glyph } from "@/ui/glyph.tsx";

/** Compares by machine what eyes compare badly. */
export function CompareBox({
  sha256Hex,
  spkiSha256Hex,
  serialNumberHex,
}: {
  sha256Hex: string;
  spkiSha256Hex: string;
  serialNumberHex: string;
}) {
  const [verdict, setVerdict] = useState<{ isSame: boolean; text: string } | null>(null);
  const compare = async (pasted: string) => {
    if (pasted.trim() === "") return setVerdict(null);
    const pem = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END/.exec(pasted);
    let hex = pasted.toLowerCase().replaceAll(/sha-?256|fingerprint|serial|[^0-9a-f]/g, "");
    if (pem?.[1]) {
      const der = Uint8Array.from(atob(pem[1].replaceAll(/\s/g, "")), (sign) => sign.charCodeAt(0));
      hex = [...new Uint8Array(await crypto.subtle.digest("SHA-256", der))]
        .map((byte) => byte.toString(16).padStart(2, "0"))
        .join("");
    }
    const known = [
      { what: "SHA-256 of this certificate", value: sha256Hex },
      { what: "SHA-256 of its key", value: spkiSha256Hex },
      { what: "its serial number", value: serialNumberHex },
    ];
    const same = known.find(({ value }) => value === hex);
    if (same) return setVerdict({ isSame: true, text: `Same: ${same.what}, all ${hex.length} characters` });
    const against = known.toSorted((a, b) => common(b.value, hex) - common(a.value, hex))[0] ?? { what: "", value: "" };
    const at = common(against.value, hex);
    const text =
      at === hex.length
        ? `Only the first ${at} characters of ${against.what}; ${against.value.length - at} are missing`
        : `Different from character ${at + 1} (${against.what})`;
    return setVerdict({ isSame: false, text });
  };
  return (
    <div>
      <label className="field">
        <span>Compare: paste a fingerprint, a serial number or a PEM</span>
        <textarea
          className="input mono"
          rows={2}
          spellCheck={false}
          onChange={(event) =>
            void compare(event.target.value).catch(() =>
              setVerdict({ isSame: false, text: "This is neither hex nor a PEM" }),
            )
          }
        />
      </label>
      <p className={verdict?.isSame === false ? "crit mt-1 flex gap-1" : "mt-1 flex gap-1"} aria-live="polite">
        {verdict && (
          <>
            <Glyph name={verdict.isSame ? "check" : "cross"} /> <b>{verdict.text}</b>
          </>
        )}
      </p>
    </div>
  );
}

function common(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}
