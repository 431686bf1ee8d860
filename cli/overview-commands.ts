/** Commands that read all stacks at once, apart from the others: loading a stack's program would take most of their time. */

export { doctorCommand } from "./doctor-command.ts";
export { historyCommand } from "./history-command.ts";
export { initCommand } from "./init-command.ts";
export { statusCommand } from "./status-command.ts";
