/** A Flex message as LINE draws it: boxes, texts, lines and buttons. Colours are those that the message says. */
import { type Action, type FlexNode, gap, letters } from "./model";

type Press = (action: Action) => void;

export function bubble(contents: FlexNode, press: Press): HTMLElement {
  const made = document.createElement("div");
  made.className = "yk-phone__card";
  for (const block of [contents.hero, contents.body, contents.footer]) {
    if (!block) continue;
    const drawn = node(block, press);
    if (block === contents.hero) {
      made.append(drawn);
      continue;
    }
    drawn.classList.add("yk-phone__block");
    made.append(drawn);
  }
  return made;
}

function node(one: FlexNode, press: Press): HTMLElement {
  switch (one.type) {
    case "text":
      return text(one, press);
    case "separator":
      return separator(one);
    case "button":
      return button(one, press);
    case "image":
      return picture(one, press);
    default:
      return box(one, press);
  }
}

function box(one: FlexNode, press: Press): HTMLElement {
  const action = one.action;
  const made = document.createElement(action ? "button" : "div");
  made.className = "yk-phone__box";
  const style = made.style;
  style.flexDirection = one.layout === "vertical" ? "column" : "row";
  style.gap = gap(one.spacing);
  if (one.paddingAll) style.padding = one.paddingAll;
  if (one.cornerRadius) style.borderRadius = one.cornerRadius;
  if (one.backgroundColor) style.backgroundColor = one.backgroundColor;
  if (one.borderWidth)
    style.border = `${one.borderWidth} solid ${one.borderColor ?? "currentcolor"}`;
  if (one.layout === "baseline") style.alignItems = "baseline";
  for (const inner of one.contents ?? []) {
    const drawn = node(inner, press);
    if (inner.margin) drawn.style.marginBlockStart = gap(inner.margin);
    if (one.layout !== "vertical")
      drawn.style.flex = inner.flex === 0 ? "none" : `${inner.flex ?? 1} 1 0`;
    made.append(drawn);
  }
  if (action && made instanceof HTMLButtonElement) {
    made.type = "button";
    made.addEventListener("click", () => press(action));
  }
  return made;
}

function picture(one: FlexNode, press: Press): HTMLElement {
  const made = document.createElement("img");
  made.className = "yk-phone__picture";
  made.src = one.url ?? "";
  made.alt = "";
  made.style.aspectRatio = (one.aspectRatio ?? "1:1").replace(":", " / ");
  const action = one.action;
  if (!action) return made;
  const tap = document.createElement("button");
  tap.type = "button";
  tap.className = "yk-phone__box";
  tap.setAttribute("aria-label", action.label ?? "");
  tap.append(made);
  tap.addEventListener("click", () => press(action));
  return tap;
}

function text(one: FlexNode, press: Press): HTMLElement {
  const action = one.action;
  const made = document.createElement(action ? "button" : "span");
  if (action && made instanceof HTMLButtonElement) {
    made.type = "button";
    made.addEventListener("click", () => press(action));
  }
  made.className = "yk-phone__words";
  made.textContent = one.text ?? "";
  made.style.fontSize = letters(one.size);
  if (one.color) made.style.color = one.color;
  if (one.decoration) made.style.textDecoration = one.decoration;
  if (one.weight === "bold") made.style.fontWeight = "700";
  return made;
}

function separator(one: FlexNode): HTMLElement {
  const made = document.createElement("hr");
  made.className = "yk-phone__line";
  if (one.color) made.style.borderColor = one.color;
  return made;
}

function button(one: FlexNode, press: Press): HTMLElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "yk-phone__button";
  made.dataset["style"] = one.style ?? "link";
  if (one.color && one.style !== "link") made.style.backgroundColor = one.color;
  made.textContent = one.action?.label ?? "";
  const action = one.action;
  if (action) made.addEventListener("click", () => press(action));
  return made;
}
