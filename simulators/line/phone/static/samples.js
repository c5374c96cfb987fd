// Things to send without having them at hand: places in Kamiichi, and pictures drawn on the spot.

export const PLACES = [
  { title: "上市町役場", address: "富山県中新川郡上市町法音寺1", latitude: 36.6985, longitude: 137.3622 },
  { title: "上市駅", address: "富山県中新川郡上市町若杉", latitude: 36.6953, longitude: 137.3572 },
  { title: "丸山総合公園", address: "富山県中新川郡上市町柿沢", latitude: 36.6892, longitude: 137.3806 },
  { title: "大岩山日石寺", address: "富山県中新川郡上市町大岩163", latitude: 36.6589, longitude: 137.3936 },
  { title: "富山駅（町の外）", address: "富山県富山市明輪町1", latitude: 36.7014, longitude: 137.2133 },
];

/** @typedef {CanvasRenderingContext2D} Pen */
/** @typedef {{name: string, draw: (pen: Pen) => void}} Sample */

/** Each scene is drawn on a ground of 120 × 90. @type {Sample[]} */
export const SAMPLE_PHOTOS = [
  { name: "道路の穴", draw: pothole },
  { name: "消えた街灯", draw: darkLamp },
  { name: "たおれた木", draw: fallenTree },
  { name: "たまったごみ", draw: litter },
  { name: "用水路", draw: canal },
  { name: "申請の書類", draw: paper },
];

/**
 * A photo as a data URL, the given number of pixels wide.
 * @param {Sample} photo
 * @param {number} width
 */
export function drawSample(photo, width) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = width * 0.75;
  const pen = canvas.getContext("2d");
  if (!pen) return "";
  pen.scale(width / 120, width / 120);
  photo.draw(pen);
  pen.fillStyle = "rgb(0 0 0 / 55%)";
  pen.fillRect(0, 79, 120, 11);
  pen.fillStyle = "#fff";
  pen.font = "7px sans-serif";
  pen.fillText(`見本：${photo.name}`, 4, 87);
  return canvas.toDataURL("image/jpeg", 0.88);
}

/**
 * @param {Pen} pen
 * @param {string} colour
 * @param {number[]} corners x, y, x, y …
 */
function shape(pen, colour, corners) {
  pen.fillStyle = colour;
  pen.beginPath();
  for (let i = 0; i < corners.length; i += 2) pen.lineTo(corners[i], corners[i + 1]);
  pen.fill();
}

/**
 * @param {Pen} pen
 * @param {string} colour
 * @param {[number, number, number, number]} oval centre and radii
 */
function oval(pen, colour, [x, y, across, down]) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.ellipse(x, y, across, down, 0, 0, Math.PI * 2);
  pen.fill();
}

/**
 * @param {Pen} pen
 * @param {string} sky
 * @param {string} ground
 */
function land(pen, sky, ground) {
  shape(pen, sky, [0, 0, 120, 0, 120, 90, 0, 90]);
  shape(pen, "#7d95a8", [0, 36, 22, 16, 38, 28, 60, 10, 84, 30, 100, 20, 120, 34, 120, 44, 0, 44]);
  shape(pen, ground, [0, 40, 120, 40, 120, 90, 0, 90]);
}

/** @param {Pen} pen */
function pothole(pen) {
  land(pen, "#bcd9ee", "#7fa05f");
  shape(pen, "#6b6f75", [46, 40, 74, 40, 118, 90, 2, 90]);
  shape(pen, "#e8e6dc", [59, 44, 61, 44, 62, 52, 58, 52]);
  oval(pen, "#4a4d52", [62, 68, 24, 9]);
  oval(pen, "#26282b", [62, 69, 19, 6]);
  oval(pen, "#8ba9bd", [66, 71, 9, 2.5]);
}

/** @param {Pen} pen */
function darkLamp(pen) {
  land(pen, "#27324d", "#2c3a2f");
  oval(pen, "#e9e2bd", [98, 14, 6, 6]);
  shape(pen, "#9aa1a8", [50, 22, 53, 22, 53, 84, 50, 84]);
  shape(pen, "#9aa1a8", [50, 22, 76, 18, 76, 21, 50, 25]);
  shape(pen, "#50565e", [70, 19, 84, 19, 82, 25, 72, 25]);
}

/** @param {Pen} pen */
function fallenTree(pen) {
  land(pen, "#c9d3da", "#8d8b6a");
  shape(pen, "#70757a", [0, 54, 120, 54, 120, 74, 0, 74]);
  shape(pen, "#6d4a2f", [14, 58, 92, 66, 92, 72, 12, 66]);
  for (const [x, y, r] of [[88, 62, 15], [102, 68, 14], [94, 74, 12]]) oval(pen, "#3f7040", [x, y, r, r * 0.7]);
}

/** @param {Pen} pen */
function litter(pen) {
  land(pen, "#d6e4ee", "#a39c8c");
  shape(pen, "#8b8f93", [8, 30, 112, 30, 112, 50, 8, 50]);
  for (const [x, y, c] of [[30, 66, "#e9ecef"], [54, 70, "#5f6a8a"], [76, 64, "#e9ecef"], [94, 70, "#c9a85c"]]) {
    oval(pen, String(c), [Number(x), Number(y), 15, 12]);
    shape(pen, String(c), [Number(x) - 4, Number(y) - 15, Number(x) + 4, Number(y) - 15, Number(x), Number(y) - 8]);
  }
}

/** @param {Pen} pen */
function canal(pen) {
  land(pen, "#a9b8c4", "#6f8a58");
  shape(pen, "#a7a9a8", [40, 40, 80, 40, 112, 90, 8, 90]);
  shape(pen, "#7c6a4d", [46, 40, 74, 40, 100, 90, 20, 90]);
  for (const y of [50, 60, 71]) shape(pen, "#94825f", [48, y, 70, y - 2, 72, y, 50, y + 2]);
}

/** @param {Pen} pen */
function paper(pen) {
  shape(pen, "#8a6b4d", [0, 0, 120, 0, 120, 90, 0, 90]);
  shape(pen, "#fdfcf7", [34, 4, 90, 8, 84, 78, 28, 74]);
  pen.fillStyle = "#333";
  pen.font = "bold 7px sans-serif";
  pen.fillText("申 請 書", 48, 20);
  for (let y = 28; y < 68; y += 7) shape(pen, "#b9bcc2", [38, y, 80, y + 1, 80, y + 2, 38, y + 1]);
}
