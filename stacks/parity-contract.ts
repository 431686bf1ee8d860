/** placeholder until the contract lands */
export interface Entry { readonly resource: string; readonly path: string; readonly rule: "free" | "size" | "stagingOnly" | "stores"; readonly reason: string }
export const contract: readonly Entry[] = [];
