import { type Command, jsonOption } from "./command.ts";

const usageOf = (command: Command) => {
  const options = Object.entries(command.options).map(([name, spec]) => {
    const text = spec.value === undefined ? `--${name}` : `--${name} ${spec.value}`;
    return spec.required ? text : `[${text}]`;
  });
  return ["fieldseal", command.name, ...command.arguments, ...options, "[--json]"].join(" ");
};

export function helpOf(command: Command): string {
  const width = Math.max(
    6,
    ...Object.entries(command.options).map(([name, spec]) => name.length + (spec.value ?? "").length + 3),
  );
  const lines = Object.entries({ ...command.options, json: jsonOption }).map(([name, spec]) => {
    const flag = `--${name}${spec.value ? ` ${spec.value}` : ""}`;
    return `  ${flag.padEnd(width)}  ${spec.help}`;
  });
  return [
    command.summary,
    "",
    `Usage: ${usageOf(command)}`,
    ...(command.details ? ["", command.details] : []),
    "",
    "Options",
    ...lines,
    "",
  ].join("\n");
}

export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name, arguments: args }) => [name, ...args].join(" ").length));
  const lines = commands.map(
    (command) => `  ${[command.name, ...command.arguments].join(" ").padEnd(width)}  ${command.summary}`,
  );
  return [
    "Fieldseal: certificate lifecycle management for industrial devices.",
    "",
    "Usage: fieldseal COMMAND [options]      fieldseal COMMAND --help",
    "",
    ...lines,
    "",
    "Exit codes: 0 done, 1 refused (the reason is on standard error), 2 wrong usage.",
    "",
  ].join("\n");
}
