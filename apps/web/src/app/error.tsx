"use client";

export default function PageError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <div className="state" role="alert">
      <h1>This page cannot be read now</h1>
      <p>
        The console did not get its data. Devices renew and brokers check as before; only this screen is affected. Try
        again, and if it stays so, look whether PostgreSQL runs.
      </p>
      <div className="row">
        <button type="button" className="btn" onClick={reset}>
          Retry
        </button>
        {error.digest && <span className="mono t2">ref {error.digest}</span>}
      </div>
    </div>
  );
}
