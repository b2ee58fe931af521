/** Addresses of scripts under Trusted Types: each policy lets one constant pass. */

interface Policy {
  createScriptURL(address: string): string;
}

interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL: (address: string) => string }): Policy;
}

/** `address`, let through by the policy `name`, which lets through nothing but `only`. */
export function trusted(name: string, only: string, address: string): string {
  const { trustedTypes } = window as { trustedTypes?: PolicyFactory };
  if (trustedTypes === undefined) return address;
  const policy = trustedTypes.createPolicy(name, {
    createScriptURL(asked) {
      if (asked !== only) throw new TypeError("not a script of this page");
      return asked;
    },
  });
  return policy.createScriptURL(address);
}
