/** What dispatch and canary answer to their own containers' health checks; ingest answers it among its routes. */
import { type FastifyInstance, fastify } from "fastify";

/** GET /health: 200 while `works()`, else 503. To be listened to on loopback alone. */
export function createHealth(works: () => boolean): FastifyInstance {
  const app = fastify();
  app.get("/health", async (_request, reply) =>
    works() ? { status: "ready" } : reply.code(503).send({ error: "no turn for too long" }),
  );
  return app;
}
