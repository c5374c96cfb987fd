// Colours, sizes and fonts come from tokens.css; everything else is layers and our own names.
const colours = ["color", "/^background/", "/^border.*color/", "fill", "stroke", "outline-color"];
const raw = ["/#[0-9a-f]{3,8}\\b/i", "/^(rgb|hsl|hwb|lab|lch|oklab|oklch)a?\\(/"];

export default {
  reportDescriptionlessDisables: true,
  rules: {
    "color-no-hex": true,
    "color-named": "never",
    "function-disallowed-list": ["rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch"],
    "declaration-property-value-disallowed-list": {
      ...Object.fromEntries(colours.map((property) => [property, raw])),
      "font-size": ["/px/", "/rem/"],
      "font-family": ["/^[^v]/"],
      "box-shadow": ["/#/", "/rgb/"],
    },
    "declaration-no-important": true,
    "selector-max-id": 0,
    "selector-class-pattern": ["^(yk-[a-z0-9-]+(__[a-z0-9-]+)?|htmx-(request|swapping|added))$", {}],
    "block-no-empty": true,
    "color-no-invalid-hex": true,
    "declaration-block-no-duplicate-properties": true,
    "no-duplicate-selectors": true,
    "property-no-unknown": true,
    "selector-pseudo-class-no-unknown": true,
    "unit-no-unknown": true,
  },
  overrides: [
    {
      files: ["**/tokens.css"],
      rules: {
        "color-no-hex": null,
        "function-disallowed-list": null,
        "declaration-property-value-disallowed-list": null,
      },
    },
  ],
};
