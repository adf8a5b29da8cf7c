/*
 * A form comes in: checks, then the inbox. Whatever is refused comes back as
 * it was typed, with the reason in words.
 */
#include "base/clock.h"
#include "base/digest.h"
#include "base/log.h"
#include "http/page.h"
#include "spine/contact.h"
#include "spine/service.h"
#include "web.h"

enum { WINDOW_S = 600, HASH_HEX = 32 };

void web_get(struct http_request *r, void *arg)
{
    struct web *w = arg;
    struct str asked = http_query(r, "lang");
    struct str language = page_language(w->channel.town, r, asked);
    struct web_form empty = { 0 };

    empty.key = digest_token(http_arena(r), 16);
    /* said in the form only where it says something of who writes */
    if (!str_eq(language, w->channel.town->language) || str_eq(asked, language))
        empty.language = language;
    web_show_form(w, r,
                  &(struct web_form_page){ .status = 200,
                                           .form = &empty,
                                           .language = language,
                                           .fresh = true });
}

/* ---- what may be wrong ---- */

static void check_photos(const struct web *w, const struct web_form *f,
                         struct web_faults *faults)
{
    int64_t n = 0;

    for (const struct form_field *p = web_photo(f, NULL); p != NULL;
         p = web_photo(f, p)) {
        n++;
        if ((int64_t)p->value.n > w->photo_bytes)
            faults->photos = "error.photos_large";
    }
    if (n > w->photos)
        faults->photos = "error.photos_many";
}

static bool answers_fit(const struct web *w, const struct web_form *f)
{
    const struct question *q =
        service_questions(w->channel.services, f->category);

    while (q != NULL && web_answer_fault(f, q) == NULL)
        q = q->next;
    return q == NULL;
}

static void check(const struct web *w, const struct web_form *f,
                  struct web_faults *faults, struct arena *a)
{
    struct str contact;
    struct point at;

    if (f->report.n == 0) {
        faults->report = "error.report_empty";
    } else if (f->report.n > WEB_TEXT_MAX) {
        faults->report = "error.report_long";
    }
    if (f->address.n > WEB_LINE_MAX)
        faults->address = "error.address_long";
    if (!web_point(f->lat, f->lon, &at))
        faults->lat = "error.point";
    if (f->contact.n > 0 && !contact_read(f->contact, a, &contact))
        faults->contact = "error.contact";
    if (f->website.n > 0)
        faults->website = "error.website";
    check_photos(w, f, faults);
    faults->answers = !answers_fit(w, f);
    faults->any = faults->answers || faults->report != NULL ||
                  faults->address != NULL || faults->lat != NULL ||
                  faults->contact != NULL || faults->website != NULL ||
                  faults->photos != NULL;
}

/* ---- the same form twice is one report ---- */

static bool is_key(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9') && c != '-' && c != '_')
            return false;
    }
    return s.n >= WEB_KEY_MIN && s.n <= WEB_KEY_MAX;
}

static void count_in(struct buf *b, struct str s)
{
    buf_printf(b, "%zu:", s.n);
    buf_add(b, s);
}

/* A number for what the form says: other words make another report. */
static struct str content_hash(const struct web_form *f, struct str also,
                               struct arena *a)
{
    struct buf b = buf_init(RAW_MAX);
    struct str hex;

    count_in(&b, also);
    for (const struct form_field *p = f->fields; p != NULL; p = p->next) {
        if (str_eq(p->name, STR("key")))
            continue;
        count_in(&b, p->name);
        count_in(&b, p->file_name);
        buf_printf(&b, "%zu/", p->value.n);
        count_in(&b, str_slice(p->value, 0, WEB_SEEN));
    }
    hex = digest_hex(a, digest(a, DIGEST_SHA256, buf_str(&b)));
    buf_free(&b);
    return str_slice(hex, 0, HASH_HEX);
}

/*
 * A browser's "back", another text and "send" again comes with the old key:
 * so the key alone does not tell, or the second report would be lost.
 */
static struct str origin_of(const struct web_form *f, struct http_request *r,
                            struct str token)
{
    struct arena *a = http_arena(r);
    struct str also;

