/* Who has signed in, and what the page's script has to know of the town. */
#include "pipeline/action.h"
#include "spine/neighbour.h"
#include "web/inbox/enter.h"

struct teller {
    struct desk *d;
    struct json j;
    struct arena *a;
    struct str language;
};

/* {"name","label"} with the word "PREFIX.NAME". */
static void put_named(struct teller *t, const char *prefix, struct str name)
{
    json_begin_object(&t->j);
    json_kv(&t->j, "name", name);
    json_kv(&t->j, "label", desk_word(t->d, t->a, t->language, prefix, name));
    json_end_object(&t->j);
}

/* ---- words ---- */

static const char *const spoken[] = { "inbox.",    "ui.",     "state.",
                                      "reason.",   "sure.",   "category.",
                                      "verb.",     "event.",  "error.",
                                      "language.", "door.",   "trail.",
                                      "method.",   "notice.", "role." };

static void word_put(void *arg, struct str key, struct str word)
{
    struct teller *t = arg;

    for (size_t i = 0; i < COUNT_OF(spoken); i++) {
        if (!str_starts(key, str_of(spoken[i])))
            continue;
        json_key(&t->j, arena_dup(t->a, key));
        json_str(&t->j, word);
        return;
    }
}

static void category_put(void *arg, struct str key, struct str word)
{
    struct teller *t = arg;
    struct str prefix = STR("category.");

    if (!str_starts(key, prefix))
        return;
    json_begin_object(&t->j);
    json_kv(&t->j, "name", str_slice(key, prefix.n, key.n));
    json_kv(&t->j, "label", word);
    json_end_object(&t->j);
}

static void put_words(struct teller *t)
{
    json_key(&t->j, "categories");
    json_begin_array(&t->j);
    template_words(t->d->templates, t->language, category_put, t);
    json_end_array(&t->j);
    json_key(&t->j, "words");
    json_begin_object(&t->j);
    template_words(t->d->templates, t->language, word_put, t);
    json_end_object(&t->j);
}

/* ---- states and why they are ended ---- */

static void put_reasons(struct teller *t, enum ticket_state state)
{
    json_key(&t->j, ticket_state_names[state]);
    json_begin_array(&t->j);
    for (const struct action_reason *r = action_reasons; r->name != NULL; r++) {
        if (r->state == state)
            put_named(t, "reason", str_of(r->name));
    }
    json_end_array(&t->j);
}

static void put_states(struct teller *t)
{
    json_key(&t->j, "states");
    json_begin_array(&t->j);
    for (size_t i = 0; i < TICKET_STATES; i++)
        put_named(t, "inbox_state", str_of(ticket_state_names[i]));
    json_end_array(&t->j);
    json_key(&t->j, "reasons");
    json_begin_object(&t->j);
    put_reasons(t, TICKET_DONE);
    put_reasons(t, TICKET_NOT_OURS);
    json_end_object(&t->j);
}

/* ---- the town ---- */

static void put_town(struct teller *t)
{
    const struct town *town = &t->d->config->town;

    json_key(&t->j, "town");
    json_begin_object(&t->j);
    json_kv(&t->j, "name", town->name);
    json_kv(&t->j, "emergency", town->emergency);
    json_kv(&t->j, "public_url", town->public_url);
    json_key(&t->j, "languages");
    json_begin_array(&t->j);
    for (const struct setting_list *l = town->languages; l != NULL; l = l->next)
        json_str(&t->j, l->value);
    json_end_array(&t->j);
    json_end_object(&t->j);
}

/* A door is called by its kind; two of a kind by their names too. */
static struct str channel_label(struct teller *t, const struct channel *ch)
{
    struct str kind = str_of(ch->adapter->name);
    struct str label = desk_word(t->d, t->a, t->language, "door", kind);
    int same = 0;

    for (const struct config_channel *c = t->d->config->channels; c != NULL;
         c = c->next)
        same += c->channel->adapter == ch->adapter;
    if (same < 2)
        return label;
    return str_of(arena_printf(t->a, "%.*s (%s)", STR_FMT(label), ch->name));
}

