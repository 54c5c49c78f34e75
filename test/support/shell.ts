import { execFile } from "node:child_process";

export type ShellResult = { code: number; stdout: string; stderr: string };

/** A POSIX shell script as a fitter would type it. The exit code is that of the last command or of a broken pipe part. */
export function sh(script: string, options: { cwd: string; env?: Record<string, string> }): Promise<ShellResult> {
  return new Promise((resolve) => {
    const child = execFile(
      "bash",
      ["-c", `set -o pipefail\n${script}`],
      {
        cwd: options.cwd,
        env: { PATH: process.env["PATH"] ?? "", HOME: options.cwd, LANG: "C.UTF-8", ...options.env },
        timeout: 60_000,
      },
      (error, stdout, stderr) =>
        resolve({ code: error ? (typeof error.code === "number" ? error.code : 1) : 0, stdout, stderr }),
    );
    child.stdin?.on("error", () => undefined); // a script that does not read may be gone already
    child.stdin?.end();
  });
}

/** Runs and throws with everything that was printed unless it succeeds. */
export async function mustSh(script: string, options: Parameters<typeof sh>[1]): Promise<string> {
  const { code, stdout, stderr } = await sh(script, options);
  if (code !== 0) throw new Error(`exit ${code} of: ${script}\n${stdout}\n${stderr}`);
  return stdout;
}
