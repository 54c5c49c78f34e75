/**
 * Through the HTTP route, because only that one counts tries. Null when it worked; the refusal never says which of the two
 * was wrong.
 */
export async function signIn(email: string, password: string): Promise<string | null> {
  try {
    const answer = await fetch("/api/auth/sign-in/email", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    if (answer.ok) return null;
    if (answer.status === 429) {
      const wait = Number(answer.headers.get("x-retry-after")) || 10;
      return `Too many tries from this address. Wait ${wait} s, then try again.`;
    }
    if (answer.status < 500) return "E-mail and password do not fit together.";
    return "The console cannot check the password now: its database does not answer.";
  } catch {
    return "The console does not answer. Look whether it runs and whether this computer reaches it.";
  }
}
