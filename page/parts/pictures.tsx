import { useEffect, useState } from "preact/hooks";
import { api } from "../api.js";

/** So many pixels of a thumbnail, at twice the size it is shown in. */
const PIXELS = 240 * 240;

/** A stored image, small. It comes with the caller's token, which an address in a page could not carry. */
function Picture({ id, label }: { id: string; label: string }) {
  const [source, show] = useState<string>();
  useEffect(() => {
    let alive = true;
    let address: string | undefined;
    api.image(id, PIXELS).then(
      (blob) => {
        if (alive) show((address = URL.createObjectURL(blob)));
      },
      () => undefined,
    );
    return () => {
      alive = false;
      if (address !== undefined) URL.revokeObjectURL(address);
    };
  }, [id]);
  return source === undefined ? null : <img class="picture" src={source} alt={label} loading="lazy" />;
}

/** The images that a memory shows. */
export const Pictures = ({ images, label }: { images: readonly string[] | undefined; label: string }) =>
  images === undefined || images.length === 0 ? null : (
    <div class="row pictures">
      {images.map((id) => (
        <Picture key={id} id={id} label={label} />
      ))}
    </div>
  );
