const LONGEST = 1600; // pixels; enough to read a house number
const QUALITY = 0.85;

/** Return the photo as a JPEG that is not too large, upright, without the notes of the camera. */
export async function shrunk(file: Blob): Promise<Blob> {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    const pen = canvas.getContext("2d");
    if (!pen) return file;
    pen.fillStyle = "white"; // what is transparent would become black
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return await new Promise((resolve) => {
      canvas.toBlob((made) => resolve(made ?? file), "image/jpeg", QUALITY);
    });
  } catch {
    return file; // a kind this phone cannot read: the server says what to do
  }
}
