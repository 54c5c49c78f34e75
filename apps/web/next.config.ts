import path from "node:path";

import type { NextConfig } from "next";

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  // Next's helper would otherwise write files for coding assistants into the repository.
  agentRules: false,
  transpilePackages: ["@fieldseal/core", "@fieldseal/db", "@fieldseal/pki"],
  serverExternalPackages: ["pg", "@prisma/client", "@prisma/adapter-pg"],
  turbopack: { root: path.join(import.meta.dirname, "../..") },
  experimental: { agentUpgrade: false },
};

export default config;
