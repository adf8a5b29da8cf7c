// The photos: added one by one, shown small, taken away again.
import { whereTaken } from "./exif.js";
import { element, word } from "./words.js";

const MB = 1024 * 1024;

// taken(at) is told where a photo was taken, or null; changed() of any change;
// wrong(text) what cannot be taken.
export function photos(form, { taken, changed, wrong }) {
    const input = form.elements.photos;
    const most = Number(form.dataset.photos);
    const bytes = Number(form.dataset.megabytes) * MB;
    const list = element("ul", { class: "thumbs" });
    let files = [];

    input.after(list);

    function carry() {
        const all = new DataTransfer();
        for (const file of files) all.items.add(file);
        input.files = all.files;
    }

    function thumb(file) {
        const url = URL.createObjectURL(file);
        const image = element("img", { src: url, alt: file.name });
        image.addEventListener("error", () => image.replaceWith(element("span", {}, file.name)));
        const remove = element("button", { type: "button", class: "second", "aria-label": `${word("photo_remove")} ${file.name}` }, "×");
        remove.addEventListener("click", () => {
            files = files.filter((other) => other !== file);
            URL.revokeObjectURL(url);
            draw();
            input.focus();
            changed();
        });
        return element("li", {}, image, remove);
    }

    function draw() {
        for (const image of list.querySelectorAll("img")) URL.revokeObjectURL(image.src);
        list.replaceChildren(...files.map(thumb));
        carry();
    }

    async function look(added) {
        for (const file of added) {
            const at = await whereTaken(file).catch(() => null);
            if (at) return taken(at);
        }
        if (added.length > 0) taken(null);
    }

    function add(added) {
        const fit = added.filter((file) => file.size <= bytes);
        const room = fit.slice(0, most - files.length);
        files = [...files, ...room];
        draw();
        if (fit.length < added.length) wrong(word("photos_large"));
        else if (room.length < fit.length) wrong(word("photos_many"));
        changed();
        look(room);
    }

    input.addEventListener("change", () => add([...input.files]));

    return {
        files: () => files,
        set(kept) {
            files = [...kept];
            draw();
        },
    };
}
