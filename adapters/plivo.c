#include "plivo.h"

#include "text_providers.h"

const struct text_provider plivo_provider = {
    .called = "Plivo",
    .check = plivo_check,
};
