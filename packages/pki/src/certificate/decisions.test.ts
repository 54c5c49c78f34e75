import { describe, expect, test } from "vitest";

import { createProfile, defaultProfiles, keyUsageFor } from "../profile.ts";
import type { ProfileConfig } from "../profile.ts";
import { formatGeneralName } from "../subject-alt-name.ts";
import { getProfile, testNow } from "../testing/authority.ts";
import { codeOf, detailOf } from "../testing/refusal.ts";
import { decideNames, isValidDeviceId } from "./names.ts";
import type { Identity } from "./names.ts";
import { decideValidity } from "./validity.ts";

const pump: Identity = {
  deviceId: "pump-017",
  organization: null,
  dnsNames: [],
  ipAddresses: [],
  applicationUri: null,
};

describe("profiles", () => {
  test.each(defaultProfiles.map((profile) => [profile.slug, profile] as const))(
    "the default %s is valid",
    (slug, config) => {
      expect(createProfile(config).slug).toBe(slug);
      expect(createProfile(JSON.parse(JSON.stringify(config)))).toEqual(createProfile(config));
    },
  );

  test("a profile cannot be changed", () => {
    const profile = getProfile("device");
    expect(Object.isFrozen(profile) && Object.isFrozen(profile.keyUsage)).toBe(true);
  });

  const device = defaultProfiles[0] ?? {};
  test.each<[string, Partial<Record<keyof ProfileConfig | "extra", unknown>>, RegExp]>([
    ["a slug with a blank", { slug: "a b" }, /slug/],
    ["an empty title", { title: " " }, /title/],
    ["an unknown purpose", { purpose: "robot" }, /purpose/],
    ["an unknown usage", { keyUsage: ["everything"] }, /keyUsage/],
    ["a usage twice", { keyUsage: ["digitalSignature", "digitalSignature"] }, /twice/],
    ["keyCertSign on a device", { keyUsage: ["digitalSignature", "keyCertSign"] }, /authority/],
    ["only encipherment for EC keys", { keyUsage: ["keyEncipherment"] }, /cannot encipher/],
    ["no purpose of the key", { extKeyUsage: [] }, /extKeyUsage/],
    ["no alternative name", { subjectAltNames: [] }, /subjectAltNames/],
    ["no key algorithm", { keyAlgorithms: [] }, /keyAlgorithms/],
    ["half a day", { validityDays: 0.5 }, /validityDays/],
    ["a window longer than the life", { validityDays: 10, renewalWindowDays: 10 }, /renewalWindowDays/],
    ["a negative grace period", { gracePeriodDays: -1 }, /gracePeriodDays/],
    ["yes instead of true", { requireNewKeyOnRenewal: "yes" }, /requireNewKeyOnRenewal/],
    ["a field that does not exist", { extra: 1 }, /extra/],
  ])("%s is refused", (_, change, detail) => {
    expect(detailOf(() => createProfile({ ...device, ...change }))).toMatch(detail);
  });

  test("all faults are listed at once", () => {
    expect(detailOf(() => createProfile({ slug: "", title: "" })).split("; ").length).toBeGreaterThan(5);
    expect(codeOf(() => createProfile(null))).toBe("profile-invalid");
  });

  test("encipherment is only for RSA keys", () => {
    expect(keyUsageFor(getProfile("broker"), "rsa-2048")).toEqual(["digitalSignature", "keyEncipherment"]);
    expect(keyUsageFor(getProfile("broker"), "ec-p256")).toEqual(["digitalSignature"]);
    expect(keyUsageFor(getProfile("opc-ua"), "ec-p256")).toEqual(["digitalSignature"]);
    expect(keyUsageFor(getProfile("opc-ua"), "rsa-2048").length).toBe(4);
  });
});

