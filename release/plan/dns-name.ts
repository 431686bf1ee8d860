/** A DNS name in the form in which names compare: without case, and without the dot at the end (RFC 4343, RFC 1034). */
export const dnsName = (name: string): string => name.toLowerCase().replace(/\.$/, "");
