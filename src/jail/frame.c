#include "jail/frame.h"

struct fixed {
    int64_t id;
    int64_t received_at;
    int64_t full_size;
    int64_t part;
    uint32_t format;
    uint32_t quiet;
    uint32_t channel, adapter, origin, envelope, parent, asked; /* lengths */
};

void frame_raw(struct buf *out, enum frame_kind kind, const struct raw *raw,
               int part)
{
    struct fixed f = {
        .id = raw->id,
        .received_at = raw->received_at,
        .full_size = raw->full_size,
        .part = part,
        .format = raw->format,
        .quiet = raw->quiet,
        .channel = (uint32_t)raw->channel.n,
        .adapter = (uint32_t)raw->adapter.n,
        .origin = (uint32_t)raw->origin.n,
        .envelope = (uint32_t)raw->envelope.n,
        .parent = (uint32_t)raw->parent.n,
        .asked = (uint32_t)raw->asked.n,
    };
    struct frame_head head = {
        .kind = kind,
        .size = (uint32_t)(sizeof(f) + raw->channel.n + raw->adapter.n +
                           raw->origin.n + raw->envelope.n + raw->parent.n +
                           raw->asked.n + raw->bytes.n),
    };

    buf_add(out, (struct str){ (const char *)&head, sizeof(head) });
    buf_add(out, (struct str){ (const char *)&f, sizeof(f) });
    buf_add(out, raw->channel);
    buf_add(out, raw->adapter);
    buf_add(out, raw->origin);
    buf_add(out, raw->envelope);
    buf_add(out, raw->parent);
    buf_add(out, raw->asked);
}

static struct str take(struct str *from, size_t n)
{
    struct str s = str_slice(*from, 0, n);

    *from = str_slice(*from, n, from->n);
    return s;
}

int frame_raw_read(struct raw *raw, int *part, struct str payload)
{
    struct fixed f;

    if (payload.n < sizeof(f))
        return E_SYNTAX;
    memcpy(&f, payload.p, sizeof(f));
    payload = str_slice(payload, sizeof(f), payload.n);
    *part = (int)f.part;
    *raw = (struct raw){
        .id = f.id,
        .received_at = f.received_at,
        .full_size = f.full_size,
        .format = (enum raw_format)f.format,
        .quiet = f.quiet != 0,
    };
    raw->channel = take(&payload, f.channel);
    raw->adapter = take(&payload, f.adapter);
    raw->origin = take(&payload, f.origin);
    raw->envelope = take(&payload, f.envelope);
    raw->parent = take(&payload, f.parent);
    raw->asked = take(&payload, f.asked);
    raw->bytes = payload;
    return 0;
}

void frame_failed(struct buf *out, int code, const char *text)
{
    int32_t number = code;
    struct frame_head head = {
        .kind = FRAME_FAILED,
        .size = (uint32_t)(sizeof(number) + strlen(text)),
    };

    buf_add(out, (struct str){ (const char *)&head, sizeof(head) });
    buf_add(out, (struct str){ (const char *)&number, sizeof(number) });
    buf_add(out, str_of(text));
}

int frame_failed_read(struct str payload, struct error *e)
{
    int32_t number = E_DIED;

    if (payload.n >= sizeof(number))
        memcpy(&number, payload.p, sizeof(number));
    if (number >= 0)
        number = E_DIED;
    return error(e, number, "%.*s",
                 STR_FMT(str_slice(payload, sizeof(number), payload.n)));
}
