/**
 * What Pulumi's run-policy-pack requires. It has ts-node in front of `require`, which would type-check the pack on every
 * preview; `import` goes past it to Node's own TypeScript. The types are checked by `npm test`.
 */
module.exports = import("./index.ts");