static void put_channels(struct teller *t)
{
    json_key(&t->j, "channels");
    json_begin_array(&t->j);
    for (const struct config_channel *c = t->d->config->channels; c != NULL;
         c = c->next) {
        if ((c->channel->adapter->can & ADAPTER_RECEIVES) == 0)
            continue;
        json_begin_object(&t->j);
        json_kv(&t->j, "name", str_of(c->channel->name));
        json_kv(&t->j, "label", channel_label(t, c->channel));
        json_end_object(&t->j);
    }
    for (size_t i = 0; enter_doors[i] != NULL; i++)
        put_named(t, "door", str_of(enter_doors[i]));
    json_end_array(&t->j);
}

/* ---- who and what tickets go to ---- */

static void put_neighbours(struct teller *t)
{
    json_key(&t->j, "neighbours");
    json_begin_array(&t->j);
    for (const struct config_channel *c = t->d->config->channels; c != NULL;
         c = c->next) {
        const struct neighbour *n = neighbour_of(c->channel);

        if (n == NULL)
            continue;
        json_begin_object(&t->j);
        json_kv(&t->j, "name", str_of(c->channel->name));
        json_kv(&t->j, "label", n->name);
        json_end_object(&t->j);
    }
    json_end_array(&t->j);
}

static void put_names(struct teller *t, const char *key,
                      const struct word_list *names)
{
    json_key(&t->j, key);
    json_begin_array(&t->j);
    for (; names != NULL; names = names->next)
        json_str(&t->j, names->word);
    json_end_array(&t->j);
}

static void put_people(struct teller *t, const struct user_list *people)
{
    json_key(&t->j, "people");
    json_begin_array(&t->j);
    for (; people != NULL; people = people->next) {
        if (people->user.disabled_at == 0 && people->user.role >= ROLE_CLERK)
            json_str(&t->j, people->user.name);
    }
    json_end_array(&t->j);
}

static int put_lists(struct teller *t, struct error *e)
{
    struct store *s = t->d->store;
    struct word_list *departments = NULL;
    struct word_list *areas = NULL;
    struct user_list *people = NULL;
    int rc = store_departments(s, &departments, t->a, e);

    if (rc == 0)
        rc = store_areas(s, &areas, t->a, e);
    if (rc == 0)
        rc = store_users(s, &people, t->a, e);
    if (rc < 0)
        return rc;
    put_names(t, "departments", departments);
    put_names(t, "areas", areas);
    put_people(t, people);
    return 0;
}

static void get_me(struct desk *d, struct http_request *r,
                   const struct person *who)
{
    struct buf out = buf_init(DESK_ANSWER_MAX);
    struct teller t = { d, json_to(&out), http_arena(r), who->language };
    struct error e;
    int rc;

    json_begin_object(&t.j);
    json_kv(&t.j, "user", who->user.name);
    json_kv(&t.j, "role", str_of(role_names[who->user.role]));
    json_kv(&t.j, "language", who->language);
    json_kv(&t.j, "csrf", who->csrf);
    json_kv_bool(&t.j, "totp", who->user.totp.n > 0);
    put_town(&t);
    put_channels(&t);
    put_states(&t);
    put_neighbours(&t);
    json_key(&t.j, "map");
    atlas_map(d->atlas, &t.j);
    put_words(&t);
    rc = put_lists(&t, &e);
    json_end_object(&t.j);
    if (rc < 0) {
        buf_free(&out);
        desk_fail(d, r, who, &e);
        return;
    }
    desk_answer(r, 200, &out);
}

/* ---- the shell: the script shows the rest, by its path ---- */

static void get_shell(struct desk *d, struct http_request *r,
                      const struct person *who)
{
    struct page p = { .templates = d->templates,
                      .town = &d->config->town,
                      .a = http_arena(r),
                      .language = who->language };

    page_begin(&p, page_word(&p, "inbox.title"), PAGE_PRIVATE | PAGE_SCRIPT);
    page_send(&p, r, 200, "inbox.html");
}

const struct desk_route me_routes[] = {
    { "GET", "/inbox", 0, ROLE_READER, get_shell },
    { "GET", "/inbox/:page", 0, ROLE_READER, get_shell },
    { "GET", "/api/me", 0, ROLE_READER, get_me },
    { NULL, NULL, 0, ROLE_READER, NULL },
};
