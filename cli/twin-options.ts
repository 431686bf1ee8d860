import { InvalidArgumentError, Option } from "commander";

// Options of every command that starts a twin.

export const proxyPortOption = new Option(
  "--proxy-port <port>",
  "port of the twin's internet, an HTTP CONNECT proxy (default: any free one)",
).argParser((text) => {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new InvalidArgumentError("expected 1 to 65535");
  return port;
});

export const containersOption = new Option(
  "--containers <how>",
  "how containers run (default: in Docker where an engine answers, else as processes)",
).choices(["docker", "processes"]);