describe("names", () => {
  const names = (slug: string, change: Partial<Identity>) => {
    const { subject, subjectAltNames } = decideNames(getProfile(slug), { ...pump, ...change });
    return [subject.map(({ type, value }) => `${type}=${value}`).join(), ...subjectAltNames.map(formatGeneralName)];
  };

  test("a device: CN and the id as DNS name, or as URI when it is none", () => {
    expect(names("device", {})).toEqual(["CN=pump-017", "DNS:pump-017"]);
    expect(names("device", { deviceId: "pump_17" })).toEqual(["CN=pump_17", "URI:urn:fieldseal:device:pump_17"]);
    expect(names("device", { deviceId: "a:b" })).toEqual(["CN=a:b", "URI:urn:fieldseal:device:a%3Ab"]);
    expect(names("device", { deviceId: "0017" })).toEqual(["CN=0017", "URI:urn:fieldseal:device:0017"]);
  });

  test("a broker: all its hosts and addresses, each once", () => {
    expect(names("broker", { dnsNames: ["b.example", "B.example", "c"], ipAddresses: ["2001:DB8::0:1"] })).toEqual([
      "CN=pump-017",
      "DNS:B.example",
      "DNS:c",
      "IP:2001:db8::1",
    ]);
  });

  test("OPC UA: organization in front, application URI once", () => {
    expect(names("opc-ua", { organization: "Works", applicationUri: "urn:works:17", dnsNames: ["plc"] })).toEqual([
      "O=Works,CN=pump-017",
      "URI:urn:works:17",
      "DNS:plc",
    ]);
  });

  test("an EST server is named after its first host", () => {
    expect(names("est-server", { dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"] })).toEqual([
      "CN=localhost",
      "DNS:localhost",
      "IP:127.0.0.1",
    ]);
    expect(names("est-server", { ipAddresses: ["127.0.0.1"] })).toEqual(["CN=127.0.0.1", "IP:127.0.0.1"]);
  });

  test.each<[string, string, Partial<Identity>, RegExp]>([
    ["a broker without any host", "broker", {}, /no DNS name and no IP address/],
    ["a broker with a wildcard", "broker", { dnsNames: ["*.example"] }, /wildcard/],
    ["a broker with a bad name", "broker", { dnsNames: ["a_b"] }, /not a host name/],
    ["a broker with a bad address", "broker", { ipAddresses: ["10.0.0.256"] }, /IP address/],
    ["OPC UA without organization", "opc-ua", { applicationUri: "urn:a:b" }, /organization/],
    ["OPC UA without URI", "opc-ua", { organization: "Works", dnsNames: ["plc"] }, /application URI/],
    ["OPC UA with a bad URI", "opc-ua", { organization: "Works", applicationUri: "plc" }, /not a URI/],
    [
      "an organization with a hidden character",
      "opc-ua",
      { organization: "a\u200bb", applicationUri: "urn:a:b" },
      /U\+200B/,
    ],
    ["a bad device id", "device", { deviceId: "a/b" }, /device id/],
    ["a service without any host", "est-server", {}, /no DNS name/],
  ])("%s is refused and the field named", (_, slug, change, detail) => {
    const work = () => decideNames(getProfile(slug), { ...pump, ...change });
    expect(codeOf(work)).toBe("name-invalid");
    expect(detailOf(work)).toMatch(detail);
  });

  test("device ids", () => {
    for (const id of ["a", "A-1", "pump.017", "00:11:22", "x".repeat(64)]) expect(isValidDeviceId(id), id).toBe(true);
    for (const id of ["", "-a", "a-", "a/b", "a+b", "a#b", "a b", "ä", "x".repeat(65), "a\n"])
      expect(isValidDeviceId(id), id).toBe(false);
  });
});

describe("validity", () => {
  const decide = (issuerNotBefore: string, issuerNotAfter: string, now: Date = testNow) => {
    const { notBefore, notAfter } = decideValidity({
      profile: getProfile("device"),
      issuerNotBefore: new Date(issuerNotBefore),
      issuerNotAfter: new Date(issuerNotAfter),
      now,
    });
    return [notBefore.toISOString(), notAfter.toISOString()];
  };

  test("begins five minutes back, whole seconds, ends validityDays later", () => {
    expect(decide("2020-01-01", "2040-01-01", new Date("2026-11-21T01:00:00.999Z"))).toEqual([
      "2026-11-21T00:55:00.000Z",
      "2027-11-21T00:55:00.000Z",
    ]);
  });

  test("stays inside the issuer's", () => {
    expect(decide("2026-11-21T00:59:00Z", "2027-01-01T00:00:00Z")).toEqual([
      "2026-11-21T00:59:00.000Z",
      "2027-01-01T00:00:00.000Z",
    ]);
  });

  test("an issuer that has expired or is not yet valid gives none", () => {
    expect(codeOf(() => decide("2020-01-01", "2026-11-21T01:00:00Z"))).toBe("validity-invalid");
    expect(codeOf(() => decide("2026-11-22", "2040-01-01"))).toBe("validity-invalid");
  });
});
