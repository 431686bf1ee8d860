/** Commands that can answer without a stack's program, apart from the others: loading it would take most of their time. */

export { doctorCommand } from "./doctor-command.ts";
export { historyCommand } from "./history-command.ts";
export { initCommand } from "./init-command.ts";
export { previewCommand } from "./preview-command.ts";
export { statusCommand } from "./status-command.ts";
