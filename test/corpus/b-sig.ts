import { constants, createHash, createPrivateKey, privateEncrypt } from "node:crypto";

import { parseCsr } from "@fieldseal/pki/csr/parse";
import {
  bitString,
  constructed,
  integer,
  nullValue,
  objectIdentifier,
  octetString,
  sequence,
  tlv,
  unsignedInteger,
} from "@fieldseal/pki/der/write";
import { fromHex, toHex } from "@fieldseal/pki/hex";
import { oids } from "@fieldseal/pki/oids";

import { getSeed, join } from "./build.ts";
import { numberCases } from "./case.ts";
import type { Case, Outcome } from "./case.ts";
import { csrSeeds, rsaKeyBase64 } from "./seeds.ts";

const kinds = ["ec-p256", "rsa-2048", "rsa-2048-pss", "ed25519"] as const;
type Kind = (typeof kinds)[number];
const get = (kind: string) => parseCsr(getSeed(csrSeeds, kind));

/** The request of this kind with one of its three outer parts exchanged. */
function make(kind: Kind, change: { tbs?: Uint8Array; algorithm?: Uint8Array; signature?: Uint8Array }): Uint8Array {
  const { tbsDer, signatureAlgorithmDer, signature } = get(kind);
  return sequence(
    change.tbs ?? tbsDer,
    change.algorithm ?? signatureAlgorithmDer,
    bitString(change.signature ?? signature),
  );
}

function flip(bytes: Uint8Array, at: number, mask = 1): Uint8Array {
  const changed = bytes.slice();
  changed[at] = (changed[at] ?? 0) ^ mask;
  return changed;
}

const atText = (bytes: Uint8Array, text: string) => Buffer.from(bytes).indexOf(text);
const algorithmOf = (oid: string, ...parameters: Uint8Array[]) => sequence(objectIdentifier(oid), ...parameters);

const flips = kinds.flatMap((kind): Named[] => {
  const { tbsDer, signature } = get(kind);
  return [
    [
      `${kind}: a letter of the name`,
      make(kind, { tbs: flip(tbsDer, atText(tbsDer, "pump")) }),
      "csr-signature-invalid",
    ],
    [
      `${kind}: a letter of the password`,
      make(kind, { tbs: flip(tbsDer, atText(tbsDer, "secret")) }),
      "csr-signature-invalid",
    ],
    [
      `${kind}: the middle of the signature`,
      make(kind, { signature: flip(signature, signature.length >> 1) }),
      "csr-signature-invalid",
    ],
    [
      `${kind}: the end of the signature`,
      make(kind, { signature: flip(signature, signature.length - 1) }),
      "csr-signature-invalid",
    ],
    [`${kind}: no octet of signature`, make(kind, { signature: new Uint8Array() }), "csr-signature-invalid"],
  ];
});

type Named = [name: string, bytes: Uint8Array, expected: Outcome];

const order = BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
const ecSignature = get("ec-p256").signature;
const [r, s] = readPair(ecSignature);
const pair = (a: Uint8Array, b: Uint8Array) => sequence(a, b);
const ec = (name: string, signature: Uint8Array, expected: Outcome = "csr-signature-invalid"): Named => [
  `ECDSA ${name}`,
  make("ec-p256", { signature }),
  expected,
];

function readPair(signature: Uint8Array): [bigint, bigint] {
  const length = signature[3] ?? 0;
  const at = 4 + length;
  const number = (bytes: Uint8Array) => BigInt(`0x${toHex(bytes)}`);
  return [number(signature.subarray(4, at)), number(signature.subarray(at + 2))];
}

const ecdsa: Named[] = [
  ec("r = 0", pair(integer(0), integer(s))),
  ec("s = 0", pair(integer(r), integer(0))),
  ec("r = n", pair(integer(order), integer(s))),
  ec("s = n", pair(integer(r), integer(order))),
  ec("r + n", pair(integer(r + order), integer(s))),
  ec("s + n", pair(integer(r), integer(s + order))),
  ec("r and s exchanged", pair(integer(s), integer(r))),
  ec("r negative", pair(fromHex("0201ff"), integer(s))),
  ec("r of 100 octets", pair(unsignedInteger(new Uint8Array(100).fill(0x7f)), integer(s))),
  ec("one number", sequence(integer(r))),
  ec("three numbers", sequence(integer(r), integer(s), integer(1))),
  ec("raw r and s", fromHex(r.toString(16).padStart(64, "0") + s.toString(16).padStart(64, "0"))),
  ec("a length that is not minimal", join(Uint8Array.of(0x30, 0x81), ecSignature.subarray(1))),
  ec("a byte behind", join(ecSignature, Uint8Array.of(0))),
  // the other root: whoever sees one signature can make it, and it says the same
  ec("n - s", pair(integer(r), integer(order - s)), "accepted"),
];

const rsaKey = createPrivateKey({ key: Buffer.from(rsaKeyBase64, "base64"), format: "der", type: "pkcs8" });
const rsaTbs = get("rsa-2048").tbsDer;
const digest = new Uint8Array(createHash("sha256").update(rsaTbs).digest());
const digestInfo = (oid: string, hash: Uint8Array, ...parameters: Uint8Array[]) =>
  sequence(algorithmOf(oid, ...parameters), octetString(hash));
