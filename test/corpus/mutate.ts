import { join } from "./build.ts";
import type { Prng } from "./prng.ts";
import { encodeLength, listNodes, replaceNode } from "./tree.ts";
import type { Node } from "./tree.ts";

/** A good object torn apart once; every mutant starts from it. */
export type Seed = { name: string; der: Uint8Array; nodes: readonly Node[] };

export function createSeeds(from: Readonly<Record<string, Uint8Array>>): Seed[] {
  return Object.entries(from).map(([name, der]) => ({ name, der, nodes: listNodes(der) }));
}

const operations = [
  "delete",
  "duplicate",
  "swap",
  "retag",
  "relength",
  "splice",
  "content",
  "truncate",
  "wrap",
] as const;

/**
 * A mutant: one to three changes of the structure, with the lengths around corrected, so that it gets past the first
 * look (the idea of frankencerts: parts of good objects, put together wrongly).
 */
export function mutate(seeds: readonly Seed[], prng: Prng): { name: string; der: Uint8Array } {
  const seed = pick(seeds, prng);
  const changes = 1 + (prng.below(4) === 0 ? prng.below(3) : 0);
  let { der, nodes } = seed;
  const done: string[] = [];
  for (let change = 0; change < changes && nodes.length > 0; change++) {
    const operation = pick(operations, prng);
    const index = prng.below(nodes.length);
    der = apply(operation, { der, nodes, index, seeds, prng });
    done.push(`${operation} ${index}`);
    if (change + 1 < changes) nodes = listNodes(der);
  }
  return { name: `${seed.name}: ${done.join(", ")}`, der };
}

function pick<T>(from: readonly T[], prng: Prng): T {
  const chosen = from[prng.below(from.length)];
  if (chosen === undefined) throw new Error("nothing to pick from");
  return chosen;
}

type Change = { der: Uint8Array; nodes: readonly Node[]; index: number; seeds: readonly Seed[]; prng: Prng };

function apply(operation: (typeof operations)[number], change: Change): Uint8Array {
  const { der, nodes, index, seeds, prng } = change;
  const node = nodes[index];
  if (node === undefined) return der;
  const own = der.subarray(node.start, node.end);
  const content = der.subarray(node.contentStart, node.end);
  const put = (by: Uint8Array) => replaceNode(der, nodes, index, by);
  switch (operation) {
    case "delete":
      return put(new Uint8Array());
    case "duplicate":
      return put(join(own, own));
    case "swap":
      return swap(change, node);
    case "retag":
      return put(
        join(Uint8Array.of(prng.below(2) === 0 ? node.tag ^ (1 << prng.below(8)) : prng.below(256)), own.subarray(1)),
      );
    case "relength":
      return put(join(Uint8Array.of(node.tag), pick(oddLengths(content.length), prng), content));
    case "splice":
      return put(spliceFrom(seeds, prng));
    case "content":
      return put(join(Uint8Array.of(node.tag), encodeLength(content.length), scramble(content, prng)));
    case "truncate":
      return der.slice(0, node.start + prng.below(node.end - node.start + 1));
    case "wrap":
      return put(join(Uint8Array.of(pick([0x30, 0x31, 0xa0, 0x04, 0x24], prng)), encodeLength(own.length), own));
  }
}

/** Exchanges a node with the one behind it under the same parent. */
function swap({ der, nodes, index }: Change, node: Node): Uint8Array {
  const next = nodes.findIndex((other, at) => at > index && other.parent === node.parent);
  const other = nodes[next];
  if (other === undefined) return der;
  const first = der.subarray(node.start, node.end);
  const second = der.subarray(other.start, other.end);
  return join(der.subarray(0, node.start), second, der.subarray(node.end, other.start), first, der.subarray(other.end));
}

function oddLengths(length: number): Uint8Array[] {
  return [
    Uint8Array.of(0x80),
    Uint8Array.of(0xff),
    Uint8Array.of(0x81, length & 0xff),
    Uint8Array.of(0x82, length >> 8, length & 0xff),
    Uint8Array.of(0x84, 0, 0, length >> 8, length & 0xff),
    Uint8Array.of(0x84, 0xff, 0xff, 0xff, 0xff),
    Uint8Array.of(0x88, 0x80, 0, 0, 0, 0, 0, 0, 0),
    encodeLength(length + 1),
    encodeLength(Math.max(0, length - 1)),
    encodeLength(0),
  ];
}

function spliceFrom(seeds: readonly Seed[], prng: Prng): Uint8Array {
  const { der, nodes } = pick(seeds, prng);
  const node = nodes[prng.below(nodes.length)];
  return node === undefined ? new Uint8Array() : der.subarray(node.start, node.end);
}

function scramble(content: Uint8Array, prng: Prng): Uint8Array {
  const changed = content.slice();
  if (changed.length === 0) return prng.bytes(1 + prng.below(4));
  const at = prng.below(changed.length);
  changed[at] = prng.below(3) === 0 ? pick([0, 0x7f, 0x80, 0xff], prng) : (changed[at] ?? 0) ^ (1 << prng.below(8));
  return changed;
}