    if (is_key(f->key)) {
        return str_of(arena_printf(a, "key:%.*s:%.*s", STR_FMT(f->key),
                                   STR_FMT(content_hash(f, token, a))));
    }
    also = str_of(arena_printf(a, "%.*s%.*s %lld", STR_FMT(token),
                               STR_FMT(http_peer(r)),
                               (long long)(clock_now() / WINDOW_S)));
    return str_of(
        arena_printf(a, "hash:%.*s", STR_FMT(content_hash(f, also, a))));
}

/* ---- in ---- */

static void hand_in(struct web *w, struct web_post *post)
{
    struct http_request *r = post->request;
    struct str type = http_header(r, "Content-Type");
    struct str kind = type;
    struct raw raw = {
        .origin = origin_of(&post->form, r, post->token),
        .received_at = clock_now(),
        .envelope = str_of(arena_printf(
            http_arena(r), "content-type: %.*s\nlanguage: %.*s\n%s%.*s\n",
            STR_FMT(type), STR_FMT(post->language),
            post->token.n > 0 ? "token: " : "", STR_FMT(post->token))),
        .bytes = http_body(r),
        .full_size = (int64_t)http_body(r).n,
        .format = RAW_FORM,
    };

    kind = str_trim(str_until(&kind, STR(";")));
    if (str_case_eq(kind, STR("multipart/form-data")))
        raw.format = RAW_MULTIPART;
    http_hold(r);
    w->busy++;
    inbox_accept(&w->channel, &raw, post);
}

/* True: it may come in; else it is answered. */
static bool let_in(struct web *w, struct http_request *r,
                   const struct web_post *as)
{
    struct web_faults faults = { 0 };
    struct web_form_page page = { .form = &as->form,
                                  .language = as->language,
                                  .token = as->token };

    check(w, &as->form, &faults, http_arena(r));
    if (faults.any) {
        if (faults.website != NULL)
            inbox_count(&w->channel, "honeypot");
        page.status = 422;
        page.faults = &faults;
        web_show_form(w, r, &page);
        return false;
    }
    page.wait_minutes = limit_take(w->limit, http_peer(r), w->per_hour);
    if (page.wait_minutes > 0) {
        inbox_count(&w->channel, "limited");
        page.status = 429;
        page.notice = "error.limited";
        web_show_form(w, r, &page);
        return false;
    }
    if (w->stopping) {
        page.status = 503;
        page.notice = "error.not_stored";
        web_show_form(w, r, &page);
        return false;
    }
    return true;
}

static void take(struct web *w, struct http_request *r, struct str token)
{
    struct web_post as = { .web = w, .request = r, .token = token };
    struct web_post *post;
    struct error e;
    int rc = web_form_read(&as.form, http_header(r, "Content-Type"),
                           http_body(r), http_arena(r), &e);

    as.language = page_language(w->channel.town, r, as.form.language);
    if (rc < 0) {
        log_info("%s: a form could not be read: %s", w->channel.name, e.text);
        inbox_count(&w->channel, "unreadable");
        web_show_error(w, r, 400, as.language, "error.form");
        return;
    }
    if (!let_in(w, r, &as))
        return;
    post = web_post_new(w);
    post->request = r;
    post->form = as.form;
    post->language = as.language;
    post->token = token;
    hand_in(w, post);
}

void web_take(struct http_request *r, void *arg)
{
    take(arg, r, STR_NONE);
}

/* Whoever has a ticket's token may write to it; others learn nothing. */
void web_take_reply(struct http_request *r, void *arg)
{
    struct web *w = arg;
    struct str token = http_param(r, "token");
    struct error e;
    int rc = inbox_token(&w->channel, token, &e);

    if (rc == 0) {
        take(w, r, token);
        return;
    }
    if (rc != E_NONE)
        log_error("%s: a reply cannot be taken: %s", w->channel.name, e.text);
    (void)limit_take(w->limit, http_peer(r), w->per_hour);
    web_show_error(w, r, rc == E_NONE ? 404 : 503,
                   page_language(w->channel.town, r, STR_NONE),
                   rc == E_NONE ? "error.none" : "error.trouble");
}
