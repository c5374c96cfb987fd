/** LINE's messages, as far as the product sends them, and what is to be shown under the last one. */

export interface Action {
  type: string;
  label?: string;
  data?: string;
  displayText?: string;
  uri?: string;
  clipboardText?: string;
  text?: string;
  mode?: "date" | "time" | "datetime";
  initial?: string;
  min?: string;
  max?: string;
}

export interface FlexNode {
  type: string;
  layout?: "vertical" | "horizontal" | "baseline";
  contents?: FlexNode[];
  text?: string;
  size?: string;
  weight?: string;
  color?: string;
  style?: string;
  flex?: number;
  margin?: string;
  spacing?: string;
  paddingAll?: string;
  borderWidth?: string;
  borderColor?: string;
  cornerRadius?: string;
  backgroundColor?: string;
  action?: Action;
  decoration?: string;
  aspectRatio?: string;
  hero?: FlexNode;
  body?: FlexNode;
  footer?: FlexNode;
  url?: string;
}

export interface Message {
  type: string;
  text?: string;
  altText?: string;
  contents?: FlexNode;
  originalContentUrl?: string;
  previewImageUrl?: string;
  quickReply?: { items: { action: Action }[] };
}

export interface Answer {
  state?: unknown;
  messages?: Message[];
  over?: string;
  trouble?: string;
  why?: string;
}

/** What a pressed button asks the phone to do. */
export type Deed =
  | { do: "press"; data: string; shown: string }
  | { do: "pick"; action: Action }
  | { do: "type"; text: string }
  | { do: "photo" | "place"; shown: string }
  | { do: "page"; section: string }
  | { do: "nothing"; why: string };

const PAGE = "https://page.invalid/run";

/** LINE shows quick replies only under the newest message, and only that message's. */
export function choicesOf(messages: Message[]): Action[] {
  return messages.at(-1)?.quickReply?.items.map((item) => item.action) ?? [];
}

export function deedOf(action: Action): Deed {
  switch (action.type) {
    case "postback":
      return { do: "press", data: action.data ?? "", shown: action.displayText ?? "" };
    case "datetimepicker":
      return { do: "pick", action };
    case "message":
      return { do: "type", text: action.text ?? "" };
    case "camera":
    case "cameraRoll":
      return { do: "photo", shown: "（見本の写真）" };
    case "location":
      return { do: "place", shown: "（見本の位置）" };
    default:
      return addressed(action.uri ?? "");
  }
}

/** A link to our page opens it over the talk; everything else leaves the phone, which a trial does not. */
function addressed(uri: string): Deed {
  if (uri === PAGE || uri.startsWith(`${PAGE}/`) || uri.startsWith(`${PAGE}?`)) {
    const path = uri.slice(PAGE.length).split("?")[0] ?? "";
    return { do: "page", section: decodeURIComponent(path.replace(/^\//, "")) };
  }
  const why = uri.startsWith("tel:") ? `本物では、${uri.slice(4)} に電話をかけます。` : uri;
  return { do: "nothing", why };
}

const GAPS: Record<string, string> = {
  none: "0",
  xs: "2px",
  sm: "4px",
  md: "8px",
  lg: "12px",
  xl: "16px",
  xxl: "20px",
};
const SIZES: Record<string, string> = {
  xxs: "11px",
  xs: "13px",
  sm: "14px",
  md: "16px",
  lg: "18px",
  xl: "20px",
  xxl: "24px",
};

export const gap = (name: string | undefined): string => GAPS[name ?? "none"] ?? name ?? "0";
export const letters = (name: string | undefined): string => SIZES[name ?? "md"] ?? name ?? "16px";
