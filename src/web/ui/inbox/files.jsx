// Attachments: pictures to look at, everything else to be downloaded.
import { useState } from "preact/hooks";
import { closeDialog, Dialog, show } from "./dialog.jsx";
import { Icon } from "./icons.jsx";
import { canWorkOne, endPlace, perform } from "./work.js";
import { ticket } from "./ticket.js";
import { bytes, t } from "./words.js";

const source = (message, file) => `/api/messages/${message.id}/attachments/${file.n}`;

function usePhotoPlace(file) {
    endPlace();
    closeDialog();
    perform([ticket.value.id], { do: "place", lat: file.lat, lon: file.lon, label: "" },
        t("ui.photo_place"), () => ({ lat: file.lat, lon: file.lon, method: "exif", decision: "accept" }));
}

export function Viewer({ message, files, first }) {
    const [at, setAt] = useState(first);
    const file = files[at];
    const step = by => setAt((at + by + files.length) % files.length);
    return (
        <Dialog title={file.name || t("ui.photo")} kind="viewer">
            <div
                class="viewer-in"
                onKeyDown={e => (e.key === "ArrowRight" ? step(1) : e.key === "ArrowLeft" && step(-1))}
            >
                <img src={source(message, file)} alt={t("ui.photo_of", { name: file.name })} />
                <p class="viewer-do">
                    {files.length > 1 && (
                        <>
                            <button type="button" autofocus onClick={() => step(-1)}><Icon name="back" />{t("ui.photo_before")}</button>
                            <span>{at + 1} / {files.length}</span>
                            <button type="button" onClick={() => step(1)}>{t("ui.photo_after")}<Icon name="forward" /></button>
                        </>
                    )}
                    {file.lat != null && canWorkOne() && (
                        <button type="button" onClick={() => usePhotoPlace(file)}><Icon name="pin" />{t("ui.photo_use")}</button>
                    )}
                    <a class="button" href={source(message, file)} download={file.name}><Icon name="download" />{t("ui.download")}</a>
                </p>
            </div>
        </Dialog>
    );
}

export function Files({ message }) {
    const pictures = message.attachments.filter(file => file.shown);
    const others = message.attachments.filter(file => !file.shown);
    return (
        <>
            {pictures.length > 0 && (
                <ul class="photos">
                    {pictures.map((file, i) => (
                        <li key={file.n}>
                            <button
                                type="button" class="photo" aria-label={t("ui.photo_open", { name: file.name })}
                                onClick={() => show(Viewer, { message, files: pictures, first: i })}
                            >
                                <img src={source(message, file)} alt="" loading="lazy" />
                            </button>
                        </li>
                    ))}
                </ul>
            )}
            {others.length > 0 && (
                <ul class="files">
                    {others.map(file => (
                        <li key={file.n}>
                            <a href={source(message, file)} download={file.name}>
                                <Icon name="download" size={16} />{file.name || file.media_type}
                            </a>
                            <span class="quiet"> {bytes(file.size)}{file.why_not && ` · ${file.why_not}`}</span>
                        </li>
                    ))}
                </ul>
            )}
        </>
    );
}

// As it was sent: in a frame that can run nothing and ask for nothing.
export function Original({ message }) {
    return (
        <Dialog title={t("ui.original")} kind="large">
            {message.html ? (
                <iframe
                    class="original" title={t("ui.original")} src={`/api/messages/${message.id}/html`}
                    sandbox="allow-popups" referrerpolicy="no-referrer"
                />
            ) : <pre class="original-text" tabIndex={0}>{message.text}</pre>}
            <p class="dialog-do">
                <a class="button" href={`/api/messages/${message.id}/original`} download><Icon name="download" />{t("ui.original_download")}</a>
                <button type="button" onClick={closeDialog}>{t("ui.close")}</button>
            </p>
        </Dialog>
    );
}
