import localFont from "next/font/local";

export const sans = localFont({
  src: [
    { path: "./fonts/fieldseal-sans-400.woff2", weight: "400" },
    { path: "./fonts/fieldseal-sans-500.woff2", weight: "500" },
    { path: "./fonts/fieldseal-sans-600.woff2", weight: "600" },
  ],
  variable: "--font-fieldseal-sans",
  display: "swap",
  adjustFontFallback: "Arial",
});

export const mono = localFont({
  src: [{ path: "./fonts/fieldseal-mono-400.woff2", weight: "400" }],
  variable: "--font-fieldseal-mono",
  display: "swap",
  preload: false,
  adjustFontFallback: false,
});
