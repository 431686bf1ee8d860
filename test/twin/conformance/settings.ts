/** The provider's settings, the same for both sides: none of them needs an AWS account. */
export function settingsOf(name: string): Record<string, string> {
  if (name !== "aws") return {};
  const skipped = [
    "skipCredentialsValidation",
    "skipRegionValidation",
    "skipRequestingAccountId",
    "skipMetadataApiCheck",
  ];
  return { region: "ap-southeast-2", ...Object.fromEntries(skipped.map((setting) => [setting, "true"])) };
}
