/**
 * What was typed and not sent yet, kept in this window until it is sent: over a lost line, a reload, a sign-in.
 *
 * A form says with data-keep what it is: the run, the section and the state's number. When that number has changed,
 * the answers were given elsewhere, and what was typed here is not put over them.
 */

const PREFIX = "yakuba-typed-";

function keyOf(form: HTMLFormElement): string | undefined {
  const name = form.dataset["keep"];
  return name && PREFIX + name;
}

export function keepTyped(changed: EventTarget | null): void {
  const form = changed instanceof Element ? changed.closest("form") : null;
  const key = form && keyOf(form);
  if (!key) return;
  const values: Record<string, string[]> = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== "string" || name === "csrfmiddlewaretoken") continue;
    values[name] = [...(values[name] ?? []), value];
  }
  try {
    sessionStorage.setItem(key, JSON.stringify(values));
  } catch {
    // a full or forbidden storage keeps nobody from answering
  }
}

export function forget(form: HTMLFormElement): void {
  const key = keyOf(form);
  if (key) sessionStorage.removeItem(key);
}

/** Fill the form of a page that is about to be shown with what was typed there before. */
export function restore(page: ParentNode): void {
  const form = page.querySelector<HTMLFormElement>("form[data-keep]");
  const kept = form && sessionStorage.getItem(keyOf(form) ?? "");
  if (!form || !kept || form.querySelector("[aria-invalid]")) return;
  const values = JSON.parse(kept) as Record<string, string[]>;
  for (const control of form.elements) {
    if (control instanceof HTMLInputElement && /^(radio|checkbox)$/.test(control.type)) {
      control.checked = values[control.name]?.includes(control.value) ?? false;
    } else if (
      control instanceof HTMLInputElement ||
      control instanceof HTMLSelectElement ||
      control instanceof HTMLTextAreaElement
    ) {
      const value = values[control.name]?.[0];
      const ours = ["csrfmiddlewaretoken", "rev", "item"].includes(control.name);
      if (value !== undefined && !ours && control.name) control.value = value;
    }
  }
  for (const island of form.querySelectorAll<HTMLElement>("[data-restores]")) {
    const ids = values[island.dataset["restores"] ?? ""];
    if (ids) island.setAttribute("kept", JSON.stringify(ids));
  }
}
