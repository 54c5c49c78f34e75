"use client";

import { useRouter } from "next/navigation";
import { useActionState, useEffect } from "react";

import { publishCrl } from "./actions.ts";

export function PublishButton({
  authorityId,
  label,
  isPrimary,
}: {
  authorityId: string;
  label: string;
  isPrimary?: boolean;
}) {
  const [result, submit, isPending] = useActionState(publishCrl, { status: "idle" });
  const router = useRouter();
  useEffect(() => {
    if (result.status !== "done") return;
    // The worker needs a moment; two looks show the new list without a reload by hand.
    const timers = [1_500, 5_000].map((wait) => setTimeout(() => router.refresh(), wait));
    return () => timers.forEach(clearTimeout);
  }, [result, router]);
  return (
    <form action={submit}>
      <input type="hidden" name="authorityId" value={authorityId} />
      <button
        type="submit"
        className={isPrimary ? "btn primary" : "btn"}
        disabled={isPending || result.status === "done"}
      >
        {result.status === "done" ? "Asked" : isPending ? "Asking" : label}
      </button>
      {result.status === "refused" ? (
        <p className="crit meta" role="alert">
          {result.message}
        </p>
      ) : (
        <output className="sr-only">{result.status === "done" ? result.message : ""}</output>
      )}
    </form>
  );
}
