/**
 * What the engine calls for `pulumi preview`, `up` and the like. It takes a module with a default export alone.
 */
import { program } from "./program.ts";

// The SDK records a stack trace for every promise, and its launcher maps each one to sources (source-map-support,
// @pulumi/pulumi/cmd/run): a third of a preview's processor time. Node 24 runs these sources as they are.
Reflect.deleteProperty(Error, "prepareStackTrace");

export default () => program();
