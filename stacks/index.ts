/**
 * What the engine calls for `pulumi preview`, `up` and the like. It takes a module with a default export alone.
 */
import { program } from "./program.ts";

export default () => program();
