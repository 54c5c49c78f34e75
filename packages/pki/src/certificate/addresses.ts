/** Addresses printed into certificates: fixed for the life of everything that carries them. Plain HTTP, RFC 5280 8. */
export function crlUrlOf(publicUrl: string, authorityId: string): string {
  return `${publicUrl}/crl/${authorityId}.crl`;
}

export function caIssuersUrlOf(publicUrl: string, authorityId: string): string {
  return `${publicUrl}/ca/${authorityId}.cer`;
}
