"use client";

import { usePathname } from "next/navigation";

import { Link } from "@/ui/link.tsx";

const destinations: readonly { href: string; name: string; group?: string }[] = [
  { href: "/", name: "Overview" },
  { href: "/devices", name: "Devices" },
  { href: "/certificates", name: "Certificates" },
  { href: "/authorities", name: "Authorities", group: "Trust" },
  { href: "/alerts/deliveries", name: "Mail", group: "Watch" },
  { href: "/audit", name: "Audit log", group: "Watch" },
];

export function Navigation() {
  const path = usePathname();
  const isHere = (href: string) => (href === "/" ? path === "/" : path === href || path.startsWith(`${href}/`));
  return destinations.map(({ href, name, group }, index) => (
    <div key={href}>
      {group && destinations[index - 1]?.group !== group && <div className="grp">{group}</div>}
      <Link
        href={href}

        className={group ? "sub" : undefined}
        aria-current={isHere(href) ? "page" : undefined}
      >
        {name}
      </Link>
    </div>
  ));
}
