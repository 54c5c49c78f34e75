/**
 * Invariants of the CA (security.md section 4) as queries on our records. Each must return no row, whatever happened
 * before: crashes, races, refusals.
 */
export const invariants: Readonly<Record<string, string>> = {
  "I02 stored digest matches stored bytes":
    "SELECT id FROM certificate WHERE der IS NOT NULL AND sha256(der) <> der_sha256",
  "I03 serial numbers are positive and of 9 to 20 octets":
    "SELECT id FROM certificate WHERE octet_length(serial_number) NOT BETWEEN 9 AND 20 OR get_byte(serial_number, 0) >= 128",
  "I04 nothing was signed that was not recorded before, and nothing else than that": `
    SELECT s.id FROM signing_log s LEFT JOIN certificate c USING (authority_id, serial_number)
    WHERE s.kind = 'certificate' AND (c.id IS NULL OR c.tbs_sha256 <> s.tbs_sha256
      OR (c.purpose <> 'authority' AND c.precommit_at > s.signed_at + interval '1 ms'))`,
  "I05 no serial number was signed twice":
    "SELECT serial_number FROM signing_log WHERE kind = 'certificate' GROUP BY authority_id, serial_number HAVING count(*) > 1",
  "I06 issued means signed": `
    SELECT c.id FROM certificate c WHERE c.der IS NOT NULL AND NOT EXISTS
      (SELECT FROM signing_log s WHERE s.authority_id = c.authority_id AND s.serial_number = c.serial_number)`,
  "I08 CRL numbers and times only go up": `
    SELECT * FROM (SELECT authority_id, this_update, published_at, lag(this_update) OVER w AS before, lag(published_at) OVER w AS published_before
      FROM crl WHERE state = 'published' WINDOW w AS (PARTITION BY authority_id ORDER BY number)) x
    WHERE this_update < before OR published_at < published_before`,
  "I13 a key belongs to one device":
    "SELECT spki_sha256 FROM certificate WHERE device_id IS NOT NULL GROUP BY 1 HAVING count(DISTINCT device_id) > 1",
  "I15 validity lies inside the issuer's": `
    SELECT c.id FROM certificate c JOIN authority a ON a.id = c.authority_id WHERE c.not_after > a.not_after OR c.not_before < a.not_before`,
  "I17 a token gave at most one certificate, in time, to its device": `
    SELECT t.id FROM enrollment_token t JOIN certificate c ON c.token_id = t.id WHERE c.state <> 'orphaned' GROUP BY t.id HAVING count(*) > 1
    UNION SELECT t.id FROM enrollment_token t JOIN certificate c ON c.token_id = t.id AND c.state IN ('issued', 'revoked')
    WHERE t.state <> 'redeemed' OR t.redeemed_at > t.expires_at OR t.device_id <> c.device_id`,
  "I18 no renewal was authenticated by a certificate that was revoked or expired then, or of another device": `
    SELECT n.id FROM certificate n JOIN certificate o ON o.id = n.authenticated_by_id
    WHERE n.state = 'issued' AND (o.device_id <> n.device_id OR o.not_after < n.precommit_at OR o.revoked_at < n.issued_at)`,
  "I20 each issuance and each revocation has its audit row": `
    SELECT c.id FROM certificate c WHERE c.purpose <> 'authority' AND c.issued_at IS NOT NULL AND NOT EXISTS
      (SELECT FROM audit_event a WHERE a.action = 'certificate.issue' AND a.target_id = encode(c.serial_number, 'hex'))
    UNION SELECT c.id FROM certificate c WHERE c.state = 'revoked' AND NOT EXISTS
      (SELECT FROM audit_event a WHERE a.action = 'certificate.revoke' AND a.target_id = encode(c.serial_number, 'hex'))`,
  "I23 nothing lies in the future": `
    SELECT id::text FROM certificate WHERE greatest(precommit_at, issued_at, revoked_at) > now() + interval '5 s'
    UNION SELECT seq::text FROM audit_event WHERE at > now() + interval '5 s'`,
  "I25 no half-built schema objects":
    "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid UNION SELECT conname FROM pg_constraint WHERE NOT convalidated",
};

export async function findViolations(query: (sql: string) => Promise<unknown[]>): Promise<string[]> {
  const broken: string[] = [];
  for (const [name, sql] of Object.entries(invariants)) if ((await query(sql)).length > 0) broken.push(name);
  return broken;
}