const goodInfo = digestInfo(oids.sha256, digest, nullValue);

/** A block of 256 octets, encrypted as it is: what a signer without scruples could make. */
function encrypt(block: Uint8Array): Uint8Array {
  return new Uint8Array(privateEncrypt({ key: rsaKey, padding: constants.RSA_NO_PADDING }, block));
}

function padded(info: Uint8Array, change: { type?: number; filler?: number; behind?: number } = {}): Uint8Array {
  const { type = 1, filler = 0xff, behind = 0 } = change;
  const fill = new Uint8Array(256 - 3 - info.length - behind).fill(filler);
  return encrypt(join(Uint8Array.of(0, type), fill, Uint8Array.of(0), info, new Uint8Array(behind)));
}

const rsa = (name: string, signature: Uint8Array, expected: Outcome = "csr-signature-invalid"): Named => [
  `RSA ${name}`,
  make("rsa-2048", { signature }),
  expected,
];
const forgeries: Named[] = [
  rsa("made by hand", padded(goodInfo), "accepted"),
  rsa("without NULL in DigestInfo", padded(digestInfo(oids.sha256, digest))),
  rsa("SHA-1 in DigestInfo", padded(digestInfo(oids.sha1, digest.subarray(0, 20), nullValue))),
  rsa("SHA-512 named in DigestInfo", padded(digestInfo(oids.sha512, digest, nullValue))),
  rsa("garbage behind the hash", padded(goodInfo, { behind: 100 })),
  rsa("block type 2", padded(goodInfo, { type: 2 })),
  rsa("padding of zeroes", padded(goodInfo, { filler: 0 })),
  rsa("the hash alone", padded(digest)),
  rsa("of zeroes", new Uint8Array(256)),
  rsa("of one", join(new Uint8Array(255), Uint8Array.of(1))),
  rsa("with a zero in front", join(Uint8Array.of(0), get("rsa-2048").signature)),
];

const sha256 = algorithmOf(oids.sha256, nullValue);
const pss = (salt: number, hash: Uint8Array, mask: Uint8Array, ...more: Uint8Array[]) =>
  algorithmOf(
    oids.rsassaPss,
    sequence(
      constructed(0, hash),
      constructed(1, algorithmOf(oids.mgf1, mask)),
      constructed(2, integer(salt)),
      ...more,
    ),
  );
const named = (kind: Kind, name: string, algorithm: Uint8Array, expected: Outcome): Named => [
  `${kind} said to be ${name}`,
  make(kind, { algorithm }),
  expected,
];
const sha1Id = algorithmOf(oids.sha1, nullValue);
const algorithms: Named[] = [
  named("ec-p256", "ECDSA with SHA-384", algorithmOf(oids.ecdsaWithSHA384), "csr-signature-invalid"),
  named("ec-p256", "ECDSA with SHA-1", algorithmOf("1.2.840.10045.4.1"), "csr-algorithm-forbidden"),
  named("ec-p256", "ECDSA with NULL", algorithmOf(oids.ecdsaWithSHA256, nullValue), "csr-algorithm-forbidden"),
  named("ec-p256", "RSA", algorithmOf(oids.sha256WithRSAEncryption, nullValue), "csr-signature-invalid"),
  named("rsa-2048", "MD5 with RSA", algorithmOf("1.2.840.113549.1.1.4", nullValue), "csr-algorithm-forbidden"),
  named("rsa-2048", "SHA-1 with RSA", algorithmOf("1.2.840.113549.1.1.5", nullValue), "csr-algorithm-forbidden"),
  named("rsa-2048", "the key's own OID", algorithmOf(oids.rsaEncryption, nullValue), "csr-algorithm-forbidden"),
  named("rsa-2048", "RSA without NULL", algorithmOf(oids.sha256WithRSAEncryption), "accepted"),
  named("rsa-2048-pss", "PSS with a salt of 20", pss(20, sha256, sha256), "csr-algorithm-forbidden"),
  named("rsa-2048-pss", "PSS with MGF1 of SHA-1", pss(32, sha256, sha1Id), "csr-algorithm-forbidden"),
  named(
    "rsa-2048-pss",
    "PSS with a trailer",
    pss(32, sha256, sha256, constructed(3, integer(1))),
    "csr-algorithm-forbidden",
  ),
  named("ed25519", "Ed448", algorithmOf("1.3.101.113"), "csr-algorithm-forbidden"),
];

const { tbsDer, signatureAlgorithmDer } = get("ed25519");
const outer: Named[] = [["no signature", sequence(tbsDer, signatureAlgorithmDer), "csr-malformed"]];
const octetSignature: Named = [
  "an OCTET STRING",
  sequence(tbsDer, signatureAlgorithmDer, tlv(4, new Uint8Array(64))),
  "csr-malformed",
];

const all: Named[] = [...flips, ...ecdsa, ...forgeries, ...algorithms, ...outer, octetSignature];

/** B-SIG of security.md 5.4: a key without proof, in every way we know. */
export const signatureCases: Case[] = numberCases(
  "B-SIG",
  all.map(([, bytes, expected]) => ({ bytes, expected })),
  all.map(([name]) => name),
);
