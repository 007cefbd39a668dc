// SPDX-License-Identifier: MIT
#include "dl-cxx.h"

PluginError::~PluginError() = default;
