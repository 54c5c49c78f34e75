import { isValidDnsName } from "../dns-name.ts";
import { PkiError } from "../error.ts";
import { isValidHardwareModule } from "../hardware-module.ts";
import { formatIpAddress, parseIpAddress } from "../ip-address.ts";
import type { DistinguishedName } from "../name.ts";
import type { Profile, ProfileConfig } from "../profile.ts";
import { comparableGeneralName, isValidUri } from "../subject-alt-name.ts";
import type { GeneralName } from "../subject-alt-name.ts";
import { assertSafeText } from "../text.ts";

/** What the records say about the holder. For a service, `deviceId` is not used. */
export type Identity = {
  deviceId: string;
  organization: string | null;
  dnsNames: readonly string[];
  ipAddresses: readonly string[];
  applicationUri: string | null;
  /** The maker's serial number, for subjects that name the hardware (IEEE 802.1AR). */
  hardwareSerial?: string | null;
  /** `1.3.6.1.4.1.99999.1:0a0b`, RFC 4108 5. */
  hardwareModule?: string | null;
  /** What a cloud handed out, to be signed by the authority that is registered there (protocols.md 4). */
  verificationCode?: string | null;
};

function refuse(detail: string): never {
  throw new PkiError("name-invalid", detail);
}

/**
 * 1 to 64 of letters, digits, `.` `_` `:` `-`, a letter or digit at both ends. No `/ + #`, which mean something in MQTT
 * topics, and nothing longer than a CN.
 */
export function isValidDeviceId(text: string): boolean {
  return /^[A-Za-z0-9]([A-Za-z0-9._:-]{0,62}[A-Za-z0-9])?$/.test(text);
}

/**
 * The names of a certificate, from the records and never from the CSR. The most general attribute comes first.
 * OPC UA wants the application URI exactly once (OPC 10000-6 6.2.2); entries that are equal are written once.
 * @throws PkiError `name-invalid` saying which field of the record is missing or wrong
 */
export function decideNames(
  profile: Profile,
  identity: Identity,
): { subject: DistinguishedName; subjectAltNames: GeneralName[] } {
  const names = profile.subjectAltNames.flatMap((field) => decideField(field, identity));
  if (names.length === 0 && profile.subjectAltNames.length > 0) refuse(describeMissing(profile));
  const unique = new Map(names.map((name) => [comparableGeneralName(name), name]));
  return { subject: decideSubject(profile, identity), subjectAltNames: [...unique.values()] };
}

function decideSubject(profile: Profile, identity: Identity): DistinguishedName {
  const subject: DistinguishedName = [];
  if (profile.subject.includes("organization")) subject.push({ type: "O", value: decideOrganization(identity) });
  if (profile.subject.includes("hardwareSerial"))
    subject.push({ type: "serialNumber", value: decideHardwareSerial(identity) });
  if (profile.subject.includes("verificationCode"))
    subject.push({ type: "CN", value: decideVerificationCode(identity) });
  if (profile.subject.includes("commonName")) subject.push({ type: "CN", value: decideCommonName(profile, identity) });
  return subject;
}

function decideOrganization({ organization }: Identity): string {
  if (organization === null || organization.trim() === "")
    return refuse("the organization is not set, and this profile puts it into the subject");
  assertSafeText(organization, "the organization");
  if (Array.from(organization).length > 64) refuse("the organization is longer than 64 characters");
  return organization;
}

/** RFC 5280 appendix A.1: a PrintableString of at most 64. */
function decideHardwareSerial({ hardwareSerial }: Identity): string {
  const value = hardwareSerial ?? "";
  if (!/^[A-Za-z0-9 '()+,\-./:=?]{1,64}$/.test(value) || value.trim() !== value)
    return refuse("the device record has no hardware serial number of 1 to 64 plain characters");
  return value;
}

function decideVerificationCode({ verificationCode }: Identity): string {
  const value = verificationCode ?? "";
  assertSafeText(value, "the verification code");
  if (value.trim() === "" || Array.from(value).length > 64)
    return refuse("the verification code must have 1 to 64 characters");
  return value;
}

function decideCommonName(profile: Profile, identity: Identity): string {
  if (profile.purpose !== "service") return decideDeviceId(identity);
  const host = identity.dnsNames[0] ?? identity.ipAddresses[0];
  if (host === undefined) return refuse("the service has neither a DNS name nor an IP address");
  if (host.length > 64) refuse("the first DNS name is longer than 64 characters and does not fit the common name");
  return host;
}

function decideDeviceId({ deviceId }: Identity): string {
  if (!isValidDeviceId(deviceId))
    refuse("the device id must be 1 to 64 letters, digits, dots, colons, hyphens and underscores");
  return deviceId;
}

function decideField(field: ProfileConfig["subjectAltNames"][number], identity: Identity): GeneralName[] {
  switch (field) {
    case "deviceId":
      return [decideDeviceName(decideDeviceId(identity))];
    case "dnsNames":
      return identity.dnsNames.map(decideDnsName);
    case "ipAddresses":
      return identity.ipAddresses.map(decideIpAddress);
    case "applicationUri":
      return [decideApplicationUri(identity)];
    case "hardwareModule":
      return [decideHardwareModule(identity)];
    case "verificationCode":
      return [decideVerificationName(decideVerificationCode(identity))];
  }
}

/** DNS if the id is a host name, else a URI, because underscores and colons do not fit a dNSName. */
function decideDeviceName(deviceId: string): GeneralName {
  if (isValidDnsName(deviceId)) return { type: "dns", value: deviceId };
  return { type: "uri", value: `urn:fieldseal:device:${encodeURIComponent(deviceId)}` };
}

function decideDnsName(value: string): GeneralName {
  if (value.includes("*")) refuse("a DNS name of the device record holds a wildcard");
  if (!isValidDnsName(value)) refuse("a DNS name of the device record is not a host name");
  return { type: "dns", value };
}

function decideIpAddress(value: string): GeneralName {
  const octets = parseIpAddress(value);
  const canonical = octets && formatIpAddress(octets);
  if (canonical === null) return refuse("an IP address of the device record is not an IPv4 or IPv6 address");
  return { type: "ip", value: canonical };
}

function decideApplicationUri({ applicationUri }: Identity): GeneralName {
  if (applicationUri === null || applicationUri === "")
    return refuse("the device record has no application URI, which OPC UA needs");
  if (!isValidUri(applicationUri)) refuse("the application URI of the device record is not a URI");
  return { type: "uri", value: applicationUri };
}

function decideHardwareModule({ hardwareModule }: Identity): GeneralName {
  const value = hardwareModule ?? "";
  if (!isValidHardwareModule(value)) return refuse("the device record has no hardware module, which an IDevID names");
  return { type: "hardwareModule", value: value.toLowerCase() };
}

/** Every end entity of ours has a name beside its subject; the cloud reads the CN only. */
function decideVerificationName(code: string): GeneralName {
  const value = `urn:fieldseal:verification:${encodeURIComponent(code)}`;
  if (!isValidUri(value)) refuse("the verification code holds too many special characters");
  return { type: "uri", value };
}

function describeMissing(profile: Profile): string {
  const words: Record<ProfileConfig["subjectAltNames"][number], string> = {
    deviceId: "device id",
    dnsNames: "DNS name",
    ipAddresses: "IP address",
    applicationUri: "application URI",
    hardwareModule: "hardware module",
    verificationCode: "verification code",
  };
  const fields = profile.subjectAltNames.map((field) => words[field]).join(" and no ");
  return `the ${profile.purpose} record has no ${fields || "alternative name"}, which the profile ${profile.slug} needs`;
}
