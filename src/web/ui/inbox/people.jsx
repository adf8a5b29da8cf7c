// People: who may sign in and what they may do; and one's own account.
import { useCallback, useEffect, useState } from "preact/hooks";
import { Field, Form, NewPassword, Own, Sessions } from "./account.jsx";
import { get, post, sentence } from "./api.js";
import { Icon } from "./icons.jsx";
import { say } from "./say.js";
import { may, me, moment, t } from "./words.js";

const ROLES = ["reader", "clerk", "supervisor", "admin"];

function language(code) {
    return new Intl.DisplayNames([me.value.language], { type: "language" }).of(code);
}

function RoleSelect({ label, chosen, ...more }) {
    return (
        <label>{label}
            <select class="field" {...more}>
                {ROLES.map(role => <option key={role} value={role} selected={chosen ? role === chosen : undefined}>{t(`role.${role}`)}</option>)}
            </select>
        </label>
    );
}

function Person({ person, onChange }) {
    const [trouble, setTrouble] = useState("");
    const [setting, setSetting] = useState(false);
    const change = async (what, told) => {
        setTrouble("");
        try {
            await post(`/api/people/${person.id}`, what);
            say(t(told, { name: person.name }));
        } catch (error) {
            setTrouble(sentence(error));
        }
        onChange(); // what was refused is shown as it still is
    };
    const setPassword = async ({ password }) => {
        await post(`/api/people/${person.id}`, { password });
        setSetting(false);
        say(t("ui.people.password_of", { name: person.name }));
        onChange();
    };
    return (
        <li class="health-line people-line">
            <p>
                <strong>{person.name}</strong>{" "}
                {person.disabled && <span class="chip urgent"><Icon name="close" size={14} />{t("ui.people.disabled")}</span>}{" "}
                {person.totp && <span class="chip good"><Icon name="check" size={14} />{t("ui.people.with_code")}</span>}
                <br /><span class="quiet">{t("ui.people.since", { when: moment(person.created_at) })}</span>
            </p>
            <RoleSelect
                label={<span class="hidden">{t("ui.people.role_of", { name: person.name })}</span>} value={person.role}
                onChange={e => change({ role: e.currentTarget.value }, "ui.people.role_set")}
            />
            <div class="people-do" role="group" aria-label={person.name}>
                <button type="button" aria-expanded={setting} onClick={() => setSetting(!setting)}>{t("ui.people.set_password")}</button>
                {person.totp && <button type="button" onClick={() => change({ totp: false }, "ui.people.totp_gone")}>{t("ui.people.totp_take")}</button>}
                <button type="button" onClick={() => change({ disabled: !person.disabled }, person.disabled ? "ui.people.was_enabled" : "ui.people.was_disabled")}>
                    {t(person.disabled ? "ui.people.enable" : "ui.people.disable")}
                </button>
            </div>
            {setting && (
                <Form label={t("ui.save")} onSend={setPassword}>
                    <NewPassword label={t("ui.people.new_for", { name: person.name })} />
                </Form>
            )}
            {trouble && <p class="bad" role="alert">{trouble}</p>}
        </li>
    );
}

function Add({ onChange }) {
    const { languages } = me.value.town;
    const add = async fields => {
        await post("/api/people", fields);
        say(t("ui.people.added", { name: fields.name }));
        onChange();
    };
    return (
        <Form title={t("ui.people.add")} label={t("ui.people.add_do")} kind="strong" onSend={add}>
            <Field name="name" type="text" label={t("ui.people.name")} required maxLength={80} autocomplete="off" />
            <RoleSelect name="role" label={t("ui.people.role")} chosen="clerk" />
            {languages.length > 1 && (
                <label>{t("ui.people.language")}
                    <select class="field" name="language">
                        <option value="">{t("ui.people.language_any")}</option>
                        {languages.map(code => <option key={code} value={code}>{language(code)}</option>)}
                    </select>
                </label>
            )}
            <NewPassword label={t("ui.people.first_password")} />
        </Form>
    );
}

function what(row) {
    const key = `ui.people.did.${row.what.replaceAll(" ", "_")}`;
    const text = t(key);
    return text === key ? row.what : text;
}

function Audit({ rows }) {
    return (
        <section aria-labelledby="audit">
            <h2 id="audit">{t("ui.people.audit")}</h2>
            <div class="scrolls" tabIndex={0} role="region" aria-labelledby="audit">
                <table class="figures-table">
                    <caption class="hidden">{t("ui.people.audit")}</caption>
                    <thead>
                        <tr>{["when", "by", "what", "whom"].map(name => <th key={name} scope="col">{t(`ui.people.${name}`)}</th>)}</tr>
                    </thead>
                    <tbody>
                        {rows.map((row, i) => (
                            <tr key={`${row.at} ${i}`}>
                                <td>{moment(row.at)}</td><td>{row.actor}</td><td>{what(row)}</td><td>{row.text}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </section>
    );
}

function All({ got, onChange }) {
    return (
        <section aria-labelledby="all">
            <h2 id="all">{t("ui.people.all")}</h2>
            <ul class="health-list">{got.people.map(one => <Person key={one.id} person={one} onChange={onChange} />)}</ul>
            <Add onChange={onChange} />
        </section>
    );
}

export function People() {
    const [got, setGot] = useState(null);
    const [trouble, setTrouble] = useState("");
    const load = useCallback(async () => {
        const admin = may("admin");
        try {
            const [sessions, people, audit] = await Promise.all([
                get("/api/sessions"), admin ? get("/api/people") : [], admin ? get("/api/audit") : [],
            ]);
            setGot({ sessions, people, audit });
            setTrouble("");
        } catch (error) {
            setTrouble(sentence(error));
        }
    }, []);
    useEffect(() => { load(); }, []);
    const onFactor = on => {
        me.value = { ...me.value, totp: on };
        load();
    };
    return (
        <main class="page people" id="main" tabIndex={-1} aria-busy={!got}>
            <h1>{t("ui.do.people")}</h1>
            {trouble && <p class="card bad" role="alert">{trouble}</p>}
            {got && may("admin") && <All got={got} onChange={load} />}
            <Own factor={Boolean(me.value.totp)} onFactor={onFactor} />
            {got && <Sessions rows={got.sessions} onChange={load} />}
            {got && may("admin") && <Audit rows={got.audit} />}
        </main>
    );
}
