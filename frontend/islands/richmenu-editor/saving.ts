/** Keeping the draft: a moment after the last change, one at a time, and never over somebody else's. */
import type { Menu } from "./model";

export interface Problem {
  is_red: boolean;
  sentence: string;
  tab: string;
  cell: number | null;
}
export interface Kept {
  rev: number;
  by: string;
  at: string;
  problems: Problem[];
  document?: Menu;
  sentence?: string;
}
export type Said =
  | { kind: "kept"; kept: Kept }
  | { kind: "overtaken"; kept: Kept }
  | { kind: "refused"; sentence: string }
  | { kind: "lost"; sentence: string };

const WAIT = 700;

export class Saving {
  rev: number;
  #timer = 0;
  #isSending = false;
  #waiting: { menu: Menu; words: string } | undefined;

  constructor(
    readonly address: string,
    rev: number,
    readonly token: () => string,
    readonly said: (said: Said) => void,
  ) {
    this.rev = rev;
  }

  get isClean(): boolean {
    return !this.#waiting && !this.#isSending;
  }

  want(menu: Menu, words: string, wait = WAIT): void {
    this.#waiting = { menu, words };
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#send(), wait);
  }

  /** Forget what was not kept: somebody else's state was taken instead. */
  drop(rev: number): void {
    window.clearTimeout(this.#timer);
    this.#waiting = undefined;
    this.rev = rev;
  }

  async #send(): Promise<void> {
    if (this.#isSending || !this.#waiting) return;
    const { menu, words } = this.#waiting;
    this.#waiting = undefined;
    this.#isSending = true;
    const said = await this.#post(menu, words);
    this.#isSending = false;
    if (said.kind === "kept") this.rev = said.kept.rev;
    else this.#waiting ??= { menu, words }; // it is still to be kept, as soon as somebody says how
    this.said(said);
    if (said.kind === "kept" && this.#waiting) await this.#send();
    else if (said.kind === "lost") this.#timer = window.setTimeout(() => void this.#send(), 5000);
  }

  async #post(menu: Menu, words: string): Promise<Said> {
    try {
      const answer = await fetch(this.address, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token() },
        body: JSON.stringify({ document: menu, rev: this.rev, words }),
      });
      if (answer.redirected || !answer.headers.get("Content-Type")?.includes("json"))
        return { kind: "refused", sentence: "保存できませんでした。サインインし直してください。" };
      const kept = (await answer.json()) as Kept;
      if (answer.ok) return { kind: "kept", kept };
      if (answer.status === 409) return { kind: "overtaken", kept };
      return { kind: "refused", sentence: kept.sentence ?? "保存できませんでした。" };
    } catch {
      return { kind: "lost", sentence: "通信できません。つながりしだい保存します。" };
    }
  }
}
