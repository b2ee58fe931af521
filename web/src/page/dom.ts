/** Building elements: every text becomes a text node, so that nothing that a certificate says can be markup. */

export type Child = Node | string | null;

/** An element with these attributes and children; null children are left out. */
export function element(tag: string, attributes: Readonly<Record<string, string>>, ...children: Child[]): HTMLElement {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null));
  return made;
}

/** `text` marked as English. */
export function english(text: string): HTMLElement {
  return element("span", { lang: "en" }, text);
}

/** A foreign text: its direction cannot reach what stands around it. */
export function isolated(text: string): HTMLElement {
  return element("bdi", {}, text);
}

/** The element that the page must have. */
export function found(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}
