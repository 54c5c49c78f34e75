import { getSeed, join, latin1 } from "./build.ts";
import { numberCases } from "./case.ts";
import type { Case, Outcome } from "./case.ts";
import { certificateSeeds, csrSeeds } from "./seeds.ts";

const csr = getSeed(csrSeeds, "ed25519");
const base64Of = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
const body = base64Of(csr);
const wrap = (text: string, width: number, end = "\n") => text.replace(new RegExp(`.{1,${width}}`, "g"), `$&${end}`);
const label = "CERTIFICATE REQUEST";
const frame = (content: string, begin = label, end = begin) =>
  `-----BEGIN ${begin}-----\n${content}-----END ${end}-----\n`;
const good = frame(wrap(body, 64));
const of = (bytes: Uint8Array) => frame(wrap(base64Of(bytes), 64));
const certificate = frame(wrap(base64Of(getSeed(certificateSeeds, "root")), 64), "CERTIFICATE");
const utf8 = (text: string) => new Uint8Array(Buffer.from(text, "utf8"));
const insert = (text: string) => frame(wrap(`${body.slice(0, 40)}${text}${body.slice(40)}`, 64));

const cases: [name: string, bytes: Uint8Array, expected: Outcome][] = [
  ...accepted({
    "as it should be": good,
    CRLF: good.replaceAll("\n", "\r\n"),
    "CR alone": good.replaceAll("\n", "\r"),
    "one line": frame(`${body}\n`),
    "no line break at all": `-----BEGIN ${label}-----${body}-----END ${label}-----`,
    "lines of 76": frame(wrap(body, 76)),
    "lines of 1": frame(wrap(body, 1)),
    "lines of 4 with blanks": frame(wrap(body, 4, " \n")),
    "tabs before lines": frame(wrap(body, 64, "\n\t")),
    "blank lines": frame(wrap(body, 64, "\n\n")),
    "form feeds": frame(wrap(body, 64, "\f\n")),
    "vertical tabs": frame(wrap(body, 64, "\v\n")),
    "text before": `Certificate request of pump-017\n${good}`,
    "text after": `${good}That was it.\n`,
    "text in other scripts before": `Gerät № 17 设备\n${good}`,
    "no final line break": good.trimEnd(),
    "a byte-order mark": `\ufeff${good}`,
    "a certificate before": certificate + good,
    "a certificate after": good + certificate,
    "two requests": good + good,
    indented: good.replace(/^/gm, "  "),
    "six dashes": `-${good}`,
    "bag attributes before": `Bag Attributes\n    localKeyID: 01 02\n${good}`,
    "bits behind the end of the last octet": frame(
      wrap(
        body.replace(/=+$/, (end) => end),
        64,
      ),
    ),
  }),
  ...refused("pem-invalid", {
    nothing: "",
    "white space": " \n\n\t ",
    "base64 alone": body,
    "no end line": good.slice(0, good.indexOf("-----END")),
    "no begin line": good.slice(good.indexOf("\n")),
    "end before begin": `-----END ${label}-----\n${wrap(body, 64)}-----BEGIN ${label}-----\n`,
    "another label": frame(wrap(body, 64), "CERTIFICATE"),
    "the old label": frame(wrap(body, 64), "NEW CERTIFICATE REQUEST"),
    "a small label": good.replaceAll(label, label.toLowerCase()),
    "four dashes": good.replaceAll("-----", "----"),
    "another end label": frame(wrap(body, 64), label, "CERTIFICATE"),
    "two blanks in the label": good.replaceAll(label, "CERTIFICATE  REQUEST"),
    "an empty body": frame(""),
    "padding only": frame("====\n"),
    "one character too few": frame(wrap(body.slice(1), 64)),
    "one character too many": frame(wrap(`A${body}`, 64)),
    "padding in the middle": insert("===="),
    "three padding characters": frame(wrap(`${body.slice(0, -4)}A===`, 64)),
    "the alphabet of URLs": insert("-_-_"),
    "an exclamation mark": insert("!!!!"),
    "a comment": insert("#abc"),
    NUL: insert("\0\0\0\0"),
    "a no-break space": insert("\u00a0"),
    "a zero-width space": insert("\u200b"),
    "full-width letters": insert("ＡＢＣＤ"),
    "header lines of RFC 1421": frame(`Proc-Type: 4,ENCRYPTED\n\n${wrap(body, 64)}`),
    HTML: good.replaceAll("\n", "<br>\n"),
    "percent-encoding": good.replaceAll("+", "%2B").replaceAll("\n", "%0A").replaceAll("=", "%3D"),
    "a begin line inside": frame(`-----BEGIN ${label}-----\n${wrap(body, 64)}`),
  }),
  ["UTF-16LE", new Uint8Array(Buffer.from(good, "utf16le")), "pem-invalid"],
  ["DER", csr, "pem-invalid"],
  ...refused("csr-malformed", {
    "a byte behind the request": of(join(csr, Uint8Array.of(0))),
    "half a request": of(csr.slice(0, csr.length >> 1)),
    "a certificate under the label": of(getSeed(certificateSeeds, "root")),
    "PEM in PEM": of(latin1(good)),
    "base64 in base64": of(latin1(body)),
  }),
];

function accepted(texts: Readonly<Record<string, string>>): [string, Uint8Array, Outcome][] {
  return refused("accepted", texts);
}

function refused(expected: Outcome, texts: Readonly<Record<string, string>>): [string, Uint8Array, Outcome][] {
  return Object.entries(texts).map(([name, text]) => [name, utf8(text), expected]);
}

/** B-PEM of security.md 5.4: what people paste and tools write around a good request. */
export const pemCases: Case[] = numberCases(
  "B-PEM",
  cases.map(([, bytes, expected]) => ({ bytes, expected })),
  cases.map(([name]) => name),
);
