/*
 * IDLE (RFC 2177), by hand: news may come before the "+", with it, after it,
 * in pieces, or only after DONE, and none may be missed.
 */
#include <stdio.h>

#include "base/clock.h"
#include "imap_session_internal.h"

static struct str tag_of(const struct imap_session *s, char text[16])
{
    snprintf(text, 16, "%d ", s->imap->imap_tag);
    return str_of(text);
}

static bool is_news(struct str line)
{
    (void)str_word(&line); /* the star */
    (void)str_word(&line); /* a number */
    return str_case_starts(line, STR("EXISTS")) ||
           str_case_starts(line, STR("RECENT")) ||
           str_case_starts(line, STR("EXPUNGE"));
}

int imap_line(struct imap_session *s, struct str *line, struct error *e)
{
    char text[16];
    struct str tag = tag_of(s, text);
    const char *got = mailimap_read_line(s->imap);

    if (got == NULL)
        return imap_line_broke(s, e);
    *line = str_of(got);
    if (str_case_starts(*line, STR("* BYE"))) {
        imap_text_noted(s, *line);
        s->broken = true;
        return error(e, s->backoff > 0 ? E_BUSY : E_REMOTE, "%s hung up: %.*s",
                     s->at->host,
                     STR_FMT(str_slice(str_trim(*line), 6, IMAP_TEXT_SHOWN)));
    }
    if (str_starts(*line, STR("+")))
        return IMAP_LINE_GO;
    if (str_starts(*line, tag))
        return IMAP_LINE_OVER;
    return is_news(*line) ? IMAP_LINE_NEWS : IMAP_LINE_OTHER;
}

static int idle_refused(struct imap_session *s, struct str line,
                        struct error *e)
{
    imap_text_noted(s, line);
    s->broken = s->broken || s->backoff > 0;
    return error(e, s->backoff > 0 ? E_BUSY : E_NONE, "%s does not idle: %.*s",
                 s->at->host,
                 STR_FMT(str_slice(str_trim(line), 0, IMAP_TEXT_SHOWN)));
}

/* DONE, and what comes up to the end of the command. */
static int idle_end(struct imap_session *s, int result, struct error *e)
{
    mailstream *lines = s->imap->imap_stream;
    struct str line = STR_NONE;
    int got;

    imap_stream_allow(s->line, s->at->patience_ms, IMAP_SMALL);
    if (mailstream_write(lines, "DONE\r\n", 6) < 0 ||
        mailstream_flush(lines) < 0)
        return imap_line_broke(s, e);
    do {
        got = imap_line(s, &line, e);
        if (got == IMAP_LINE_NEWS)
            result = 1;
    } while (got >= 0 && got != IMAP_LINE_OVER);
    return got < 0 ? got : result;
}

/* Until ms are over, reads what has come; news ends it once we may speak. */
static int idle_watch(struct imap_session *s, int64_t until, struct error *e)
{
    bool go = false;
    bool news = false;
    struct str line = STR_NONE;

    while (!go || !news) {
        int64_t left = until - clock_monotonic_ms();
        int got = !go ? 1 : imap_stream_wait(s->line, left > 0 ? left : 0);

        if (got < 0)
            return imap_line_broke(s, e);
        if (got != 1) /* woken, or time is over */
            return idle_end(s, got, e);
        imap_stream_allow(s->line, s->at->patience_ms, IMAP_SMALL);
        got = imap_line(s, &line, e);
        if (got < 0)
            return got;
        if (got == IMAP_LINE_OVER)
            return idle_refused(s, line, e);
        go = go || got == IMAP_LINE_GO;
        news = news || got == IMAP_LINE_NEWS;
    }
    return idle_end(s, 1, e);
}

int imap_session_idle(struct imap_session *s, int64_t ms, struct error *e)
{
    int64_t until = clock_monotonic_ms() + ms;

    if (s->news)
        return 1;
    imap_stream_allow(s->line, s->at->patience_ms, IMAP_SMALL);
    if (imap_command_send(s, STR("IDLE"), e) < 0)
        return e->code;
    return idle_watch(s, until, e);
}
