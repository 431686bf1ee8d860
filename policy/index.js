// Pulumi loads a policy pack with `require`, and would compile a TypeScript entry itself; Node 24 runs it as it is.
import "./pack.ts";
