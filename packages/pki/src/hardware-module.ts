import { assertAtEnd, contentOf, openElement, readObjectIdentifier, take } from "./der/read.ts";
import type { Element } from "./der/read.ts";
import { constructedTag, tags } from "./der/tag.ts";
import { constructed, objectIdentifier, octetString, sequence } from "./der/write.ts";
import { PkiError } from "./error.ts";
import { fromHex, toHex } from "./hex.ts";
import { oids } from "./oids.ts";

/** `1.3.6.1.4.1.99999.1:0a0b`: the OID of the kind of hardware, and its serial number of 1 to 32 octets. */
const form = /^([0-2](?:\.(?:0|[1-9]\d*))+):((?:[0-9a-fA-F]{2}){1,32})$/;

export function isValidHardwareModule(text: string): boolean {
  return form.test(text);
}

/**
 * otherName with a HardwareModuleName (RFC 4108 5), with which 802.1AR names the module inside a device.
 * @throws PkiError `name-invalid`
 */
export function encodeHardwareModule(text: string): Uint8Array {
  const [, type, serialNumberHex] = form.exec(text) ?? [];
  if (type === undefined || serialNumberHex === undefined)
    throw new PkiError("name-invalid", "a hardware module is an object identifier, a colon and hexadecimal digits");
  const name = sequence(objectIdentifier(type), octetString(fromHex(serialNumberHex)));
  return constructed(0, objectIdentifier(oids.hardwareModuleName), constructed(0, name));
}

/** The text form of an otherName, or null if it is of another type. @throws PkiError `der-invalid` */
export function findHardwareModule(otherName: Element): string | null {
  const fields = openElement(otherName);
  const id = readObjectIdentifier(take(fields, tags.objectIdentifier, "the type of a name"), "the type of a name");
  const value = take(fields, constructedTag(0), "the value of a name");
  assertAtEnd(fields, "an alternative name");
  if (id !== oids.hardwareModuleName) return null;
  const wrapper = openElement(value);
  const name = openElement(take(wrapper, tags.sequence, "a hardware module"));
  assertAtEnd(wrapper, "a hardware module");
  const type = readObjectIdentifier(take(name, tags.objectIdentifier, "a hardware type"), "a hardware type");
  const serialNumber = contentOf(take(name, tags.octetString, "a hardware serial number"));
  assertAtEnd(name, "a hardware module");
  if (serialNumber.length === 0 || serialNumber.length > 32)
    throw new PkiError("der-invalid", "a hardware serial number has 1 to 32 octets");
  return `${type}:${toHex(serialNumber)}`;
}
