import { getSeed, join } from "./build.ts";
import { numberCases } from "./case.ts";
import type { Case } from "./case.ts";
import { createPrng } from "./prng.ts";
import { csrSeeds } from "./seeds.ts";
import { encodeLength, listNodes, replaceNode } from "./tree.ts";

type Named = [name: string, bytes: Uint8Array];

const seed = getSeed(csrSeeds, "ec-p256");
const nodes = listNodes(seed);
const of = (...octets: number[]) => Uint8Array.from(octets);
const run = (octet: number, length: number) => new Uint8Array(length).fill(octet);
const contentAt = (index: number) => seed.subarray(nodes[index]?.contentStart ?? 0, nodes[index]?.end ?? 0);
const nodeAt = (index: number) => seed.subarray(nodes[index]?.start ?? 0, nodes[index]?.end ?? 0);
const tagAt = (index: number) => nodes[index]?.tag ?? 0;
const isConstructed = (index: number) => (tagAt(index) & 0x20) !== 0;
const positions = nodes.map((_, index) => index);

function nested(depth: number): Uint8Array {
  const bytes = new Uint8Array(depth * 6);
  let at = bytes.length;
  let length = 0;
  for (let level = 0; level < depth; level++) {
    const header = join(of(0x30), encodeLength(length));
    at -= header.length;
    bytes.set(header, at);
    length += header.length;
  }
  return bytes.slice(at);
}

const whole: Named[] = [
  ["nothing", of()],
  ["one octet", of(0x30)],
  ["an empty SEQUENCE", of(0x30, 0)],
  ["NULL", of(5, 0)],
  ["a trailing zero", join(seed, of(0))],
  ["a trailing NULL", join(seed, of(5, 0))],
  ["two requests", join(seed, seed)],
  ["a leading zero", join(of(0), seed)],
  ["an octet string around it", join(of(0x04), encodeLength(seed.length), seed)],
  ["a SEQUENCE around it", join(of(0x30), encodeLength(seed.length), seed)],
  ["an indefinite length outside", join(of(0x30, 0x80), contentAt(0), of(0, 0))],
  ["end of contents alone", of(0, 0)],
  ["length 2^31", join(of(0x30, 0x84, 0x80, 0, 0, 0), contentAt(0))],
  ["length 2^32 - 1", join(of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff), contentAt(0))],
  ["length 2^63", join(of(0x30, 0x88, 0x80, 0, 0, 0, 0, 0, 0, 0), contentAt(0))],
  ["length of 126 octets", join(of(0x30, 0xfe), run(0, 125), of(5), contentAt(0))],
  ["length octet FF", join(of(0x30, 0xff), contentAt(0))],
  ["a high tag number", join(of(0x3f, 0x30), encodeLength(contentAt(0).length), contentAt(0))],
  ["a high tag number without end", run(0xff, 1_000)],
  ["depth 33", nested(33)],
  ["depth 1,000", nested(1_000)],
  ["depth 10,000", nested(10_000)],
  ["depth 100,000", nested(100_000)],
  [
    "100,000 empty SEQUENCEs",
    join(
      of(0x30),
      encodeLength(200_000),
      Uint8Array.from({ length: 200_000 }, (_, i) => (i % 2 === 0 ? 0x30 : 0)),
    ),
  ],
  [
    "2,001 empty SEQUENCEs",
    join(
      of(0x30),
      encodeLength(4_000),
      Uint8Array.from({ length: 4_000 }, (_, i) => (i % 2 === 0 ? 0x30 : 0)),
    ),
  ],
  ["65,537 zeroes", run(0, 65_537)],
  ["1 MiB of zeroes", run(0, 1 << 20)],
  ["1 MiB of FF", run(0xff, 1 << 20)],
  ["64 KiB of 30", run(0x30, 65_536)],
  ["64 KiB of A0 80", Uint8Array.from({ length: 65_536 }, (_, i) => (i % 2 === 0 ? 0xa0 : 0x80))],
  ["a long octet string", join(of(0x30), encodeLength(65_000), of(0x04), encodeLength(64_996), run(0x41, 64_996))],
];

const truncated: Named[] = Array.from({ length: 20 }, (_, i) => {
  const length = Math.floor((seed.length * (i + 1)) / 21);
  return [`cut after ${length}`, seed.slice(0, length)];
});

/** Well formed without them too: names, extensions, attributes; the key and algorithms are judged later. */
const otherwiseJudged = new Set([4, 8, 13, 14, 15, 16, 17, 18, 22, 24, 26, 28, 30, 33, 36, 41]);

const inner = positions.filter((index) => index > 0);
const change = (index: number, by: Uint8Array) => replaceNode(seed, nodes, index, by);
const retag = (index: number, tag: number, ...more: number[]) =>
  change(index, join(of(tag, ...more), nodeAt(index).subarray(1)));

/** So many of these positions, spread over the request, so that each kind of field gets each fault. */
function spread(from: readonly number[], count: number, fault: string, make: (index: number) => Uint8Array): Named[] {
  return Array.from({ length: count }, (_, i) => {
    const index = from[Math.floor((i * from.length) / count)] ?? 0;
    return [`element ${index} ${fault}`, make(index)];
  });
}

const simple = inner.filter((index) => !isConstructed(index));
const neverEmpty = inner.filter((index) => [2, 3, 6].includes(tagAt(index)));
const faults: Named[] = [
  ...spread(
    inner.filter((index) => !otherwiseJudged.has(index)),
    24,
    "left out",
    (index) => change(index, of()),
  ),
  ...spread(inner, 16, "with an indefinite length", (index) =>
    change(index, join(of(tagAt(index), 0x80), contentAt(index), of(0, 0))),
  ),
  ...spread(inner, 16, "with a length that is not minimal", (index) => {
    const { length } = contentAt(index);
    return change(index, join(of(tagAt(index), 0x83, 0, length >> 8, length & 0xff), contentAt(index)));
  }),
  ...spread(inner, 14, "in the private class", (index) => retag(index, tagAt(index) | 0xc0)),
  ...spread(inner, 12, "with a high tag number", (index) => retag(index, tagAt(index) | 0x1f, 0x10)),
  ...spread(inner, 12, "past its end", lengthen),
  ...spread(simple, 12, "constructed", (index) => retag(index, tagAt(index) | 0x20)),
  ...spread(positions.filter(isConstructed), 12, "primitive", (index) => retag(index, tagAt(index) & ~0x20)),
  ...spread(neverEmpty, 11, "empty", (index) => change(index, of(tagAt(index), 0))),
];

/** The length field says more than there is. */
function lengthen(index: number): Uint8Array {
  const bytes = seed.slice();
  const at = (nodes[index]?.start ?? 0) + 1;
  bytes[at] = (bytes[at] ?? 0) < 0x70 ? 0x7f : 0x84;
  return bytes;
}

const prng = createPrng(0xde5);
const noise: Named[] = Array.from({ length: 20 }, (_, i) => [`${i + 1} kB of noise`, prng.bytes((i + 1) * 1_000)]);

const all = [...whole, ...truncated, ...noise, ...faults];

/** B-DER of security.md 5.4: not one of them is a request. */
export const derCases: Case[] = numberCases(
  "B-DER",
  all.map(([, bytes]) => ({ bytes, expected: "csr-malformed" as const })),
  all.map(([name]) => name),
);
