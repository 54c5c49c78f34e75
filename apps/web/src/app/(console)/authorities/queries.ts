import "server-only";
import { notFound } from "next/navigation";
import { cache } from "react";

import { getConsole } from "@/compose.ts";
import { requirePerson } from "@/session.ts";

export const loadAuthorities = cache(async () => {
  await requirePerson();
  return getConsole().reads.listAuthorities();
});

export const loadAuthority = cache(async (id: string) => {
  const person = await requirePerson();
  const { reads, config } = getConsole();
  const [authority, crls, chain, installation] = await Promise.all([
    reads.findAuthority(id),
    reads.listCrls(id),
    reads.listChain(id),
    reads.findInstallation(),
  ]);
  if (!authority) notFound();
  return {
    person,
    authority,
    crls,
    chain,
    publicUrl: (installation?.publicUrl ?? config.publicUrl).replace(/\/$/, ""),
  };
});
