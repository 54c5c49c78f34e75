import NextLink from "next/link";
import type { ComponentProps } from "react";

/** Without prefetching: every page reads the records, and a list of 50 rows would ask for 50 pages nobody opens. */
export function Link(props: ComponentProps<typeof NextLink>) {
  return <NextLink prefetch={false} {...props} />;
}
