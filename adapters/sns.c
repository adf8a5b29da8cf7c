#include "sns.h"

#include "text_providers.h"

const struct text_provider sns_provider = {
    .called = "AWS",
    .check = sns_check,
};
