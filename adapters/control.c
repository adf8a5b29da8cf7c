#include "control.h"

#include "base/utf8.h"

enum { LONGEST = 64 }; /* bytes; a longer text is a report */

static const struct {
    const char *words;
    enum control control;
} all_controls[] = {
    /* English: what carriers, Twilio and the FCC name, and what people say */
    { "stop", CONTROL_STOP },
    { "stopall", CONTROL_STOP },
    { "stop all", CONTROL_STOP },
    { "unsubscribe", CONTROL_STOP },
    { "cancel", CONTROL_STOP },
    { "end", CONTROL_STOP },
    { "quit", CONTROL_STOP },
    { "revoke", CONTROL_STOP },
    { "optout", CONTROL_STOP },
    { "opt out", CONTROL_STOP },
    { "please stop", CONTROL_STOP },
    { "stop please", CONTROL_STOP },
    { "stop it", CONTROL_STOP },
    { "stop texting", CONTROL_STOP },
    { "stop texting me", CONTROL_STOP },
    { "please stop texting me", CONTROL_STOP },
    { "stop messaging me", CONTROL_STOP },
    { "stop texts", CONTROL_STOP },
    { "stop messages", CONTROL_STOP },
    { "no more texts", CONTROL_STOP },
    { "no more messages", CONTROL_STOP },
    { "do not text me", CONTROL_STOP },
    { "dont text me", CONTROL_STOP },
    { "remove me", CONTROL_STOP },
    { "start", CONTROL_START },
    { "unstop", CONTROL_START },
    { "optin", CONTROL_START },
    { "opt in", CONTROL_START },
    { "subscribe", CONTROL_START },
    { "help", CONTROL_HELP },
    { "info", CONTROL_HELP },
    /* Spanish */
    { "alto", CONTROL_STOP },
    { "parar", CONTROL_STOP },
    { "pare", CONTROL_STOP },
    { "para", CONTROL_STOP },
    { "baja", CONTROL_STOP },
    { "darme de baja", CONTROL_STOP },
    { "cancelar", CONTROL_STOP },
    { "detener", CONTROL_STOP },
    { "salir", CONTROL_STOP },
    { "terminar", CONTROL_STOP },
    { "no mas", CONTROL_STOP },
    { "no mas mensajes", CONTROL_STOP },
    { "iniciar", CONTROL_START },
    { "empezar", CONTROL_START },
    { "ayuda", CONTROL_HELP },
    { "informacion", CONTROL_HELP },
    /* French */
    { "arret", CONTROL_STOP },
    { "arreter", CONTROL_STOP },
    { "arretez", CONTROL_STOP },
    { "desabonner", CONTROL_STOP },
    { "desinscrire", CONTROL_STOP },
    { "debut", CONTROL_START },
    { "aide", CONTROL_HELP },
};

static const char *const answers[] = { "yes", "si", "oui" };

/* The letters of Latin-1 from U+00C0 without their accents, "-": none. */
static const char latin1[] = "aaaaaaaceeeeiiiidnooooo-ouuuuy--"
                             "aaaaaaaceeeeiiiidnooooo-ouuuuy-y";

static uint32_t code_point(struct str c)
{
    uint32_t v = c.n == 0 ? 0 : (unsigned char)c.p[0];

    if (c.n > 1)
        v &= 0x7fU >> c.n;
    for (size_t i = 1; i < c.n; i++)
        v = v << 6 | ((unsigned char)c.p[i] & 0x3f);
    return v;
}

/* Marks that stand for themselves: punctuation, symbols, emoji, accents. */
static bool mark(uint32_t v)
{
    static const struct {
        uint32_t first, last;
    } marks[] = {
        { 0x80, 0xbf },     { 0x300, 0x36f },   { 0x2000, 0x2bff },
        { 0x3000, 0x303f }, { 0xfe00, 0xfe0f }, { 0x1f000, 0x1faff },
    };

    for (size_t i = 0; i < COUNT_OF(marks); i++) {
        if (v >= marks[i].first && v <= marks[i].last)
            return true;
    }
    return false;
}

/*
 * One character as a lower-case letter or digit; ' ' for what parts words, 0
 * for what does not. -1: a letter no word of the table has.
 */
static int fold(struct str c)
{
    uint32_t v = code_point(c);

    if (v >= 'A' && v <= 'Z')
        return (int)v + ('a' - 'A');
    if ((v >= 'a' && v <= 'z') || (v >= '0' && v <= '9'))
        return (int)v;
    if (v == '\'' || v == 0x2019 || (v >= 0x300 && v <= 0x36f))
        return 0;
    if (v < 0x80 || mark(v))
        return ' ';
    if (v >= 0xc0 && v <= 0xff && latin1[v - 0xc0] != '-')
        return latin1[v - 0xc0];
    return -1;
}

/* text in small letters, single blanks between words; empty: not so written */
static struct str folded(struct str text, struct arena *a)
{
    char *out = arena_alloc(a, LONGEST + 1);
    size_t n = 0;

    if (text.n > LONGEST)
        return STR_NONE;
    while (text.n > 0) {
        size_t len = utf8_len(text);
        int c = len == 0 ? -1 : fold((struct str){ text.p, len });

        if (c < 0)
            return STR_NONE;
        if (c > 0 && (c != ' ' || (n > 0 && out[n - 1] != ' ')))
            out[n++] = (char)c;
        text = str_slice(text, len, text.n);
    }
    return str_trim((struct str){ out, n });
}

enum control control_of(struct str text, struct arena *a)
{
    struct str words = folded(str_trim(text), a);

    for (size_t i = 0; i < COUNT_OF(all_controls); i++) {
        if (str_eq(words, str_of(all_controls[i].words)))
            return all_controls[i].control;
    }
    return CONTROL_NONE;
}

enum control control_consent(struct str text, struct arena *a)
{
    struct str words = folded(str_trim(text), a);

    for (size_t i = 0; i < COUNT_OF(answers); i++) {
        if (str_eq(words, str_of(answers[i])))
            return CONTROL_START;
    }
    return control_of(text, a);
}
