/** What a person types on the device; run against a real EST endpoint as printed (ux.md S0 step 5). */

export type EnrolmentPlace = { estUrl: string; rootPem: string; rootSha256Hex: string; publicUrl: string };

const request = `openssl ecparam -name prime256v1 -genkey -noout -out $NEW.key
openssl req -new -key $NEW.key -subj "/CN=$DEV" -outform DER | openssl base64 > $NEW.p10`;

export function writeEnrolCommands(deviceId: string, estUrl: string): string {
  return `DEV=${deviceId}
EST=${estUrl}
umask 077
printf 'One-time token: '; read -r OTP
${request.replaceAll("$NEW", "$DEV")}
printf 'user = "%s:%s"\\n' "$DEV" "$OTP" | curl -fsS -K - --cacert root.pem \\
  -H 'Content-Type: application/pkcs10' -H 'Content-Transfer-Encoding: base64' \\
  --data-binary @$DEV.p10 $EST/simpleenroll \\
  | openssl base64 -d | openssl pkcs7 -inform DER -print_certs -out $DEV.crt
curl -fsS --cacert root.pem $EST/cacerts \\
  | openssl base64 -d | openssl pkcs7 -inform DER -print_certs -out ca-chain.pem
openssl verify -CAfile root.pem -untrusted ca-chain.pem $DEV.crt`;
}

export function writeRenewCommands(deviceId: string, estUrl: string): string {
  return `DEV=${deviceId}
EST=${estUrl}
NEW=$DEV-new
umask 077
${request}
curl -fsS --cacert root.pem --cert $DEV.crt --key $DEV.key \\
  -H 'Content-Type: application/pkcs10' -H 'Content-Transfer-Encoding: base64' \\
  --data-binary @$NEW.p10 $EST/simplereenroll \\
  | openssl base64 -d | openssl pkcs7 -inform DER -print_certs -out $NEW.crt
openssl verify -CAfile root.pem -untrusted ca-chain.pem $NEW.crt \\
  && mv $NEW.key $DEV.key && mv $NEW.crt $DEV.crt`;
}

export function writeBrokerCommands(publicUrl: string, issuers: readonly string[]): string {
  const lists = issuers.map((id) => `curl -fsS ${publicUrl}/crl/${id}.crl | openssl crl -inform DER`).join("\n");
  return `# CRL for the broker, before it runs out; then reload (SIGHUP)
{
${lists
  .split("\n")
  .map((line) => `  ${line}`)
  .join("\n")}
} > CERTS/crl.pem

# Mosquitto 2
listener 8883
cafile   CERTS/ca-chain.pem         # root + every issuing CA still in use
certfile CERTS/broker-fullchain.pem
keyfile  CERTS/broker.key           # must be readable by the account Mosquitto runs as
require_certificate true
use_identity_as_username true
allow_anonymous false
crlfile  CERTS/crl.pem`;
}

export function countLines(text: string): number {
  return text.trimEnd().split("\n").length;
}
