#include <stdio.h>

#include "cmd/try.h"

enum { OUT_MAX = 64 * 1024 * 1024 };

static void print_json(struct str id, const struct reading *r)
{
    struct buf out = buf_init(OUT_MAX);
    struct json j = json_to(&out);

    json_begin_object(&j);
    json_kv(&j, "id", id);
    reading_json(&j, r);
    json_end_object(&j);
    buf_byte(&out, '\n');
    cmd_print(&out);
    buf_free(&out);
}

static void print_location(const struct location *l)
{
    printf("  %s %.*s", l->rejected.n > 0 ? "not" : "   ", STR_FMT(l->label));
    if (l->at.known)
        printf("  (%.6f, %.6f)", l->at.lat, l->at.lon);
    printf("  %s by %s, within %.0f m, sure %.0f%%",
           location_kind_names[l->kind], location_method_names[l->method],
           l->uncertainty_m, l->confidence * 100);
    if (l->rejected.n > 0)
        printf(": %.*s", STR_FMT(l->rejected));
    putchar('\n');
}

static struct str span_text(const struct message *m, const struct span *s)
{
    struct str texts[ZONES] = { m->visible, m->subject, m->address, STR_NONE };

    return str_slice(texts[s->in], s->begin, s->end);
}

static void print_person(struct str id, const struct reading *r)
{
    const struct message *m = &r->message;
    const struct category *c = &r->extract.category;

    printf("%.*s\n", STR_FMT(id));
    if (r->failed.n > 0)
        printf("  could not be read: %.*s\n", STR_FMT(r->failed));
    printf("  from      %.*s <%.*s>\n", STR_FMT(m->sender.name),
           STR_FMT(m->sender.address));
    if (m->subject.n > 0)
        printf("  subject   %.*s\n", STR_FMT(m->subject));
    if (m->automatic != AUTOMATIC_NO) {
        printf("  automatic %s: it is not answered\n",
               automatic_names[m->automatic]);
    }
    printf("  category  %.*s", STR_FMT(c->name));
    if (c->rule.n > 0) {
        printf("  (\"%.*s\", %.*s)", STR_FMT(span_text(m, &c->span)),
               STR_FMT(c->rule));
    }
    printf("%s\n", r->extract.urgent ? "  URGENT" : "");
    for (const struct location *l = r->locations; l != NULL; l = l->next)
        print_location(l);
    printf("  decision  %s\n", decision_names[r->decision]);
    if (r->question.n > 0)
        printf("  question  %.*s\n", STR_FMT(r->question));
    putchar('\n');
}

void try_print(const struct tried *t, struct str id, const struct reading *r)
{
    if (t->json) {
        print_json(id, r);
    } else {
        print_person(id, r);
    }
}
