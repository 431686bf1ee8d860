/**
 * The container's health check: exits with 0 when what runs here answers GET /health on its port with 200, else with 1.
 *
 * The certificate is not verified. The call stays on loopback, where nobody else can listen, and asks whether the process
 * works; the load balancer does not verify it either. Verified here, a certificate that ran out would have every container
 * killed while all of them still take orders.
 *
 * Plain JavaScript, since it is started every five seconds: stripping types would take half as much processor again.
 */
import http from "node:http";
import https from "node:https";

const { PORT, TLS_CERT } = process.env;

const client = TLS_CERT === undefined ? http : https;
client
  .get({ host: "127.0.0.1", port: PORT, path: "/health", rejectUnauthorized: false }, ({ statusCode }) =>
    process.exit(statusCode === 200 ? 0 : 1),
  )
  .on("error", () => process.exit(1));
