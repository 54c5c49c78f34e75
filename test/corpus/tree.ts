/** A TLV and where it stands, read without judging; for tearing good objects apart. */
export type Node = { start: number; contentStart: number; end: number; tag: number; depth: number; parent: number };

const maxNodes = 5_000;

/** Every TLV of a DER value, in the order of the bytes; whatever reaches past its end is cut there. */
export function listNodes(der: Uint8Array): Node[] {
  const nodes: Node[] = [];
  const walk = (from: number, to: number, depth: number, parent: number): void => {
    let at = from;
    while (at < to && nodes.length < maxNodes) {
      const tag = der[at] ?? 0;
      const { contentStart, length } = readLength(der, at + 1);
      const end = Math.min(to, contentStart + length);
      const index = nodes.length;
      nodes.push({ start: at, contentStart: Math.min(contentStart, end), end, tag, depth, parent });
      if ((tag & 0x20) !== 0 && depth < 40) walk(contentStart, end, depth + 1, index);
      at = Math.max(end, at + 1);
    }
  };
  walk(0, der.length, 0, -1);
  return nodes;
}

function readLength(der: Uint8Array, at: number): { contentStart: number; length: number } {
  const first = der[at] ?? 0;
  if (first < 0x80) return { contentStart: at + 1, length: first };
  let length = 0;
  for (let i = 1; i <= (first & 0x7f); i++) length = length * 256 + (der[at + i] ?? 0);
  return { contentStart: at + 1 + (first & 0x7f), length };
}

/** Minimal definite length octets. */
export function encodeLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const octets: number[] = [];
  for (let left = length; left > 0; left = Math.floor(left / 256)) octets.unshift(left % 256);
  return Uint8Array.of(0x80 | octets.length, ...octets);
}

/**
 * The value with the bytes of one node replaced, and the lengths of all around it corrected, so that the change is the
 * only fault.
 */
export function replaceNode(der: Uint8Array, nodes: readonly Node[], index: number, by: Uint8Array): Uint8Array {
  const node = nodes[index];
  if (node === undefined) return der;
  let bytes = join(der.subarray(0, node.start), by, der.subarray(node.end));
  let grown = by.length - (node.end - node.start);
  for (let at = node.parent; at >= 0;) {
    const parent = nodes[at];
    if (parent === undefined) break;
    const header = join(Uint8Array.of(parent.tag), encodeLength(parent.end - parent.contentStart + grown));
    bytes = join(bytes.subarray(0, parent.start), header, bytes.subarray(parent.contentStart));
    grown += header.length - (parent.contentStart - parent.start);
    at = parent.parent;
  }
  return bytes;
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
