import type { ReactNode } from "react";

import { Link } from "@/ui/link.tsx";

import { hrefWith } from "./filter-bar.tsx";
import { Glyph } from "./glyph.tsx";

type Parameters = Readonly<Record<string, string | undefined>>;

/** A column head that sorts the whole result on the server. */
export function SortHead(props: {
  path: string;
  keep: Parameters;
  /** Name of this column in `sort`, and what is sorted by now. */
  by: string;
  sort: string;
  descending: boolean;
  className?: string;
  children: ReactNode;
}) {
  const isActive = props.by === props.sort;
  const next = isActive && !props.descending ? `${props.by}.desc` : props.by;
  return (
    <th
      scope="col"
      className={props.className}
      aria-sort={isActive ? (props.descending ? "descending" : "ascending") : "none"}
    >
      <Link className="sort" href={hrefWith(props.path, { ...props.keep, sort: next })}>
        {props.children}
        {isActive && <Glyph name="caret" className={props.descending ? "caret" : "caret up"} />}
      </Link>
    </th>
  );
}

export function Pager(props: {
  path: string;
  keep: Parameters;
  next: string | null;
  previous: string | null;
  children: ReactNode;
}) {
  const { path, keep, next, previous } = props;
  return (
    <nav className="pager" aria-label="Pages">
      <span>{props.children}</span>
      {previous ? (
        <Link className="btn s" href={hrefWith(path, { ...keep, before: previous })}>
          Previous
        </Link>
      ) : (
        <span className="btn s" aria-disabled="true">
          Previous
        </span>
      )}
      {next ? (
        <Link className="btn s" href={hrefWith(path, { ...keep, after: next })}>
          Next
        </Link>
      ) : (
        <span className="btn s" aria-disabled="true">
          Next
        </span>
      )}
      <span className="only-l ml-auto">50 per page</span>
    </nav>
  );
}

export function Views({
  path,
  views,
  current,
}: {
  path: string;
  views: readonly { name: string; q: string }[];
  current: string;
}) {
  return (
    <nav className="tabs mb-0" aria-label="Views">
      {views.map(({ name, q }) => (
        <Link
          key={name}

          href={hrefWith(path, { q })}
          aria-current={q === current ? "page" : undefined}
        >
          {name}
        </Link>
      ))}
    </nav>
  );
}
