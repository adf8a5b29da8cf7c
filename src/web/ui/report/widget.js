// One script tag on another site: the form in a frame of its own.
//     <script async src="https://reports.example.org/assets/widget.js"></script>
// data-lang="es": in that language. The frame grows with what is in it.
const tag = document.currentScript;
const from = new URL(tag.src);
const address = new URL("/report?embed=1", from);
if (tag.dataset.lang) address.searchParams.set("lang", tag.dataset.lang);
const frame = document.createElement("iframe");
frame.src = address.href;
frame.title = tag.dataset.title || from.host;
frame.loading = "lazy";
frame.allow = "geolocation";
frame.style.cssText = "display:block;width:100%;height:44rem;border:0";
tag.after(frame);
addEventListener("message", (event) => {
    const height = Number(event.data?.height);
    if (event.source === frame.contentWindow && event.origin === from.origin && event.data.inlet === "height" && height > 0)
        frame.style.height = `${Math.min(height, 20000)}px`;
});
