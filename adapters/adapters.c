/* Every kind of channel there is. To add one, add its file and its line. */
#include "text_providers.h"

extern const struct adapter desk_adapter;
extern const struct adapter imap_adapter;
extern const struct adapter lmtp_adapter;
extern const struct adapter maildir_adapter;
extern const struct adapter neighbour_adapter;
extern const struct adapter open311_adapter;
extern const struct adapter smtp_adapter;
extern const struct adapter web_adapter;
extern const struct adapter webhook_adapter;

const struct adapter *const adapters[] = {
    &bandwidth_provider.adapter,
    &capcom6_provider.adapter,
    &desk_adapter,
    &httpsms_provider.adapter,
    &imap_adapter,
    &lmtp_adapter,
    &maildir_adapter,
    &messagebird_provider.adapter,
    &neighbour_adapter,
    &open311_adapter,
    &plivo_provider.adapter,
    &sinch_provider.adapter,
    &smssync_provider.adapter,
    &smtp_adapter,
    &sns_provider.adapter,
    &spool_provider.adapter,
    &telnyx_provider.adapter,
    &textbee_provider.adapter,
    &twilio_provider.adapter,
    &vonage_provider.adapter,
    &web_adapter,
    &webhook_adapter,
    NULL,
};

const struct adapter *adapter_find(struct str name)
{
    for (size_t i = 0; adapters[i] != NULL; i++) {
        if (str_eq(name, str_of(adapters[i]->name)))
            return adapters[i];
    }
    return NULL;
}

const struct adapter *adapter_for_file(struct str path)
{
    for (size_t i = 0; adapters[i] != NULL; i++) {
        if (adapters[i]->ending != NULL &&
            str_ends(path, str_of(adapters[i]->ending)))
            return adapters[i];
    }
    return NULL;
}
