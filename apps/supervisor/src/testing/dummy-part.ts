// Stands in for a part in the supervisor's own tests: says "ready", repeats some of its environment, ends when told to.
import { createServer } from "node:http";

const name = process.argv[1] ?? "";
const stop = () => process.exit(0);
process.on("SIGTERM", stop);
process.on("disconnect", stop);

const port = Number(process.env.DUMMY_PORT ?? 0);
const listener = createServer((_request, response) => response.end(JSON.stringify(process.env)));
listener.listen(port, "127.0.0.1", () => {
  console.error(`pid ${process.pid}`); // what a part says on standard error is shown
  process.send?.("ready");
});
if (process.env.DUMMY_FAILS) {
  console.error(`cannot go on: ${name.length > 0}`);
  process.exit(3);
}
