import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";

import { getPreferences } from "@/preferences.ts";
import { Sprite } from "@/ui/sprite.tsx";

import { mono, sans } from "./fonts.ts";

import "./globals.css";

export const metadata: Metadata = {
  title: { default: "Fieldseal", template: "%s · Fieldseal" },
  robots: { index: false, follow: false },
};
export const viewport: Viewport = { width: "device-width", initialScale: 1 };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const { theme, density } = await getPreferences();
  return (
    <html
      lang="en"
      className={`${sans.variable} ${mono.variable}`}
      data-theme={theme === "system" ? undefined : theme}
      data-density={density === "default" ? undefined : density}
      suppressHydrationWarning
    >
      <body>
        <Sprite />
        {children}
      </body>
    </html>
  );
}
