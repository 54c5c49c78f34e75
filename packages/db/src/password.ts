/** The hash that better-auth stores and checks (scrypt), for accounts that are made outside a sign-in. */
export { hashPassword } from "better-auth/crypto";
