import { describeKeyAlgorithm, isKeyAlgorithm } from "@fieldseal/pki/algorithms";

/** "ec-p256" of the records as people write it, "EC P-256"; a key that we do not know is said to be one. */
export function keyWords(algorithm: string | null): string {
  if (isKeyAlgorithm(algorithm)) return describeKeyAlgorithm(algorithm);
  return algorithm ?? "unknown algorithm";
}
