// One's own: password, second factor, and where one is signed in.
import { useState } from "preact/hooks";
import { post, sentence } from "./api.js";
import { Icon } from "./icons.jsx";
import { say } from "./say.js";
import { ago, me, moment, t } from "./words.js";

const LEAST = 10;
const MOST = 200;

// A form that sends, and says what came of it.
export function Form({ title, label, kind, onSend, children }) {
    const [trouble, setTrouble] = useState("");
    const [sending, setSending] = useState(false);
    const send = async event => {
        event.preventDefault();
        const form = event.currentTarget;
        setSending(true);
        setTrouble("");
        try {
            await onSend(Object.fromEntries(new FormData(form)));
            form.reset();
        } catch (error) {
            setTrouble(sentence(error));
        }
        setSending(false);
    };
    return (
        <form class="people-form" onSubmit={send} aria-label={title}>
            {title && <h3>{title}</h3>}
            {children}
            {trouble && <p class="bad" role="alert">{trouble}</p>}
            <p><button type="submit" class={kind} disabled={sending}>{label}</button></p>
        </form>
    );
}

export function Field({ name, label, hint, ...more }) {
    return (
        <label>{label}
            <input class="field" name={name} aria-describedby={hint ? `${name}-hint` : undefined} {...more} />
            {hint && <span class="quiet" id={`${name}-hint`}>{hint}</span>}
        </label>
    );
}

export function NewPassword({ label }) {
    return (
        <Field
            name="password" type="password" label={label} hint={t("ui.people.password_hint")}
            required minLength={LEAST} maxLength={MOST} autocomplete="new-password"
        />
    );
}

const OldPassword = () => (
    <Field name="old" type="password" label={t("ui.people.old")} required maxLength={MOST} autocomplete="current-password" />
);

function Password() {
    const change = async ({ old, password }) => {
        await post("/api/password", { old, password });
        say(t("ui.people.password_set"));
    };
    return (
        <Form title={t("ui.people.password")} label={t("ui.people.password_change")} onSend={change}>
            <input type="text" class="hidden" name="user" value={me.value.user} autocomplete="username" readOnly tabIndex={-1} aria-hidden="true" />
            <OldPassword />
            <NewPassword label={t("ui.people.new")} />
        </Form>
    );
}

// Off: a secret is asked for, shown, and kept once a code proves it.
function Factor({ on, onChange }) {
    const [made, setMade] = useState(null);
    const [trouble, setTrouble] = useState("");
    const begin = () => post("/api/totp/new", {}).then(setMade, error => setTrouble(sentence(error)));
    const keep = async ({ old, code }) => {
        await post("/api/totp", { old, code: code.replaceAll(" ", ""), secret: made.secret });
        setMade(null);
        say(t("ui.people.totp_on"));
        onChange(true);
    };
    const end = async ({ old }) => {
        await post("/api/totp", { old });
        say(t("ui.people.totp_off"));
        onChange(false);
    };
    if (on)
        return (
            <Form title={t("ui.people.totp")} label={t("ui.people.totp_end")} onSend={end}>
                <p>{t("ui.people.totp_is_on")}</p>
                <OldPassword />
            </Form>
        );
    if (!made)
        return (
            <div class="people-form">
                <h3>{t("ui.people.totp")}</h3>
                <p>{t("ui.people.totp_what")}</p>
                {trouble && <p class="bad" role="alert">{trouble}</p>}
                <p><button type="button" onClick={begin}>{t("ui.people.totp_begin")}</button></p>
            </div>
        );
    return (
        <Form title={t("ui.people.totp")} label={t("ui.people.totp_keep")} kind="strong" onSend={keep}>
            <p>{t("ui.people.totp_enter")}</p>
            <p><code class="secret">{made.secret.match(/.{1,4}/g).join(" ")}</code></p>
            <p><a href={made.url}>{t("ui.people.totp_link")}</a></p>
            <Field name="code" type="text" label={t("ui.people.code")} required inputMode="numeric" pattern="[0-9 ]{6,7}" autocomplete="one-time-code" />
            <OldPassword />
        </Form>
    );
}

function browserOf(text) {
    return text.match(/(Firefox|Edg|Chrome|Safari)\/[\d]+/)?.[0].replace("/", " ") ?? text.slice(0, 40);
}

export function Sessions({ rows, onChange }) {
    const [trouble, setTrouble] = useState("");
    const end = async row => {
        try {
            await post(`/api/sessions/${row.id}`, {}, "DELETE");
            say(t("ui.people.session_ended", { name: row.user }));
            onChange();
        } catch (error) {
            setTrouble(sentence(error));
        }
    };
    return (
        <section aria-labelledby="sessions">
            <h2 id="sessions">{t("ui.people.sessions")}</h2>
            {trouble && <p class="bad" role="alert">{trouble}</p>}
            <ul class="health-list">
                {rows.map(row => (
                    <li key={row.id} class="health-line people-line">
                        <p>
                            <strong>{row.user}</strong> {row.this && <span class="chip">{t("ui.people.this_one")}</span>}
                            <br />
                            <span class="quiet" title={moment(row.created_at)}>
                                {t("ui.people.session", { browser: browserOf(row.browser), address: row.address, ago: ago(row.seen_at) })}
                            </span>
                        </p>
                        {!row.this && (
                            <button type="button" onClick={() => end(row)}>
                                <Icon name="close" size={16} />{t("ui.people.session_end")}<span class="hidden"> {row.user}, {browserOf(row.browser)}</span>
                            </button>
                        )}
                    </li>
                ))}
            </ul>
        </section>
    );
}

export function Own({ factor, onFactor }) {
    return (
        <section aria-labelledby="own">
            <h2 id="own">{t("ui.people.own", { name: me.value.user })}</h2>
            <div class="pair">
                <Password />
                <Factor on={factor} onChange={onFactor} />
            </div>
        </section>
    );
}
