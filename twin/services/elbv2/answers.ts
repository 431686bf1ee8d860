import { type IncomingMessage, type ServerResponse, STATUS_CODES } from "node:http";

/** Titles that an ALB writes differently from the HTTP standard. */
const titles: Record<number, string> = { 503: "503 Service Temporarily Unavailable", 504: "504 Gateway Time-out" };

/** The page that an ALB sends when it answers by itself. */
export function page(status: number): string {
  const title = titles[status] ?? `${status} ${STATUS_CODES[status] ?? ""}`.trim();
  return (
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n` +
    `<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`
  );
}

/** Answers a request at the load balancer itself; the rest of the request is read and thrown away. */
export function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
  body = page(status),
): void {
  request.resume();
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, {
    server: "awselb/2.0",
    date: new Date().toUTCString(),
    "content-type": "text/html",
    "content-length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}
