import { systemRandom } from "@fieldseal/core/random";
import { unstable_rethrow } from "next/navigation";
import { Suspense, type ReactNode } from "react";

import { getFormat } from "../preferences.ts";
import { CopyButton } from "./copy-button.tsx";
import { RetryButton } from "./refresh.tsx";

export function Panel(props: {
  title?: ReactNode;
  aside?: ReactNode;
  footer?: ReactNode;
  flush?: boolean;
  children: ReactNode;
}) {
  return (
    <section className={props.flush ? "panel flush" : "panel"}>
      {props.title !== undefined && (
        <header>
          <h2>{props.title}</h2>
          {typeof props.aside === "string" ? <span className="meta">{props.aside}</span> : props.aside}
        </header>
      )}
      {props.children}
      {props.footer !== undefined && <footer>{props.footer}</footer>}
    </section>
  );
}

export function SkeletonRows({ rows = 4 }: { rows?: number }) {
  return (
    <div className="skeleton skeleton-rows" aria-hidden="true">
      {Array.from({ length: rows }, (_, index) => (
        <span key={index}>
          <i className="sk" />
          <i className="sk" />
          <i className="sk" />
        </span>
      ))}
    </div>
  );
}

/** Says what could not be read and what that means; the cause goes to the log under the same id. */
export async function Unavailable({ what, error }: { what: string; error: unknown }) {
  const format = await getFormat();
  const reference = Buffer.from(systemRandom.bytes(4)).toString("hex");
  console.error(`[${reference}] ${what}:`, error);
  return (
    <div className="state" role="alert">
      <p>
        <b>{what} cannot be read.</b> The rest of this page still works; devices are not affected. Seen{" "}
        {format.clockSeconds(format.now)} {format.zoneLabel}.
      </p>
      <div className="row">
        <RetryButton />
        <span className="mono t2">
          ref {reference} <CopyButton value={reference} what="the reference" />
        </span>
      </div>
    </div>
  );
}

async function Loaded<T>({
  what,
  load,
  children,
}: {
  what: string;
  load: () => Promise<T>;
  children: (value: T) => ReactNode;
}) {
  let value: T;
  try {
    value = await load();
  } catch (error) {
    unstable_rethrow(error);
    return <Unavailable what={what} error={error} />;
  }
  return children(value);
}

/** A part of a page that loads, fails and recovers by itself. */
export function Region<T>(props: {
  what: string;
  load: () => Promise<T>;
  rows?: number;
  children: (value: T) => ReactNode;
}) {
  return (
    <Suspense fallback={<SkeletonRows rows={props.rows ?? 4} />}>
      <Loaded what={props.what} load={props.load}>
        {props.children}
      </Loaded>
    </Suspense>
  );
}
